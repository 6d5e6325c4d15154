import type { Estimated } from '../../../preload/contract/vocabulary.ts';
import { defined, middle, percentileInterval } from '../../fairness/draws.ts';
import { expandedLevel } from '../../fairness/expanded.ts';
import { INSUFFICIENT, MIN_SUBJECTS } from '../../fairness/support.ts';
import { without } from '../estimates.ts';

/** The mean of the defined values; null if one of them is undefined. */
export function meanOf(values: readonly (number | null)[]): number | null {
  if (values.length === 0 || values.includes(null)) return null;
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0) / values.length;
}

/**
 * A value with the middle 95% of its draws, moved so that their mean is the value: a draw repeats rows, which moves ranks and distances, and by how
 * much they vary is what is wanted. Ends are kept within `bounds`.
 */
export function centredEstimate(
  value: number | null,
  draws: Float64Array,
  subjects: number,
  bounds: readonly [number, number],
  reason = 'undefined on these rows',
): Estimated {
  const lack = lackOfSubjects(value, subjects, reason);
  if (lack || value === null) return lack ?? without(null, reason);
  const known = defined(draws);
  const spread = middle(known, expandedLevel(subjects));
  if (known.length < draws.length * 0.95 || spread === null)
    return without(value, `undefined in ${draws.length - known.length} of ${draws.length} draws`);
  if (known[0] === known.at(-1)) return without(value, 'every draw gives the same value, which says nothing about its spread'); // prettier-ignore
  const shift = value - known.reduce((sum, draw) => sum + draw, 0) / known.length;
  const clip = (end: number): number => Math.min(bounds[1], Math.max(bounds[0], end));
  return { value, low: clip(spread[0] + shift), high: clip(spread[1] + shift) };
}

/** A value with the percentile interval of its draws. */
export function percentileEstimate(
  value: number | null,
  draws: Float64Array,
  subjects: number,
  reason = 'undefined on these rows',
): Estimated {
  const lack = lackOfSubjects(value, subjects, reason);
  if (lack || value === null) return lack ?? without(null, reason);
  const { interval, reason: why } = percentileInterval(draws, subjects);
  return interval === null ? without(value, why) : { value, low: interval[0], high: interval[1] };
}

function lackOfSubjects(value: number | null, subjects: number, reason: string): Estimated | null {
  if (value === null) return without(null, reason);
  return subjects < MIN_SUBJECTS
    ? without(value, `${INSUFFICIENT} (${subjects} subjects, needs ${MIN_SUBJECTS})`)
    : null;
}

/** `count` numbers; what is undefined is NaN. */
export function drawsOf(count: number, draw: (index: number) => number | null): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => draw(index) ?? NaN);
}

/** The middle 95% of values under no effect; null if none is defined. */
export function nullRangeOf(values: Float64Array): readonly [number, number] | null {
  return middle(defined(values));
}
