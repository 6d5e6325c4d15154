import type { Pairs } from './gram.ts';

/** Two sides of some rows: side 0, side 1, or none (any other number), and how often each row counts (null: once). */
export interface Sides {
  readonly of: ArrayLike<number>;
  readonly weights: ArrayLike<number> | null;
}

/** The median of the squared distances of all pairs of different rows; the usual width of a Gaussian kernel. Null without a positive one. */
export function medianSquaredDistance({ size, data }: Pairs): number | null {
  const values = new Float64Array((size * (size - 1)) / 2);
  for (let i = 0, at = 0; i < size; i++)
    for (let j = 0; j < i; j++) values[at++] = data[i * size + j] as number;
  values.sort();
  const half = values.length / 2;
  const median =
    values.length % 2 === 1
      ? (values[Math.floor(half)] ?? 0)
      : ((values[half - 1] ?? 0) + (values[half] ?? 0)) / 2;
  return median > 0 ? median : null;
}

/** exp(-distance squared / (2 width)) of all pairs; `width` is a squared distance. */
export function gaussianKernel({ size, data }: Pairs, width: number): Pairs {
  return { size, data: data.map((value) => Math.exp(-value / (2 * width))) };
}

/**
 * Unbiased squared maximum mean discrepancy of two sides (Gretton et al. 2012, eq. 3): 0 in expectation where both are drawn alike, and
 * therefore sometimes below 0. Null if a side has fewer than two rows.
 */
export function discrepancy(kernel: Pairs, { of, weights }: Sides): number | null {
  const { size, data } = kernel;
  const counts = [0, 0];
  const own = [0, 0];
  const within = [0, 0];
  let between = 0;
  for (let i = 0; i < size; i++) {
    const side = of[i] as number;
    const weight = weights === null ? 1 : (weights[i] as number);
    if ((side !== 0 && side !== 1) || weight === 0) continue;
    counts[side] = (counts[side] as number) + weight;
    own[side] = (own[side] as number) + weight * weight;
    for (let j = 0; j < i; j++) {
      const other = of[j] as number;
      const times = weight * (weights === null ? 1 : (weights[j] as number));
      if (other === side) within[side] = (within[side] as number) + times * (data[i * size + j] as number);
      else if (other === 0 || other === 1) between += times * (data[i * size + j] as number);
    }
  }
  const [a = 0, b = 0] = counts;
  const pairsOf = (side: 0 | 1): number => (counts[side] as number) ** 2 - (own[side] as number);
  if (pairsOf(0) <= 0 || pairsOf(1) <= 0) return null;
  return (2 * (within[0] as number)) / pairsOf(0) + (2 * (within[1] as number)) / pairsOf(1) - (2 * between) / (a * b); // prettier-ignore
}
