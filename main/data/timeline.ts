import { numberOf } from './columns.ts';

/** The times of one series: how they run, and what they are in seconds or in their own unit. */
export type Timing = 'regular' | 'irregular' | 'backwards' | 'none';

/** Steps may differ from the usual one by this share and still count as regular. */
const TOLERANCE = 0.01;

/** A time given as a number or as a date, or NaN. */
export function timeOf(text: string | null): number {
  if (text === null) return NaN;
  const number = numberOf(text);
  // Dates without a zone are taken as UTC, so that every machine reads the same.
  return (
    number ?? Date.parse(/[zZ]$|[+-]\d\d:?\d\d$/.test(text) ? text : `${text.replace(' ', 'T')}Z`) / 1000
  );
}

/** How times run: regular within 1%, irregular, or going back (or missing) somewhere. */
export function timingOf(times: readonly number[]): Timing {
  if (times.length < 2) return 'regular';
  const steps = times.slice(1).map((time, i) => time - (times[i] ?? NaN));
  if (steps.some((step) => !(step > 0))) return 'backwards';
  const usual = median(steps);
  return steps.every((step) => Math.abs(step - usual) <= TOLERANCE * usual) ? 'regular' : 'irregular';
}

/**
 * Brings rows [time, channels] from their times onto a regular grid of the usual step, between neighbours in a straight line; where
 * a neighbour is missing, the value is missing.
 * @param most steps of the grid at most
 */
export function resampled(
  times: readonly number[],
  rows: readonly Float32Array[],
  most: number,
): readonly Float32Array[] {
  const [start = 0] = times;
  const end = times.at(-1) ?? start;
  const usual = median(times.slice(1).map((time, i) => time - (times[i] ?? NaN)));
  const count = Math.min(most, Math.floor((end - start) / usual + 1e-9) + 1);
  let before = 0;
  return Array.from({ length: count }, (_, step) => {
    const at = Math.min(end, start + step * usual);
    while (before < times.length - 2 && (times[before + 1] ?? Infinity) <= at) before++;
    const [low = at, high = at] = [times[before], times[before + 1]];
    const share = high > low ? (at - low) / (high - low) : 0;
    const [left, right] = [rows[before], rows[before + 1]];
    return Float32Array.from(left ?? [], (value, i) => between(value, right?.[i] ?? value, share));
  });
}

function between(left: number, right: number, share: number): number {
  if (share === 0) return left;
  return share === 1 ? right : left + (right - left) * share;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
}
