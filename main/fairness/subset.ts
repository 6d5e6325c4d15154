import type { Grouping } from './groups.ts';
import type { Outcomes } from './outcomes.ts';
import { subjectsOf } from './subjects.ts';
import type { Subjects } from './subjects.ts';

/** Outcomes of some rows only. */
export function outcomesAt(
  { binary, codes, score, numbers, weights, classes }: Outcomes,
  rows: Int32Array,
): Outcomes {
  const pick = (values: Float64Array | null): Float64Array | null =>
    values === null ? null : Float64Array.from(rows, (row) => values[row] ?? NaN);
  const pickCodes = (codes: Int16Array | Int32Array): Int16Array =>
    Int16Array.from(rows, (row) => codes[row] ?? -1);
  return {
    n: rows.length,
    binary,
    codes: Uint8Array.from(rows, (row) => codes[row] ?? 0),
    score: pick(score),
    numbers: pick(numbers),
    weights: pick(weights ?? null),
    classes:
      classes == null
        ? null
        : { ...classes, truth: pickCodes(classes.truth), predicted: pickCodes(classes.predicted) },
  };
}

/** A grouping of some rows only; groups without rows among them stay, with 0. */
export function groupingAt({ features, groups, of }: Grouping, rows: Int32Array): Grouping {
  const kept = Int32Array.from(rows, (row) => of[row] ?? 0);
  const sizes = groups.map(() => 0);
  for (const group of kept) sizes[group] = (sizes[group] ?? 0) + 1;
  return { features, groups, of: kept, sizes };
}

/** Subjects of some rows only, numbered anew. */
export function subjectsAt({ of }: Subjects, rows: Int32Array): Subjects {
  return subjectsOf(
    Int32Array.from(rows, (row) => of[row] ?? 0),
    rows.length,
  );
}
