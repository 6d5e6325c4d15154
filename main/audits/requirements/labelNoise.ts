import type { CheckFinding } from '../../../preload/contract/vocabulary.ts';
import type { CheckTable, Points } from './checkTable.ts';
import { markFindings } from './marks.ts';

/** Neighbours that are asked, and how many of them must agree on one other label. */
const NEIGHBOURS = 10;
const AGREE = 9;
/** Points whose neighbours are looked for. */
const ASKED = 1000;
const NOTABLE_SHARE = 0.05;
/** More classes than this are not told by so few neighbours. */
const MOST_CLASSES = 50;

/**
 * Rows whose label nearly all of their nearest neighbours contradict, in all and by group. The idea is that of edited nearest
 * neighbours (Wilson 1972), with ten instead of three, so that a hard task alone is no noise. Rows of the same subject do not count.
 */
export function labelNoise(table: CheckTable): readonly CheckFinding[] {
  const { points, target } = table;
  const classes = target.values.length;
  if (points === null || classes < 2 || classes > MOST_CLASSES || points.rows.length <= NEIGHBOURS) return [];
  const rows = new Uint8Array(table.rows);
  const asked = [...points.rows.subarray(0, ASKED)];
  asked.forEach((row, point) => (rows[row] = contradicted(table, points, point) ? 1 : 0));
  const measure = `labels that ${AGREE} of ${NEIGHBOURS} nearest neighbours contradict`;
  const advice = 'Look at them: they are wrong, or rare cases that deserve more examples.';
  return markFindings(table, 'labelNoise', { measure, rows, notable: NOTABLE_SHARE, advice }, asked);
}

function contradicted({ target, subjects }: CheckTable, points: Points, point: number): boolean {
  const row = points.rows[point] ?? 0;
  const votes = new Map<number, number>();
  for (const other of nearest(points, point, (one) => subjects[one] !== subjects[row])) {
    const code = target.codes[points.rows[other] ?? 0] ?? 0;
    votes.set(code, (votes.get(code) ?? 0) + 1);
  }
  return [...votes].some(([code, count]) => code !== target.codes[row] && count >= AGREE);
}

/** The points nearest to one, by the sum of absolute differences, among rows that are wanted. */
function nearest(points: Points, point: number, wanted: (row: number) => boolean): readonly number[] {
  const best: number[] = [];
  const far: number[] = [];
  for (let other = 0; other < points.rows.length; other++) {
    if (other === point || !wanted(points.rows[other] ?? 0)) continue;
    const bound = far[NEIGHBOURS - 1] ?? Infinity;
    const distance = distanceBelow(points, point, other, bound);
    if (distance >= bound) continue;
    const after = far.findIndex((known) => distance < known);
    const place = after < 0 ? far.length : after;
    far.splice(place, 0, distance);
    best.splice(place, 0, other);
    far.length = best.length = Math.min(NEIGHBOURS, best.length);
  }
  return best;
}

/** The distance of two points, or something not below `bound`. */
function distanceBelow({ values, width }: Points, a: number, b: number, bound: number): number {
  let sum = 0;
  for (let at = 0, i = a * width, j = b * width; at < width; at++, i++, j++) {
    sum += Math.abs((values[i] as number) - (values[j] as number));
    if (sum >= bound) return sum;
  }
  return sum;
}
