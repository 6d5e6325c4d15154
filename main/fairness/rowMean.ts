import type { ScoredRows } from './metric.ts';

/** Mean of a quantity over rows, by weight; null without rows. */
export function rowMean(
  { length, truth, score, weight }: ScoredRows,
  quantity: (truth: number, score: number) => number,
): number | null {
  let [sum, rows] = [0, 0];
  for (let row = 0; row < length; row++) {
    const times = weight === null ? 1 : (weight[row] ?? 0);
    if (times === 0) continue;
    sum += times * quantity(truth[row] ?? 0, score[row] ?? 0);
    rows += times;
  }
  return rows === 0 ? null : sum / rows;
}
