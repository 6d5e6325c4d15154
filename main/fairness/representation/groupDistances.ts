import type { Sides } from './discrepancy.ts';
import type { Pairs } from './gram.ts';

/** Distances between two groups; null where a side is empty, or the groups have no spread of their own. */
export interface MedoidDistances {
  /** Distance of the two medoids. */
  readonly medoid: number | null;
  /** That over the mean distance between rows of the same group, over both groups. */
  readonly relative: number | null;
}

/**
 * The medoid of a group is the row with the least sum of distances to the others (of equal ones the first). Distances of medoids and, as a
 * measure, mean distance within groups: Yfantidou et al., arXiv 2406.02361, with Manhattan distances.
 */
export function medoidDistances(distances: Pairs, sides: Sides): MedoidDistances {
  const [a, b] = [medoidOf(distances, sides, 0), medoidOf(distances, sides, 1)];
  if (a === null || b === null) return { medoid: null, relative: null };
  const medoid = distances.data[a.row * distances.size + b.row] as number;
  if (a.within === null || b.within === null) return { medoid, relative: null };
  const within = (a.within + b.within) / 2;
  return { medoid, relative: within > 0 ? medoid / within : null };
}

/** A group's medoid and the mean distance between its rows (null with fewer than two); null for an empty group. */
export function medoidOf(
  { size, data }: Pairs,
  { of, weights }: Sides,
  side: number,
): { readonly row: number; readonly within: number | null } | null {
  const members: number[] = [];
  for (let i = 0; i < size; i++)
    if (of[i] === side && (weights === null || weights[i] !== 0)) members.push(i);
  const weightOf = (row: number): number => (weights === null ? 1 : (weights[row] as number));
  let [best, least, total, count, own] = [-1, Infinity, 0, 0, 0];
  for (const row of members) {
    let sum = 0;
    for (const other of members) sum += weightOf(other) * (data[row * size + other] as number);
    if (sum < least) [best, least] = [row, sum];
    const weight = weightOf(row);
    total += weight * sum;
    count += weight;
    own += weight * weight;
  }
  if (best < 0) return null;
  const pairs = count * count - own;
  return { row: best, within: pairs > 0 ? total / pairs : null };
}

/**
 * Euclidean distance of the means of two sides, from the Gram matrix of all rows: sqrt(z'Kz) with z = 1/n of the first side and -1/m of
 * the second. Null if a side is empty.
 */
export function centroidDistance({ size, data }: Pairs, { of, weights }: Sides): number | null {
  const z = new Float64Array(size);
  const counts = [0, 0];
  for (let i = 0; i < size; i++) {
    const side = of[i] as number;
    if (side !== 0 && side !== 1) continue;
    z[i] = weights === null ? 1 : (weights[i] as number);
    counts[side] = (counts[side] as number) + (z[i] as number);
  }
  if (counts[0] === 0 || counts[1] === 0) return null;
  for (let i = 0; i < size; i++) {
    const side = of[i] as number;
    if (side === 0 || side === 1)
      z[i] = ((side === 0 ? 1 : -1) * (z[i] as number)) / (counts[side] as number);
  }
  let square = 0;
  for (let i = 0; i < size; i++) {
    if (z[i] === 0) continue;
    let sum = ((z[i] as number) * (data[i * size + i] as number)) / 2;
    for (let j = 0; j < i; j++) sum += (z[j] as number) * (data[i * size + j] as number);
    square += 2 * (z[i] as number) * sum;
  }
  return Math.sqrt(Math.max(0, square));
}
