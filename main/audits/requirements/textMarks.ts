import { digest64 } from '../../data/digests.ts';
import type { RowMark, TextFacts } from './checkTable.ts';

/** The same text so often is boilerplate. */
const OFTEN = 10;
const FEW_WORDS = 3;
/** So many function words of a language, and more than of any other, tell it. */
const TELLING = 2;

const WORD = /[\p{L}\p{N}]+(?:['’][\p{L}]+)?/gu;
const FILE_OR_ADDRESS = /^\s*(\S+\.(jpe?g|png|gif|webp|tiff?|heic|mp4|pdf)|(img|dsc|dscn|pict?|image|photo|untitled|screenshot|scan)[ _-]?\d*|https?:\/\/\S+|www\.\S+)\s*$/i; // prettier-ignore
const STOCK = /\b(click here|all rights reserved|stock (photo|image|illustration)|royalty[- ]free|no (caption|description)( available)?|read more|image not available|lorem ipsum|cookie policy|terms of service)\b/i; // prettier-ignore
/** What remains of bytes read as another charset: UTF-8 as Latin-1, the replacement character, control characters. */
const UNREADABLE = /\uFFFD|[\u00C2\u00C3][\u0080-\u00BF]|â€|ï»¿|(?![\t\n\r])\p{Cc}/u;
const MARKUP = /<\/?[a-z][^>]*>|&(amp|lt|gt|quot|nbsp|#\d+);/i;
const SCRIPTS = ['Latin', 'Cyrillic', 'Greek', 'Arabic', 'Hebrew', 'Devanagari', 'Bengali', 'Tamil', 'Thai', 'Hangul', 'Hiragana', 'Katakana', 'Han'] as const; // prettier-ignore
const LETTERS = SCRIPTS.map((script) => [script, new RegExp(`\\p{Script=${script}}`, 'gu')] as const);

/** Frequent words that few other of these languages share. */
const FUNCTION_WORDS: Readonly<Record<string, ReadonlySet<string>>> = {
  English: new Set(['the', 'of', 'and', 'to', 'is', 'that', 'it', 'was', 'for', 'with', 'on', 'are', 'this']),
  German: new Set(['der', 'die', 'das', 'und', 'ist', 'nicht', 'ein', 'eine', 'zu', 'mit', 'auf', 'den']),
  French: new Set(['le', 'les', 'et', 'est', 'une', 'dans', 'du', 'des', 'sur', 'avec', 'pas', 'qui']),
  Spanish: new Set(['el', 'los', 'y', 'es', 'una', 'con', 'las', 'por', 'del', 'como', 'pero', 'muy']),
  Italian: new Set(['il', 'di', 'che', 'è', 'una', 'per', 'non', 'sono', 'della', 'gli', 'con', 'nel']),
  Portuguese: new Set(['o', 'os', 'e', 'não', 'uma', 'um', 'com', 'do', 'da', 'em', 'mais', 'para']),
  Dutch: new Set(['de', 'het', 'een', 'en', 'van', 'is', 'niet', 'op', 'met', 'voor', 'zijn', 'dat']),
};

/** Words of a text: runs of letters and digits, in lower case. */
export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(WORD) ?? [];
}

/** The script that most letters of a text are of; null without letters of a known one. */
export function scriptOf(text: string): string | null {
  let best: string | null = null;
  let most = 0;
  for (const [script, letters] of LETTERS) {
    const count = text.match(letters)?.length ?? 0;
    if (count > most) [best, most] = [script, count];
  }
  return best;
}

/** The language that the function words of a text tell; null where they tell none or several alike. */
export function languageOf(words: readonly string[]): string | null {
  const hits = Object.entries(FUNCTION_WORDS).map(([name, set]) => [name, words.filter((word) => set.has(word)).length] as const); // prettier-ignore
  const [[name, first] = ['', 0], [, second] = ['', 0]] = hits.toSorted(([, a], [, b]) => b - a);
  return first >= TELLING && first > second ? name : null;
}

/** Looks at texts one by one, and says in the end which rows are empty, short, boilerplate, unreadable or in another language than most. */
export class TextMarks {
  private readonly what: string;
  private readonly empty: Uint8Array;
  private readonly short: Uint8Array;
  private readonly stock: Uint8Array;
  private readonly unreadable: Uint8Array;
  private readonly markup: Uint8Array;
  private readonly scripts: (string | null)[] = [];
  private readonly languages: (string | null)[] = [];
  private readonly digests: string[] = [];

  /** @param what `texts` or `captions` */
  constructor(what: string, rows: number) {
    this.what = what;
    this.empty = new Uint8Array(rows);
    this.short = new Uint8Array(rows);
    this.stock = new Uint8Array(rows);
    this.unreadable = new Uint8Array(rows);
    this.markup = new Uint8Array(rows);
  }

  /** The text of the next row. */
  add(text: string): void {
    const row = this.digests.length;
    const words = wordsOf(text);
    const script = scriptOf(text);
    this.empty[row] = Number(words.length === 0);
    // Scripts without spaces between words have few "words" whatever they say.
    this.short[row] = Number(words.length > 0 && words.length < FEW_WORDS && !/^(Han|Hiragana|Katakana|Thai)$/.test(script ?? '')); // prettier-ignore
    this.stock[row] = Number(FILE_OR_ADDRESS.test(text) || STOCK.test(text));
    this.unreadable[row] = Number(UNREADABLE.test(text));
    this.markup[row] = Number(MARKUP.test(text));
    this.scripts.push(script);
    this.languages.push(script === 'Latin' ? languageOf(words) : script);
    this.digests.push(
      words.length === 0 ? '' : digest64(new TextEncoder().encode(words.join(' '))).join('.'),
    );
  }

  finish(): TextFacts {
    const { what } = this;
    const mark = (phrase: string, rows: Uint8Array, notable: number, advice: string): RowMark => ({ measure: `${what} ${phrase}`, rows, notable, advice }); // prettier-ignore
    const [language, strangers] = otherThanMost(this.languages);
    const [script, others] = otherThanMost(this.scripts);
    return {
      what,
      marks: [
        mark('without a word', this.empty, 0, 'Remove them, or fill them in.'),
        mark(`of fewer than ${FEW_WORDS} words`, this.short, 0.05, 'They teach little: look whether they were cut off.'),
        mark('that are boilerplate (file names, addresses, stock phrases)', this.stock, 0.01, 'They say nothing of their sample: remove or rewrite them.'),
        mark(`that ${OFTEN} or more rows share word by word`, repeated(this.digests), 0.05, 'They hardly describe their own sample: remove copies, or rewrite them.'),
        mark('with unreadable characters', this.unreadable, 0, 'Read the source again in the charset it was written in.'),
        mark('with markup', this.markup, 0.01, 'Strip tags and entities before importing.'),
        ...(script === null ? [] : [mark(`in another script than ${script}`, others, 0.05, 'Say in the card which languages the data covers; audit by language.')]),
        ...(language === null ? [] : [mark(`in another language than ${language} (by script and function words)`, strangers, 0.05, 'Say in the card which languages the data covers; audit by language.')]),
      ],
    };
  } // prettier-ignore
}

function repeated(digests: readonly string[]): Uint8Array {
  const times = new Map<string, number>();
  for (const digest of digests) times.set(digest, (times.get(digest) ?? 0) + 1);
  return Uint8Array.from(digests, (digest) => Number(digest !== '' && (times.get(digest) ?? 0) >= OFTEN));
}

/** The most frequent value that is known, and the rows of another known one. */
function otherThanMost(values: readonly (string | null)[]): readonly [string | null, Uint8Array] {
  const times = new Map<string, number>();
  for (const value of values) if (value !== null) times.set(value, (times.get(value) ?? 0) + 1);
  const [most = null] = [...times].sort(([, a], [, b]) => b - a)[0] ?? [];
  return [most, Uint8Array.from(values, (value) => Number(value !== null && value !== most))];
}
