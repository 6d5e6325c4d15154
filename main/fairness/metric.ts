import type { MetricEntry } from '../../preload/contract/vocabulary.ts';
import type { Sums } from './cells.ts';

/** Sums over the rows of one group. Where no positive class is chosen, the last three are 0 and `binary` is false. */
export interface Counts {
  readonly binary: boolean;
  readonly n: number;
  /** Rows whose predicted class is the true one. */
  readonly correct: number;
  /** Rows whose truth is the positive class. */
  readonly positives: number;
  /** Rows predicted as the positive class. */
  readonly selected: number;
  readonly truePositives: number;
}

/** Rows of one group with the probability of the positive class (or a predicted number), in ascending order of it. */
export interface ScoredRows {
  readonly length: number;
  /** 1 where the truth is the positive class, else 0; for a numeric target the true number. */
  readonly truth: Uint8Array | Float64Array;
  readonly score: Float64Array;
  /** How often, or how much, each row counts; null: once. */
  readonly weight: Int32Array | Float64Array | null;
}

/** The rows a metric divides by: what it is conditional on. */
export type Base = 'all' | 'positives' | 'negatives' | 'selected' | 'unselected' | 'bothLabels';

interface MetricFacts extends MetricEntry {
  readonly base: Base;
  /** Why it has no value where it has none, such as `no positives`. */
  readonly undefinedReason: string;
}

/** A metric that follows from counts. */
export interface CountMetric extends MetricFacts {
  readonly kind: 'count';
  /** True if it needs a positive class. */
  readonly binary: boolean;
  /** Null where undefined. */
  readonly value: (counts: Counts) => number | null;
  /** For a plain rate: how many of the base count; Wilson's interval needs it. */
  readonly hits: ((counts: Counts) => number) | null;
}

/** A metric that needs the score of the positive class; where it needs no positive class, it also measures predicted numbers. */
export interface ScoreMetric extends MetricFacts {
  readonly kind: 'score';
  readonly binary: boolean;
  /** `everybody` are the rows of all groups; null where `rows` are everybody themselves. */
  readonly value: (rows: ScoredRows, everybody: ScoredRows | null) => number | null;
}

/** Sums by class over the rows of one group. */
export interface ClassCounts {
  /** Rows whose truth is the class. */
  readonly truth: Sums;
  /** Rows predicted as the class. */
  readonly predicted: Sums;
  /** Rows whose truth and prediction are the class. */
  readonly hits: Sums;
}

/** A metric over more than two classes: the mean over classes of one against the rest. */
export interface ClassMetric extends MetricFacts {
  readonly kind: 'classes';
  readonly binary: false;
  /** Within which rows groups are shuffled: what the metric is conditional on. */
  readonly within: 'all' | 'label' | 'prediction';
  readonly value: (counts: ClassCounts) => number | null;
}

/** One quality of predictions, measured the same way in every group. */
export type Metric = CountMetric | ScoreMetric | ClassMetric;

const BASE_REASONS: Readonly<Record<Base, string>> = {
  all: 'no rows',
  positives: 'no positives',
  negatives: 'no negatives',
  selected: 'nothing was predicted positive',
  unselected: 'nothing was predicted negative',
  bothLabels: 'no positives or no negatives',
};

/** Rows of a base; for both labels the smaller of the two. */
export function baseCount(base: Base, counts: Counts): number {
  switch (base) {
    case 'all':
      return counts.n;
    case 'positives':
      return counts.positives;
    case 'negatives':
      return counts.n - counts.positives;
    case 'selected':
      return counts.selected;
    case 'unselected':
      return counts.n - counts.selected;
    case 'bothLabels':
      return Math.min(counts.positives, counts.n - counts.positives);
  }
}

/** Why a metric with this base has no value. */
export function baseReason(base: Base): string {
  return BASE_REASONS[base];
}

/** A plain rate: `hits` of the rows of `base`. */
export function rate(
  spec: MetricEntry & {
    readonly base: Base;
    readonly binary: boolean;
    readonly hits: (counts: Counts) => number;
  },
): CountMetric {
  const value = (counts: Counts): number | null => {
    const rows = baseCount(spec.base, counts);
    return rows === 0 ? null : spec.hits(counts) / rows;
  };
  return { ...spec, kind: 'count', value, undefinedReason: baseReason(spec.base) };
}

/** Rows predicted positive whose truth is not. */
export function falsePositives(counts: Counts): number {
  return counts.selected - counts.truePositives;
}

/** Rows whose truth is positive and that were not predicted so. */
export function falseNegatives(counts: Counts): number {
  return counts.positives - counts.truePositives;
}

/** Rows whose truth is not positive and that were not predicted so. */
export function trueNegatives(counts: Counts): number {
  return counts.n - counts.positives - counts.selected + counts.truePositives;
}
