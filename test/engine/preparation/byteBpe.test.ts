import { describe, expect, it } from 'vitest';
import { Rng } from '../../../main/core/rng.ts';
import { ByteBpe, learnMerges, piecesOf } from '../../../main/engine/preparation/byteBpe.ts';

const CORPUS = [
  'low low low low low',
  'lower lower',
  'newest newest newest newest newest newest',
  'widest widest widest',
];

describe('pieces of a text', () => {
  it.each([
    ['', []],
    ['two words', ['two', ' words']],
    ['it’s 12.5 kg', ['it', '’', 's', ' 12', '.', '5', ' kg']],
    ['a  b\n\tc', ['a', ' ', ' b', '\n', '\t', 'c']],
    ['naïve Müller', ['naïve', ' Müller']],
    ['東京 タワー', ['東京', ' タワー']],
    ['नमस्ते', ['नमस्ते']],
    ['👍🏽!', ['👍🏽!']],
    ['e\u0301t\u00e9', ['été']],
  ])('%j are %j', (text, pieces) => {
    expect(piecesOf(text)).toEqual(pieces);
  });
});

describe('merges', () => {
  // Counts by hand: l o 7, o w 7, s t 9, e s 9, t h ...: "es" (6 + 3) and "st" tie at 9, and e (101) is below s (115).
  it('join the most frequent neighbours first, ties by the lower tokens', () => {
    const tokenizer = new ByteBpe(learnMerges(CORPUS, 256 + 4));
    const merged = [256, 257, 258, 259].map((token) => tokenizer.decode([token]));
    expect(merged).toEqual(['es', 'est', 'lo', 'low']);
    expect(tokenizer.encode('lowest').map((token) => tokenizer.decode([token]))).toEqual(['low', 'est']);
  });
  it('do not depend on the order of the corpus', () => {
    const shuffled = Rng.stream(3, 'order').shuffle([...CORPUS]);
    expect(learnMerges(shuffled, 300)).toEqual(learnMerges(CORPUS, 300));
  });
  it('end when no pair occurs twice', () => {
    expect(learnMerges(['abc'], 1000)).toEqual([]);
    expect(learnMerges([], 1000)).toEqual([]);
    expect(learnMerges(['aaaa'], 1000)).toEqual([97, 97]);
  });
});

describe('a tokenizer', () => {
  const tokenizer = new ByteBpe(learnMerges(CORPUS, 280));
  it.each([
    '',
    ' ',
    'low lower newest',
    'Unseen WORDS, signs; and 3,14159…',
    'naïve Zoë – Straße, İstanbul',
    '東京 تحية नमस्ते שלום',
    '👩‍👩‍👧‍👦 🇨🇭 👍🏽',
    'tabs\tand\r\nlines\u00a0\u200b',
    '\u0000\u007f',
  ])('gives %j back', (text) => {
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text.normalize('NFC'));
  });
  it('turns half a surrogate into U+FFFD, and half a character too', () => {
    expect(tokenizer.decode(tokenizer.encode('a\ud800'))).toBe('a\ufffd');
    expect(tokenizer.decode([0xf0, 0x9f])).toBe('\ufffd');
  });
  it('gives random texts back', () => {
    const rng = Rng.stream(5, 'texts');
    for (let round = 0; round < 200; round++) {
      const points = Array.from({ length: rng.below(20) }, () =>
        rng.below(rng.below(4) === 0 ? 0x10000 : 0x250),
      );
      const text = String.fromCodePoint(...points.filter((point) => point < 0xd800 || point > 0xdfff));
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(text.normalize('NFC'));
    }
  });
});
