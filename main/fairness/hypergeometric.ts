import type { Rng } from '../core/rng.ts';

/** ln k! for k = 0..n, by summation: exact to about 1e-12 relative for counts of rows. */
export function logFactorials(n: number): Float64Array {
  const table = new Float64Array(n + 1);
  for (let k = 2; k <= n; k++) table[k] = (table[k - 1] ?? 0) + Math.log(k);
  return table;
}

/**
 * How many marked ones are among `drawn` out of `total` of which `marked` are marked, without replacement. Inversion that starts at the
 * mode and walks outwards, so that it takes about as many steps as the standard deviation.
 */
export function hypergeometric(
  rng: Rng,
  total: number,
  marked: number,
  drawn: number,
  table: Float64Array,
): number {
  const least = Math.max(0, drawn - (total - marked));
  const most = Math.min(marked, drawn);
  if (least === most) return least;
  const mode = Math.floor(((drawn + 1) * (marked + 1)) / (total + 2));
  const atMode = Math.exp(logProbability(mode, total, marked, drawn, table));
  let u = rng.uniform() - atMode;
  if (u < 0) return mode;
  let [below, above] = [mode, mode];
  let [pBelow, pAbove] = [atMode, atMode];
  while (below > least || above < most) {
    if (above < most) {
      pAbove *= ((marked - above) * (drawn - above)) / ((above + 1) * (total - marked - drawn + above + 1));
      above++;
      u -= pAbove;
      if (u < 0) return above;
    }
    if (below > least) {
      pBelow *= (below * (total - marked - drawn + below)) / ((marked - below + 1) * (drawn - below + 1));
      below--;
      u -= pBelow;
      if (u < 0) return below;
    }
  }
  // Only rounding of the summed probabilities leads here, about once in 10^12 draws.
  return mode;
}

function logProbability(
  k: number,
  total: number,
  marked: number,
  drawn: number,
  table: Float64Array,
): number {
  const choose = (n: number, r: number): number => (table[n] ?? 0) - (table[r] ?? 0) - (table[n - r] ?? 0);
  return choose(marked, k) + choose(total - marked, drawn - k) - choose(total, drawn);
}
