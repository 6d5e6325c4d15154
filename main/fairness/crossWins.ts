import type { ScoredRows } from './metric.ts';

/** How many pairs of a positive among the first rows and a negative among the second the positive wins by score, ties counting half. */
export function crossWins(first: ScoredRows, second: ScoredRows): number {
  let [wins, below, next] = [0, 0, 0];
  for (let start = 0; start < first.length;) {
    const value = first.score[start] ?? 0;
    let positives = 0;
    let row = start;
    for (; row < first.length && first.score[row] === value; row++) positives += timesOf(first, row, 1);
    for (; next < second.length && (second.score[next] ?? 0) < value; next++)
      below += timesOf(second, next, 0);
    let tied = 0;
    for (; next < second.length && second.score[next] === value; next++) tied += timesOf(second, next, 0);
    wins += positives * (below + tied / 2);
    below += tied;
    start = row;
  }
  return wins;
}

/** How many rows have a label, counted by weight. */
export function labelSum(rows: ScoredRows, label: 0 | 1): number {
  let sum = 0;
  for (let row = 0; row < rows.length; row++) sum += timesOf(rows, row, label);
  return sum;
}

function timesOf({ truth, weight }: ScoredRows, row: number, label: 0 | 1): number {
  if (truth[row] !== label) return 0;
  return weight === null ? 1 : (weight[row] ?? 0);
}
