import { Z95 } from './normal.ts';

/** An interval, low first. */
export type Interval = readonly [number, number];

/** Wilson's 95% score interval of `hits` out of `n` independent rows (Wilson 1927); null if n is 0. */
export function wilson(hits: number, n: number): Interval | null {
  if (n === 0) return null;
  const share = hits / n;
  const z2 = Z95 * Z95;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Z95 / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  // At 0 and n the bounds are 0 and 1 by algebra; rounding must not move them off.
  return [hits === 0 ? 0 : Math.max(0, centre - half), hits === n ? 1 : Math.min(1, centre + half)];
}
