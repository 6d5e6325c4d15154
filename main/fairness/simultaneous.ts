import { deviation } from './deviation.ts';
import { quantile } from './quantile.ts';
import type { Interval } from './wilson.ts';

/** One of several values that are read together. */
export interface Together {
  readonly value: number;
  /** Bootstrap draws of the value; the same draw number is the same sample for all. */
  readonly draws: Float64Array;
}

/**
 * Intervals that hold all at once with 95% (max-t of the bootstrap): each value plus or minus a common number of its own standard
 * errors, such that in 95% of the draws no value is further away. Null for a value whose draws are undefined somewhere or do not vary.
 */
export function simultaneousIntervals(values: readonly Together[]): readonly (Interval | null)[] {
  const errors = values.map(({ draws }) => deviation(draws));
  const usable = values.flatMap((one, at) => {
    const error = errors[at];
    return error == null || error === 0 ? [] : [{ ...one, error }];
  });
  const draws = usable[0]?.draws.length ?? 0;
  const furthest = Float64Array.from({ length: draws }, (_, draw) =>
    usable.reduce(
      (most, { value, draws: own, error }) => Math.max(most, Math.abs((own[draw] ?? NaN) - value) / error),
      0,
    ),
  );
  const times = quantile(furthest.sort(), 0.95);
  return values.map(({ value }, at) => {
    const error = errors[at];
    return error == null || error === 0 || times === null
      ? null
      : [value - times * error, value + times * error];
  });
}
