import type { Rng } from '../../core/rng.ts';
import type { Matrix } from './matrix.ts';

/** Some rows of a matrix, in the order given. */
export function rowsOf(
  { columns, data }: Matrix,
  rows: ArrayLike<number>,
): Matrix & { readonly data: Float64Array } {
  const picked = new Float64Array(rows.length * columns);
  for (let i = 0; i < rows.length; i++) {
    const start = (rows[i] as number) * columns;
    picked.set(data.subarray(start, start + columns), i * columns);
  }
  return { rows: rows.length, columns, data: picked };
}

/** Entries of a column at some rows. */
export function at(column: ArrayLike<number>, rows: ArrayLike<number>): Int32Array {
  return Int32Array.from({ length: rows.length }, (_, i) => column[rows[i] as number] as number);
}

/**
 * `count` of some rows: subjects are taken in random order, each with all of its rows but the last, until there are enough. Ascending; all
 * of them if there are no more.
 */
export function drawRows(rows: Int32Array, subjects: ArrayLike<number>, count: number, rng: Rng): Int32Array {
  if (rows.length <= count) return rows;
  const bySubject = new Map<number, number[]>();
  for (const row of rows) {
    const subject = subjects[row] as number;
    const own = bySubject.get(subject);
    if (own) own.push(row);
    else bySubject.set(subject, [row]);
  }
  const order = rng.shuffle([...bySubject.values()]);
  const chosen: number[] = [];
  for (const own of order) {
    if (chosen.length >= count) break;
    chosen.push(...own.slice(0, count - chosen.length));
  }
  return Int32Array.from(chosen).sort();
}

/** How often each row counts when as many subjects are drawn, with replacement, as there are among the rows. */
export function drawWeights(subjects: Int32Array, rng: Rng): Uint16Array {
  const codes = [...new Set(subjects)];
  const times = new Map<number, number>();
  for (let i = 0; i < codes.length; i++) {
    const subject = codes[rng.below(codes.length)] as number;
    times.set(subject, (times.get(subject) ?? 0) + 1);
  }
  return Uint16Array.from(subjects, (subject) => times.get(subject) ?? 0);
}

/** Labels moved among units: rows of one subject with one label stay together. */
export function shuffleLabels(subjects: Int32Array, labels: Int32Array, rng: Rng): Int32Array {
  const unitOf = new Map<string, number>();
  const own: number[] = [];
  const units = Int32Array.from(labels, (label, row) => {
    const key = `${subjects[row] as number}/${label}`;
    const known = unitOf.get(key) ?? own.push(label) - 1;
    unitOf.set(key, known);
    return known;
  });
  rng.shuffle(own);
  return units.map((unit) => own[unit] as number);
}
