import { Z95 } from './normal.ts';

/** 97.5% quantile of Student's t with so many degrees of freedom (above 0, not necessarily whole). */
export function studentQuantile(freedom: number): number {
  let [low, high] = [Z95, 1e6];
  while (high - low > 1e-12 * high) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (upperTail(middle, freedom) > 0.025) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(T > t) for t above 0: half the regularised incomplete beta function. */
function upperTail(t: number, freedom: number): number {
  return incompleteBeta(freedom / 2, 0.5, freedom / (freedom + t * t)) / 2;
}

/** Regularised incomplete beta function by Lentz's continued fraction (Press et al., Numerical Recipes, 6.4). */
function incompleteBeta(a: number, b: number, x: number): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x));
  return x < (a + 1) / (a + b + 2)
    ? (front * continuedFraction(a, b, x)) / a
    : 1 - (front * continuedFraction(b, a, 1 - x)) / b;
}

const TINY = 1e-300;
const STEPS = 500;

function continuedFraction(a: number, b: number, x: number): number {
  const kept = (value: number): number => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / kept(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= STEPS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / kept(1 + even * d);
    c = kept(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / kept(1 + odd * d);
    c = kept(1 + odd / c);
    result *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return result;
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const; // prettier-ignore

/** Logarithm of the gamma function for x above 0 (Lanczos, g = 7). */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const base = x - 1 + 7.5;
  const sum = LANCZOS.reduce((total, factor, at) => (at === 0 ? factor : total + factor / (x - 1 + at)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(base) - base + Math.log(sum);
}

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
  const reach = studentQuantile(freedom) * Math.sqrt(error);
  return { value, low: value - reach, high: value + reach };
}

function meanAndError(values: readonly number[]): { readonly mean: number; readonly squared: number } {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return { mean, squared: squares / (values.length - 1) / values.length };
}
