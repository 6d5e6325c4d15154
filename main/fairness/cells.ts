import type { GroupKey } from '../../preload/contract/vocabulary.ts';
import type { Grouping } from './groups.ts';
import type { Counts, ScoredRows } from './metric.ts';
import { CORRECT, OUTCOMES, POSITIVE, SELECTED } from './outcomes.ts';
import type { Outcomes } from './outcomes.ts';

/** Numbers of rows, or sums of their weights. */
export type Sums = Int32Array | Float64Array;

/** Rows that are measured together: everybody, or one group. */
export interface Cell {
  /** Empty for everybody. */
  readonly features: readonly string[];
  readonly group: GroupKey;
  readonly rows: Int32Array;
}

/** The cell of everybody, and for every grouping the cells of its groups. */
export interface Cells {
  readonly cells: readonly Cell[];
  readonly groupings: readonly Grouping[];
  /** Index of the first cell of each grouping; its groups follow in order. */
  readonly first: readonly number[];
}

/** Everybody first, then the groups of every grouping. */
export function cellsOf(groupings: readonly Grouping[], n: number): Cells {
  const everybody = { features: [], group: {}, rows: allRows(n) };
  const cells: Cell[] = [everybody];
  const first = groupings.map((grouping) => {
    const at = cells.length;
    const rows = rowsByGroup(grouping);
    grouping.groups.forEach((group, index) => {
      cells.push({ features: grouping.features, group, rows: rows[index] ?? new Int32Array(0) });
    });
    return at;
  });
  return { cells, groupings, first };
}

function rowsByGroup(grouping: Grouping): readonly Int32Array[] {
  const rows = grouping.sizes.map((size) => new Int32Array(size));
  const next = new Int32Array(grouping.sizes.length);
  grouping.of.forEach((group, row) => {
    const at = next[group] ?? 0;
    const list = rows[group];
    if (list) list[at] = row;
    next[group] = at + 1;
  });
  return rows;
}

/** How often each outcome occurs among some rows, by weight where there are weights [8]. */
export function tally(rows: Int32Array, outcomes: Pick<Outcomes, 'codes' | 'weights'>): Sums {
  const { weights } = outcomes;
  if (weights != null) return weightedTally(rows, outcomes.codes, weights);
  const counts = new Int32Array(OUTCOMES);
  for (const row of rows) {
    const code = outcomes.codes[row] ?? 0;
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

function weightedTally(rows: Int32Array, codes: Uint8Array, weights: Float64Array): Float64Array {
  const sums = new Float64Array(OUTCOMES);
  for (const row of rows) {
    const code = codes[row] ?? 0;
    sums[code] = (sums[code] ?? 0) + (weights[row] ?? 0);
  }
  return sums;
}

/** Counts from how often each outcome occurs, read at `offset`. */
export function countsFrom(tallies: Sums, offset: number, binary: boolean): Counts {
  let n = 0;
  let correct = 0;
  let positives = 0;
  let selected = 0;
  let truePositives = 0;
  for (let code = 0; code < OUTCOMES; code++) {
    const times = tallies[offset + code] ?? 0;
    n += times;
    if (code & CORRECT) correct += times;
    if (code & POSITIVE) positives += times;
    if (code & SELECTED) selected += times;
    if (code & POSITIVE && code & SELECTED) truePositives += times;
  }
  return { binary, n, correct, positives, selected, truePositives };
}

/** 0..n-1. */
export function allRows(n: number): Int32Array {
  return Int32Array.from({ length: n }, (_, row) => row);
}

/** Rows in ascending order of score; equal scores keep the order of the rows. */
export function byScore(rows: Int32Array, score: Float64Array): Int32Array {
  return rows.slice().sort((a, b) => (score[a] ?? 0) - (score[b] ?? 0) || a - b);
}

/** Rows of every cell in ascending order of score: sorted once, then dealt out. */
export function byScoreInCells(
  { cells, groupings, first }: Cells,
  score: Float64Array,
): readonly Int32Array[] {
  const everybody = byScore(allRows(score.length), score);
  const sorted = cells.map((cell, at) => (at === 0 ? everybody : new Int32Array(cell.rows.length)));
  groupings.forEach(({ of, groups }, at) => {
    const next = new Int32Array(groups.length);
    for (const row of everybody) {
      const group = of[row] ?? 0;
      const place = next[group] ?? 0;
      const target = sorted[(first[at] ?? 0) + group];
      if (target) target[place] = row;
      next[group] = place + 1;
    }
  });
  return sorted;
}

/** Scored rows of some rows that are in ascending order of score. */
export function scoredRows(sorted: Int32Array, outcomes: Outcomes, score: Float64Array): ScoredRows {
  return {
    length: sorted.length,
    truth: truthOf(sorted, outcomes),
    score: picked(score, sorted),
    weight: outcomes.weights == null ? null : picked(outcomes.weights, sorted),
  };
}

function truthOf(rows: Int32Array, { codes, numbers }: Outcomes): Uint8Array | Float64Array {
  if (numbers !== null) return picked(numbers, rows);
  const truth = new Uint8Array(rows.length);
  for (let at = 0; at < rows.length; at++) truth[at] = (codes[rows[at] ?? 0] ?? 0) & POSITIVE ? 1 : 0;
  return truth;
}

function picked(values: Float64Array, rows: Int32Array): Float64Array {
  const chosen = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at++) chosen[at] = values[rows[at] ?? 0] ?? NaN;
  return chosen;
}
