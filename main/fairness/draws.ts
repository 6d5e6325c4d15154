import { expandedLevel, expandedP } from './expanded.ts';
import { quantile } from './quantile.ts';
import type { Interval } from './wilson.ts';

/** A percentile interval, or why there is none. */
export type DrawnInterval =
  | { readonly interval: Interval; readonly reason: null }
  | { readonly interval: null; readonly reason: string };

/** The 95% percentile interval of the draws of a bootstrap over so many subjects, widened for few (NaN: undefined in that draw). */
export function percentileInterval(draws: Float64Array, subjects: number): DrawnInterval {
  const sorted = defined(draws);
  const missing = draws.length - sorted.length;
  if (missing > draws.length * 0.05)
    return { interval: null, reason: `undefined in ${missing} of ${draws.length} draws` };
  const range = middle(sorted, expandedLevel(subjects));
  if (range === null) return { interval: null, reason: 'no draws' };
  if (sorted[0] === sorted.at(-1))
    return { interval: null, reason: 'every draw gives the same value, which says nothing about its spread' };
  return { interval: range, reason: null };
}

/** The middle of some values, all but a share of `outside` at each end; null if there are none. */
export function middle(sorted: Float64Array, outside = 0.025): Interval | null {
  const low = quantile(sorted, outside);
  const high = quantile(sorted, 1 - outside);
  return low === null || high === null ? null : [low, high];
}

/** Values that are defined, in ascending order. */
export function defined(draws: Float64Array): Float64Array {
  return draws.filter((value) => Number.isFinite(value)).sort();
}

/** Two-sided p-value of "the value is `none`" from bootstrap draws over so many subjects; agrees with the percentile interval. */
export function bootstrapP(draws: Float64Array, none: number, subjects: number): number | null {
  let [known, below, above] = [0, 0, 0];
  for (const value of draws) {
    if (!Number.isFinite(value)) continue;
    known++;
    if (value <= none) below++;
    if (value >= none) above++;
  }
  return known === 0 ? null : expandedP((1 + Math.min(below, above)) / (known + 1), subjects);
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
