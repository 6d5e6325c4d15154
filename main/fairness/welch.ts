import { tQuantile } from './studentT.ts';

/** Difference of two means and its 95% interval by Welch's t; null for fewer than two values a side or where nothing varies. */
export function welch(
  a: readonly number[],
  b: readonly number[],
): { readonly value: number; readonly low: number; readonly high: number } | null {
  if (a.length < 2 || b.length < 2) return null;
  const [one, other] = [meanAndError(a), meanAndError(b)];
  const error = one.squared + other.squared;
  if (error === 0) return null;
  const freedom = error ** 2 / (one.squared ** 2 / (a.length - 1) + other.squared ** 2 / (b.length - 1));
  const value = one.mean - other.mean;
  const reach = tQuantile(0.975, freedom) * Math.sqrt(error);
  return { value, low: value - reach, high: value + reach };
}

function meanAndError(values: readonly number[]): { readonly mean: number; readonly squared: number } {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return { mean, squared: squares / (values.length - 1) / values.length };
}
