import type { ReferenceShares, SplitRole } from '../../../preload/contract/vocabulary.ts';

/** A column of codes. */
export interface Coded {
  readonly name: string;
  readonly values: readonly string[];
  readonly codes: Int16Array;
}

/** A simple fact of every sample that is neither label nor sensitive feature; NaN where it is missing. */
export interface SimpleFeature {
  readonly name: string;
  /** `category`: the values are codes. */
  readonly kind: 'number' | 'category';
  readonly values: Float32Array;
}

/** Something that some rows bear and better did not, such as a caption that says nothing. */
export interface RowMark {
  /** What is counted, such as `captions shorter than 3 words`. */
  readonly measure: string;
  /** 1 where a row bears it. */
  readonly rows: Uint8Array;
  /** A larger share of rows is warned of. */
  readonly notable: number;
  readonly advice: string;
}

/** What of a text data set, or of the captions of pictures, is looked at. */
export interface TextFacts {
  /** `texts` or `captions`. */
  readonly what: string;
  readonly marks: readonly RowMark[];
}

/** Points among which neighbours are looked for: rows drawn at random. */
export interface Points {
  /** Row of each point. */
  readonly rows: Uint32Array;
  /** [points, width]: near points are alike (sum of absolute differences). */
  readonly values: Float32Array;
  readonly width: number;
}

/** What a check works on: entry i of every column is sample i. */
export interface CheckTable {
  readonly rows: number;
  readonly target: Coded;
  readonly sensitive: readonly Coded[];
  readonly subjects: Int32Array;
  readonly roles: readonly (SplitRole | null)[];
  /** Equal digests are equal content. */
  readonly content: readonly string[];
  /** Pictures that are nearly equal; null where samples are no pictures. */
  readonly near: readonly (readonly [number, number])[] | null;
  readonly features: readonly SimpleFeature[];
  /** How large samples are: sides of a picture in its file, letters of a text, steps of a series. */
  readonly sizes: readonly SimpleFeature[];
  readonly texts: TextFacts | null;
  readonly points: Points | null;
  readonly reference: ReferenceShares;
  readonly seed: number;
  readonly notAssessed: readonly string[];
}

/** The value that stands for a missing one. */
export const UNKNOWN = 'unknown';

/** `0.1093` as `10.9%`. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

/** `1 row`, `2 rows`. */
export function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}
