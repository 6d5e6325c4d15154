import type { Sums } from './cells.ts';
import type { ClassCounts } from './metric.ts';
import type { ClassRows } from './outcomes.ts';

/** Sums kept for each class: truth, prediction, both. */
export const PER_CLASS = 3;

/** Adds one row to sums by class, which begin at `offset` [3 * classes]. */
export function addClassRow(sums: Sums, offset: number, rows: ClassRows, row: number, times: number): void {
  const { count, truth, predicted } = rows;
  const [actual, said] = [truth[row] ?? -1, predicted[row] ?? -1];
  if (actual >= 0) sums[offset + actual] = (sums[offset + actual] ?? 0) + times;
  if (said >= 0) sums[offset + count + said] = (sums[offset + count + said] ?? 0) + times;
  if (actual >= 0 && actual === said)
    sums[offset + 2 * count + actual] = (sums[offset + 2 * count + actual] ?? 0) + times;
}

/** Sums by class at `offset`, as a metric reads them; the same memory. */
export function classCountsAt(sums: Sums, offset: number, count: number): ClassCounts {
  const part = (at: number): Sums => sums.subarray(offset + at * count, offset + (at + 1) * count);
  return { truth: part(0), predicted: part(1), hits: part(2) };
}

/** Sums by class over some rows, by weight where there are weights. */
export function classCountsOf(
  rows: Int32Array,
  classes: ClassRows,
  weights: Float64Array | null,
): ClassCounts {
  const sums = new Float64Array(classes.count * PER_CLASS);
  for (const row of rows) addClassRow(sums, 0, classes, row, weights === null ? 1 : (weights[row] ?? 0));
  return classCountsAt(sums, 0, classes.count);
}

/** Mean of a quantity over classes; a class of which it says `skip` takes no part. Null if one is undefined or none takes part. */
export function classMean(
  counts: ClassCounts,
  quantity: (truth: number, predicted: number, hits: number) => number | 'skip' | null,
): number | null {
  let [sum, classes] = [0, 0];
  for (let at = 0; at < counts.truth.length; at++) {
    const value = quantity(counts.truth[at] ?? 0, counts.predicted[at] ?? 0, counts.hits[at] ?? 0);
    if (value === null) return null;
    if (value === 'skip') continue;
    sum += value;
    classes++;
  }
  return classes === 0 ? null : sum / classes;
}
