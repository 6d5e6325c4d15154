import { digest64 } from '../../data/digests.ts';
import type { SimpleFeature, TextFacts } from './checkTable.ts';
import { PointSet } from './points.ts';
import { textsIn, type SampleReading, type Samples } from './samples.ts';
import { TextMarks, wordsOf } from './textMarks.ts';

/** Places that words are counted at: two words may share one. */
const PLACES = 128;

/** Lengths and marks of texts, gathered one by one. */
export class TextFeatures {
  private readonly marks: TextMarks;
  private readonly characters: Float32Array;
  private readonly words: Float32Array;
  private readonly capitals: Float32Array;
  private readonly what: string;
  private count = 0;

  /** @param what `texts` or `captions` */
  constructor(what: string, rows: number) {
    this.what = what;
    this.marks = new TextMarks(what, rows);
    this.characters = new Float32Array(rows);
    this.words = new Float32Array(rows);
    this.capitals = new Float32Array(rows);
  }

  add(text: string): void {
    const row = this.count++;
    this.marks.add(text);
    this.characters[row] = [...text].length;
    this.words[row] = wordsOf(text).length;
    const letters = text.match(/\p{L}/gu)?.length ?? 0;
    this.capitals[row] = letters === 0 ? NaN : (text.match(/\p{Lu}/gu)?.length ?? 0) / letters;
  }

  finish(): { readonly texts: TextFacts; readonly sizes: readonly SimpleFeature[]; readonly features: readonly SimpleFeature[] } {
    const of = (name: string, values: Float32Array): SimpleFeature => ({ name, kind: 'number', values });
    const length = of(`length of ${this.what} in characters`, this.characters);
    const words = of(`words of ${this.what}`, this.words);
    return { texts: this.marks.finish(), sizes: [length], features: [length, words, of(`share of capitals in ${this.what}`, this.capitals)] };
  } // prettier-ignore
}

/** Texts: lengths, what is wrong with them, copies, and how often which words occur. */
export async function readTexts(reading: SampleReading): Promise<Samples> {
  const { dataset, seed } = reading;
  const { format, samples } = dataset.manifest;
  const facts = new TextFeatures('texts', dataset.count);
  const points = new PointSet(dataset.count, PLACES, seed);
  const content: string[] = [];
  const encoder = new TextEncoder();
  if (format?.kind === 'text')
    for await (const text of textsIn(reading, samples, format.ends)) {
      const place = points.placeOf(content.length);
      if (place) countWords(wordsOf(text), place);
      content.push(digest64(encoder.encode(text)).join('.'));
      facts.add(text);
    }
  return { content, near: null, ...facts.finish(), points: points.finish(), notAssessed: [] };
}

/** Frequencies of words at places that their letters choose (the hashing trick, Weinberger 2009); they sum to one. */
function countWords(words: readonly string[], place: Float32Array): void {
  for (const word of words) {
    let hash = 0x811c9dc5;
    for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
    const bin = (hash >>> 0) % PLACES;
    place[bin] = (place[bin] ?? 0) + 1 / words.length;
  }
}
