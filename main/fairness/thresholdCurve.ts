import type { CalibrationBin, RocPoint } from '../../preload/contract/vocabulary.ts';
import { wilson } from './wilson.ts';

/** Thresholds of one group, in descending order, and what each selects: a score of at least the threshold is selected. */
export interface ThresholdCurve {
  readonly n: number;
  readonly positives: number;
  /** From nobody to everybody; between two scores the middle, so that rows not seen fall on the nearer side. */
  readonly thresholds: readonly number[];
  /** Rows, and positive rows, that each selects. */
  readonly selected: readonly number[];
  readonly truePositives: readonly number[];
  /** All scores, highest first, and positives among the first 0, 1, 2 ... of them. */
  readonly sorted: Float64Array;
  readonly hits: Int32Array;
}

/** A curve has about so many points at most; of more, evenly spread ones are kept. */
export const MOST_THRESHOLDS = 200;
const BINS = 10;

/** The curve of some rows. Scores lie in 0..1; `positive` is 1 for a positive row. */
export function thresholdCurve(scores: ArrayLike<number>, positive: ArrayLike<number>): ThresholdCurve {
  const order = byScore(scores);
  const thresholds: number[] = [];
  const selected: number[] = [];
  const truePositives: number[] = [];
  let hits = 0;
  const add = (threshold: number, rows: number): void => {
    thresholds.push(threshold);
    selected.push(rows);
    truePositives.push(hits);
  };
  const highest = scores[order[0] ?? 0] ?? 0;
  // A score of exactly 1 is selected by every threshold that there is.
  if (highest < 1) add((1 + highest) / 2, 0);
  order.forEach((row, at) => {
    hits += positive[row] ?? 0;
    const next = order[at + 1];
    if (next !== undefined && scores[next] !== scores[row])
      add(((scores[row] ?? 0) + (scores[next] ?? 0)) / 2, at + 1);
  });
  add(0, order.length);
  const kept = spreadOut(thresholds.length);
  const of = (values: readonly number[]): number[] => kept.map((at) => values[at] ?? 0);
  const running = new Int32Array(order.length + 1);
  order.forEach((row, at) => (running[at + 1] = (running[at] ?? 0) + (positive[row] ?? 0)));
  return {
    n: order.length,
    positives: hits,
    thresholds: of(thresholds),
    selected: of(selected),
    truePositives: of(truePositives),
    sorted: Float64Array.from(order, (row) => scores[row] ?? 0),
    hits: running,
  };
}

/** Rows, and positive rows, with at least a score. */
export function selectedBy(
  curve: ThresholdCurve,
  threshold: number,
): { readonly selected: number; readonly truePositives: number } {
  let [low, high] = [0, curve.n];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((curve.sorted[middle] ?? 0) >= threshold) low = middle + 1;
    else high = middle;
  }
  return { selected: low, truePositives: curve.hits[low] ?? 0 };
}

/** Rates that one threshold gives. */
export function rocPoint(curve: ThresholdCurve, threshold: number): RocPoint {
  const { n, positives } = curve;
  const { selected, truePositives } = selectedBy(curve, threshold);
  return {
    threshold,
    selectionRate: n === 0 ? 0 : selected / n,
    truePositiveRate: positives === 0 ? null : truePositives / positives,
    falsePositiveRate: n === positives ? null : (selected - truePositives) / (n - positives),
  };
}

/** Up to ten bins of about equally many rows; equal scores are never parted. */
export function calibrationBins(
  scores: ArrayLike<number>,
  positive: ArrayLike<number>,
): readonly CalibrationBin[] {
  const order = byScore(scores).toReversed();
  const bins: CalibrationBin[] = [];
  let from = 0;
  while (from < order.length) {
    let to = Math.max(from + 1, Math.round((order.length * (bins.length + 1)) / BINS));
    while (to < order.length && scores[order[to] ?? 0] === scores[order[to - 1] ?? 0]) to++;
    bins.push(binOf(order.slice(from, to), scores, positive));
    from = to;
  }
  return bins;
}

function binOf(
  rows: readonly number[],
  scores: ArrayLike<number>,
  positive: ArrayLike<number>,
): CalibrationBin {
  const n = rows.length;
  const hits = rows.reduce((sum, row) => sum + (positive[row] ?? 0), 0);
  const [low, high] = wilson(hits, n) ?? [0, 1];
  return { score: rows.reduce((sum, row) => sum + (scores[row] ?? 0), 0) / n, share: hits / n, low, high, n };
}

function byScore(scores: ArrayLike<number>): number[] {
  return Array.from({ length: scores.length }, (_, row) => row).sort(
    (a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b,
  );
}

function spreadOut(length: number): readonly number[] {
  if (length <= MOST_THRESHOLDS) return Array.from({ length }, (_, at) => at);
  return Array.from({ length: MOST_THRESHOLDS }, (_, at) =>
    Math.round((at * (length - 1)) / (MOST_THRESHOLDS - 1)),
  );
}
