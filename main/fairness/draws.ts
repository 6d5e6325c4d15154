import { quantile } from './quantile.ts';
import type { Interval } from './wilson.ts';

/** A percentile interval, or why there is none. */
export type DrawnInterval =
  | { readonly interval: Interval; readonly reason: null }
  | { readonly interval: null; readonly reason: string };

/** The middle 95% of the draws of a bootstrap (NaN: undefined in that draw). */
export function percentileInterval(draws: Float64Array): DrawnInterval {
  const sorted = defined(draws);
  const missing = draws.length - sorted.length;
  if (missing > draws.length * 0.05)
    return { interval: null, reason: `undefined in ${missing} of ${draws.length} draws` };
  const range = middle(sorted);
  if (range === null) return { interval: null, reason: 'no draws' };
  if (sorted[0] === sorted.at(-1))
    return { interval: null, reason: 'every draw gives the same value, which says nothing about its spread' };
  return { interval: range, reason: null };
}

/** The middle 95% of some values; null if there are none. */
export function middle(sorted: Float64Array): Interval | null {
  const low = quantile(sorted, 0.025);
  const high = quantile(sorted, 0.975);
  return low === null || high === null ? null : [low, high];
}

/** Values that are defined, in ascending order. */
export function defined(draws: Float64Array): Float64Array {
  return draws.filter((value) => Number.isFinite(value)).sort();
}

/** Two-sided p-value of "the value is `none`" from bootstrap draws; agrees with the percentile interval. */
export function bootstrapP(draws: Float64Array, none: number): number | null {
  let [known, below, above] = [0, 0, 0];
  for (const value of draws) {
    if (!Number.isFinite(value)) continue;
    known++;
    if (value <= none) below++;
    if (value >= none) above++;
  }
  return known === 0 ? null : Math.min(1, (2 * (1 + Math.min(below, above))) / (known + 1));
}

/** One-sided p-value of a shuffle test: the share of shuffles at least as extreme, the observed one included. */
export function shuffleP(atLeastAsExtreme: number, shuffles: number): number {
  return (1 + atLeastAsExtreme) / (1 + shuffles);
}

/** Draw by draw `a - b`; the draws must be of the same subjects. */
export function differenceOf(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, draw) => value - (b[draw] ?? NaN));
}

/** Draw by draw `a / b`, undefined where b is 0. */
export function ratioOf(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, draw) => (b[draw] === 0 ? NaN : value / (b[draw] ?? NaN)));
}
