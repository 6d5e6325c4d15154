import type { Relation } from './relations.ts';

/** One kind of count, group by group, and which way each could differ without anybody seeing it. */
export interface Outcome {
  readonly value: readonly number[];
  readonly up: readonly boolean[];
  readonly down: readonly boolean[];
}

const NOTHING = 1e-9;

/**
 * Hidden counts of which the sums that hold between groups leave one possible value only. A count is safe where another table of
 * counts, none below 0, agrees with everything that is shown and differs in it (Fischetti and Salazar, Management Science 47, 2001: the
 * feasibility interval of a suppressed cell). Looked for are tables near the true one: those that move counts which can go either way,
 * and at most one that can go one way only. So some safe ones may be called unsafe, but no unsafe one safe.
 * @param hidden places of the groups that are not shown
 */
export function solvable(
  relations: readonly Relation[],
  hidden: readonly number[],
  { up, down }: Outcome,
): ReadonlySet<number> {
  const column = new Map(hidden.map((at, place) => [at, place]));
  const free = hidden.filter((at) => up[at] === true && down[at] === true);
  const others = hidden.filter((at) => !free.includes(at));
  const order = [...free, ...others];
  const rows = relations
    .map(({ parent, children }) => rowOf(order, column, parent, children))
    .filter((row) => row.some((entry) => entry !== 0));
  const pivots = eliminate(rows, free.length);
  const unsafe = new Set<number>();
  free.forEach((at, place) => {
    const row = pivots.get(place);
    const moves = row === undefined || free.some((_, other) => !pivots.has(other) && isThere(row[other]));
    if (!moves) unsafe.add(at);
  });
  others.forEach((at, place) => {
    const stuck = up[at] !== true && down[at] !== true;
    const alone = rows.some((row, index) => index >= pivots.size && isThere(row[free.length + place]));
    if (stuck || alone) unsafe.add(at);
  });
  return unsafe;
}

function rowOf(
  order: readonly number[],
  column: ReadonlyMap<number, number>,
  parent: number,
  children: readonly number[],
): number[] {
  const parts = new Set(children.filter((at) => column.has(at)));
  return order.map((at) => (at === parent ? -1 : parts.has(at) ? 1 : 0));
}

/** Gauss-Jordan over the first `width` columns; rows with a pivot come first. Answers the row of each pivot column. */
function eliminate(rows: number[][], width: number): ReadonlyMap<number, number[]> {
  const pivots = new Map<number, number[]>();
  for (let place = 0; place < width; place++) {
    const done = pivots.size;
    const found = rows.findIndex((row, index) => index >= done && isThere(row[place]));
    const pivot = rows[found];
    if (pivot === undefined) continue;
    [rows[done], rows[found]] = [pivot, rows[done] ?? pivot];
    const scale = pivot[place] ?? 1;
    for (let at = 0; at < pivot.length; at++) pivot[at] = (pivot[at] ?? 0) / scale;
    for (const row of rows) {
      const factor = row[place] ?? 0;
      if (row === pivot || factor === 0) continue;
      for (let at = 0; at < row.length; at++) row[at] = (row[at] ?? 0) - factor * (pivot[at] ?? 0);
    }
    pivots.set(place, pivot);
  }
  return pivots;
}

function isThere(entry: number | undefined): boolean {
  return Math.abs(entry ?? 0) > NOTHING;
}
