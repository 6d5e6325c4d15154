import { normalProbability, normalQuantile, Z95 } from './normal.ts';
import { quantile } from './quantile.ts';
import type { Interval } from './wilson.ts';

/**
 * Bias-corrected and accelerated 95% bootstrap interval (Efron 1987). `jackknife` are the values with one subject, or one block of
 * subjects, left out.
 * @returns null where it does not exist: undefined draws or leave-outs, all leave-outs equal, or all draws on one side of the value
 */
export function bcaInterval(value: number, draws: Float64Array, jackknife: Float64Array): Interval | null {
  const sorted = draws.toSorted();
  if (sorted.length === 0 || jackknife.length === 0) return null;
  if (!sorted.every(Number.isFinite) || !jackknife.every(Number.isFinite)) return null;
  const bias = normalQuantile(shareBelow(sorted, value));
  const skew = acceleration(jackknife);
  if (!Number.isFinite(bias) || skew === null) return null;
  const [low, high] = [-Z95, Z95].map((z) => quantile(sorted, level(bias, skew, z)));
  return low == null || high == null || low === high ? null : [low, high];
}

function level(bias: number, skew: number, z: number): number {
  return normalProbability(bias + (bias + z) / (1 - skew * (bias + z)));
}

/** Share of draws below the value, ties counting half. */
function shareBelow(sorted: Float64Array, value: number): number {
  let twice = 0;
  for (const draw of sorted) twice += draw < value ? 2 : draw === value ? 1 : 0;
  return twice / (2 * sorted.length);
}

function acceleration(jackknife: Float64Array): number | null {
  const mean = jackknife.reduce((sum, value) => sum + value, 0) / jackknife.length;
  let [squares, cubes] = [0, 0];
  for (const value of jackknife) {
    const influence = mean - value;
    squares += influence * influence;
    cubes += influence ** 3;
  }
  return squares === 0 ? null : cubes / (6 * squares ** 1.5);
}
