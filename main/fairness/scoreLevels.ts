import { POSITIVE } from './outcomes.ts';
import type { Outcomes } from './outcomes.ts';

/** Draws measure scores row by row up to so many rows; beyond, they use levels. */
export const EXACT_ROWS = 20_000;
/** Number of levels (bins of about equally many rows) into which scores are put for draws. */
export const SCORE_LEVELS = 1024;

/** Scores put into levels: rows of a level share its mean score. Equal scores share a level. */
export interface ScoreLevels {
  readonly count: number;
  /** For each row: level * 2 + truth (1: positive). */
  readonly of: Int32Array;
  /** Mean score of each level, ascending. */
  readonly score: Float64Array;
}

/** Levels of a model's scores, with about equally many rows each; exact where there are fewer distinct scores than levels. */
export function scoreLevels(score: Float64Array, outcomes: Outcomes, levels = SCORE_LEVELS): ScoreLevels {
  const sorted = score.slice().sort();
  const distinct = distinctOf(sorted, levels);
  const edges = distinct ?? edgesOf(sorted, levels);
  const sums = new Float64Array(edges.length);
  const rows = new Int32Array(edges.length);
  const of = new Int32Array(score.length);
  for (let row = 0; row < score.length; row++) {
    const value = score[row] ?? 0;
    const level = levelOf(value, edges);
    sums[level] = (sums[level] ?? 0) + value;
    rows[level] = (rows[level] ?? 0) + 1;
    of[row] = level * 2 + ((outcomes.codes[row] ?? 0) & POSITIVE ? 1 : 0);
  }
  return {
    count: edges.length,
    of,
    score: distinct ?? sums.map((sum, level) => sum / (rows[level] ?? 1)),
  };
}

/** Distinct values, if there are at most so many. */
function distinctOf(sorted: Float64Array, most: number): Float64Array | null {
  const found: number[] = [];
  for (const value of sorted) {
    if (value === found.at(-1)) continue;
    if (found.length === most) return null;
    found.push(value);
  }
  return Float64Array.from(found);
}

/** Smallest score of each level. */
function edgesOf(sorted: Float64Array, levels: number): Float64Array {
  const edges = Array.from(
    { length: levels },
    (_, level) => sorted[Math.floor((level * sorted.length) / levels)] ?? 0,
  );
  return Float64Array.from(new Set(edges));
}

/** The last level that begins at or below the value. */
function levelOf(value: number, edges: Float64Array): number {
  let [low, high] = [0, edges.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((edges[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
