import type { SplitRole } from './config.ts';

/** How often values occur among rows of one group. */
export interface GroupCounts {
  /** A value of the feature that the rows are parted by; `everyone` for all rows. */
  readonly group: string;
  readonly n: number;
  /** One for each bar of the column. */
  readonly counts: readonly number[];
}

/** One column of a data set, or one simple fact of its samples, in numbers. */
export interface ColumnSummary {
  readonly name: string;
  readonly kind: 'number' | 'category';
  readonly known: number;
  readonly missing: number;
  /** Least value, quartiles and greatest, mean and standard deviation; null for categories and where nothing is known. */
  readonly numbers: {
    readonly quantiles: readonly [number, number, number, number, number];
    readonly mean: number;
    readonly deviation: number;
  } | null;
  /** Whether all its numbers are whole: then a bar holds what lies from its edge to below the next, and edges are whole. */
  readonly whole: boolean;
  /** Of numbers: the edges of bars of equal width, one more than bars. */
  readonly edges: readonly number[];
  /** Of categories: the bars' values, the most frequent first; what is over stands together at the end. */
  readonly values: readonly string[];
  /** Everyone first. */
  readonly groups: readonly GroupCounts[];
}

/** What the samples of a split look like in numbers. */
export interface DatasetSummary {
  readonly split: SplitRole;
  readonly by: string | null;
  /** Samples of the split, and how many of them were looked at. */
  readonly rows: number;
  readonly looked: number;
  readonly columns: readonly ColumnSummary[];
}

/** Some series as they are stored. */
export interface SeriesSamples {
  readonly channels: readonly string[];
  readonly steps: number;
  /** Values [steps, channels] of each sample; NaN where nothing was measured. */
  readonly samples: readonly { readonly index: number; readonly values: Float32Array }[];
}
