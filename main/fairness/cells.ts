import type { GroupKey } from '../../preload/contract/vocabulary.ts';
import type { Grouping } from './groups.ts';
import type { Counts, ScoredRows } from './metric.ts';
import { CORRECT, OUTCOMES, POSITIVE, SELECTED } from './outcomes.ts';
import type { Outcomes } from './outcomes.ts';

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

/** How often each outcome occurs among some rows [8]. */
export function tally(rows: Int32Array, outcomes: Outcomes): Int32Array {
  const counts = new Int32Array(OUTCOMES);
  for (const row of rows) {
    const code = outcomes.codes[row] ?? 0;
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

/** Counts from how often each outcome occurs, read at `offset`. */
export function countsFrom(tallies: Int32Array, offset: number, binary: boolean): Counts {
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

/** Scored rows of some rows that are in ascending order of score. */
export function scoredRows(sorted: Int32Array, outcomes: Outcomes, score: Float64Array): ScoredRows {
  return {
    length: sorted.length,
    truth: truthOf(sorted, outcomes),
    score: Float64Array.from(sorted, (row) => score[row] ?? 0),
    weight: null,
  };
}

function truthOf(rows: Int32Array, { codes, numbers }: Outcomes): Uint8Array | Float64Array {
  if (numbers !== null) return Float64Array.from(rows, (row) => numbers[row] ?? NaN);
  return Uint8Array.from(rows, (row) => ((codes[row] ?? 0) & POSITIVE ? 1 : 0));
}
