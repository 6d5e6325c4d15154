import { baseCount } from './metric.ts';
import type { Base, Counts, Metric } from './metric.ts';

/** A group needs so many rows before a metric says anything about it. */
export const MIN_ROWS = 30;
/** A rate needs so many rows in its base: positives for the true positive rate, and so on. */
export const MIN_BASE = 10;
/** Intervals over fewer people than this do not hold what they promise. */
export const MIN_SUBJECTS = 20;

/** The words that mark a value with too little behind it. */
export const INSUFFICIENT = 'insufficient evidence';

const BASE_NAMES: Readonly<Record<Base, string>> = {
  all: 'rows',
  positives: 'positives',
  negatives: 'negatives',
  selected: 'predicted positives',
  unselected: 'predicted negatives',
  bothLabels: 'of one label',
};

/** Why there is too little behind a value, such as `insufficient evidence (n 21, needs 30)`; null if there is enough. */
export function lackOfSupport(metric: Metric, counts: Counts, subjects: number): string | null {
  if (counts.n < MIN_ROWS) return `${INSUFFICIENT} (n ${counts.n}, needs ${MIN_ROWS})`;
  if (subjects < MIN_SUBJECTS) return `${INSUFFICIENT} (${subjects} subjects, needs ${MIN_SUBJECTS})`;
  const base = baseCount(metric.base, counts);
  if (base < MIN_BASE) return `${INSUFFICIENT} (${base} ${BASE_NAMES[metric.base]}, needs ${MIN_BASE})`;
  return null;
}
