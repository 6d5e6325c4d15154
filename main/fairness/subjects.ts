import { renumber } from './groups.ts';

/** Which rows belong to the same person (or other unit); resampling and shuffling treat them as one. */
export interface Subjects {
  readonly count: number;
  /** Subject of each row, 0..count-1 [n]. */
  readonly of: Int32Array;
  /** Rows ordered by subject [n]; those of subject s are `start[s]` to `start[s + 1]`. */
  readonly rows: Int32Array;
  readonly start: Int32Array;
  /** True if some subject has several rows: then rows are not independent. */
  readonly repeated: boolean;
}

/** Subjects from any whole-number codes, numbered in ascending order of code; null: every row is a subject of its own. */
export function subjectsOf(codes: Int32Array | null, n: number): Subjects {
  const of = codes === null ? Int32Array.from({ length: n }, (_, row) => row) : renumber(codes);
  let count = 0;
  for (const subject of of) count = Math.max(count, subject + 1);
  const start = new Int32Array(count + 1);
  for (const subject of of) start[subject + 1] = (start[subject + 1] ?? 0) + 1;
  for (let subject = 0; subject < count; subject++)
    start[subject + 1] = (start[subject + 1] ?? 0) + (start[subject] ?? 0);
  const next = start.slice();
  const rows = new Int32Array(n);
  of.forEach((subject, row) => {
    const at = next[subject] ?? 0;
    rows[at] = row;
    next[subject] = at + 1;
  });
  return { count, of, rows, start, repeated: count < n };
}
