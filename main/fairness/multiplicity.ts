/**
 * Holm's step-down adjustment (Holm 1979): p-values that may be read as if only one had been tested. Holds under any dependence.
 * Null stays null and does not count.
 */
export function holm(p: readonly (number | null)[]): readonly (number | null)[] {
  const order = known(p);
  const adjusted = [...p];
  let least = 0;
  order.forEach((at, rank) => {
    least = Math.max(least, Math.min(1, (order.length - rank) * (p[at] ?? 1)));
    adjusted[at] = least;
  });
  return adjusted;
}

/**
 * Benjamini and Hochberg's adjustment (1995): rejecting where it is at most q keeps the expected share of false rejections at q,
 * for independent or positively dependent tests. Null stays null and does not count.
 */
export function benjaminiHochberg(p: readonly (number | null)[]): readonly (number | null)[] {
  const order = known(p);
  const adjusted = [...p];
  let most = 1;
  for (let rank = order.length - 1; rank >= 0; rank--) {
    const at = order[rank] ?? 0;
    most = Math.min(most, (order.length / (rank + 1)) * (p[at] ?? 1));
    adjusted[at] = most;
  }
  return adjusted;
}

/** Places of the known p-values, smallest first. */
function known(p: readonly (number | null)[]): readonly number[] {
  return p.flatMap((value, at) => (value === null ? [] : [at])).sort((a, b) => (p[a] ?? 0) - (p[b] ?? 0));
}
