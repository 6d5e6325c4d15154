import { normalProbability, normalQuantile, Z95 } from './normal.ts';

/**
 * Bootstrap draws vary a little less than samples do, because a mean is known from the sample itself. Hesterberg (2015) widens percentile
 * intervals by as much: quantiles of Student's t, times sqrt(n / (n - 1)), where n is the number of subjects.
 */
export function expandedLevel(subjects: number): number {
  return normalProbability(-expanded(Z95, subjects));
}

/** Two-sided p-value from the smaller share of draws beyond a value, such that it is 0.05 at the end of the interval. */
export function expandedP(share: number, subjects: number): number {
  const wanted = -normalQuantile(Math.min(0.5, share));
  let [low, high] = [0, wanted];
  // `expanded` grows with z and is never below it: halving finds the z that it came from.
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (expanded(middle, subjects) < wanted) low = middle;
    else high = middle;
  }
  return Math.min(1, 2 * normalProbability(-low));
}

/** Student's t from a normal quantile by Cornish and Fisher's expansion (error below 0.001 from 19 degrees of freedom on), widened. */
function expanded(z: number, subjects: number): number {
  if (subjects < 2 || !Number.isFinite(subjects)) return z;
  const freedom = subjects - 1;
  const first = (z ** 3 + z) / (4 * freedom);
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2);
  return (z + first + second) * Math.sqrt(subjects / freedom);
}
