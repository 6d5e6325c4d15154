/** 97.5% quantile of the standard normal distribution. */
export const Z95 = 1.959963984540054;
/** 80% quantile: what a difference must exceed its threshold by to be found in four of five cases. */
export const Z80 = 0.8416212335729143;

const BELOW = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
] as const;
const BELOW_UNDER = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1,
  1,
] as const;
const TAIL = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
] as const;
const TAIL_UNDER = [
  7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1,
] as const;
/** Where the approximation of the middle ends. */
const TAIL_FROM = 0.02425;

/** Probability that a standard normal value is at most `z`; absolute error below 1e-15 (series and continued fraction of erf). */
export function normalProbability(z: number): number {
  const tail = Math.abs(z) > 4 ? fractionTail(Math.abs(z)) : 0.5 - seriesMiddle(Math.abs(z));
  return z < 0 ? tail : 1 - tail;
}

/** The z below which a standard normal value lies with probability p (Acklam's approximation, one Halley step): infinite at 0 and 1. */
export function normalQuantile(p: number): number {
  if (p <= 0) return -Infinity;
  if (p >= 1) return Infinity;
  const z = roughQuantile(p);
  const error = (normalProbability(z) - p) * Math.sqrt(2 * Math.PI) * Math.exp((z * z) / 2);
  return z - error / (1 + (z * error) / 2);
}

function roughQuantile(p: number): number {
  if (p < TAIL_FROM) return tailQuantile(Math.sqrt(-2 * Math.log(p)));
  if (p > 1 - TAIL_FROM) return -tailQuantile(Math.sqrt(-2 * Math.log(1 - p)));
  const q = p - 0.5;
  const r = q * q;
  return (polynomial(BELOW, r) * q) / polynomial(BELOW_UNDER, r);
}

function tailQuantile(q: number): number {
  return polynomial(TAIL, q) / polynomial(TAIL_UNDER, q);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}

/** Probability between 0 and z by the series z + z^3/3 + z^5/15 + ... */
function seriesMiddle(z: number): number {
  let term = z;
  let sum = z;
  for (let k = 3; Math.abs(term) > 1e-17 * sum; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

/** Probability beyond a large z by Laplace's continued fraction. */
function fractionTail(z: number): number {
  let fraction = z;
  for (let k = 60; k > 0; k--) fraction = z + k / fraction;
  return Math.exp((-z * z) / 2) / (fraction * Math.sqrt(2 * Math.PI));
}
