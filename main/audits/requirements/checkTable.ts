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

/** What a check works on: entry i of every column is sample i. */
export interface CheckTable {
  readonly rows: number;
  readonly target: Coded;
  readonly sensitive: readonly Coded[];
  readonly subjects: Int32Array;
  readonly roles: readonly (SplitRole | null)[];
  /** Equal digests are equal content; null if content was not read. */
  readonly content: readonly string[] | null;
  readonly features: readonly SimpleFeature[];
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
