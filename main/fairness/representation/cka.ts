import { centred, gram, type Pairs } from './gram.ts';
import type { Matrix } from './matrix.ts';

/** Both estimates of how alike two sets of representations are; null where undefined (no variation, or fewer than 4 rows for the unbiased one). */
export interface Similarity {
  readonly biased: number | null;
  readonly unbiased: number | null;
}

/**
 * Linear centred kernel alignment of two matrices over the same rows: ||Y'X||^2 / (||X'X|| ||Y'Y||) of centred columns (Kornblith et al.,
 * arXiv 1905.00414), and the same ratio with the unbiased estimator of HSIC (Song et al. 2012, eq. 5; Nguyen et al., arXiv 2010.15327).
 * @throws RangeError if the matrices have different numbers of rows
 */
export function linearCka(x: Matrix, y: Matrix): Similarity {
  if (x.rows !== y.rows) throw new RangeError('CKA needs two representations of the same rows.');
  return weightedCka(gram(centred(x)), gram(centred(y)), null);
}

/**
 * The same from Gram matrices of centred rows, where row i counts `weights[i]` times (null: once). A row that is drawn twice is no pair with
 * itself: otherwise the unbiased estimate of a bootstrap draw would be biased again.
 */
export function weightedCka(k: Pairs, l: Pairs, weights: ArrayLike<number> | null): Similarity {
  const [both, first, second] = [sums(k, l, weights), sums(k, k, weights), sums(l, l, weights)];
  return {
    biased: ratio(biasedHsic(both), biasedHsic(first), biasedHsic(second)),
    unbiased: ratio(unbiasedHsic(both), unbiasedHsic(first), unbiasedHsic(second)),
  };
}

/** Sums over pairs of rows; the second of each without pairs of a row with itself. */
interface PairSums {
  readonly n: number;
  readonly product: readonly [number, number];
  readonly k: readonly [number, number];
  readonly l: readonly [number, number];
  /** Sum over rows of the product of both row sums. */
  readonly rows: readonly [number, number];
}

function sums(k: Pairs, l: Pairs, weights: ArrayLike<number> | null): PairSums {
  const { size } = k;
  let n = 0;
  const total = { product: pair(), k: pair(), l: pair(), rows: pair() };
  const add = (sum: [number, number], all: number, others: number): void => {
    sum[0] += all;
    sum[1] += others;
  };
  for (let i = 0; i < size; i++) {
    const weight = weights === null ? 1 : (weights[i] as number);
    if (weight === 0) continue;
    n += weight;
    let [kRow, lRow, product] = [0, 0, 0];
    for (let j = 0, at = i * size; j < size; j++, at++) {
      const other = weights === null ? 1 : (weights[j] as number);
      if (other === 0 || j === i) continue;
      kRow += other * (k.data[at] as number);
      lRow += other * (l.data[at] as number);
      product += other * (k.data[at] as number) * (l.data[at] as number);
    }
    const [kOwn, lOwn] = [k.data[i * size + i] as number, l.data[i * size + i] as number];
    const [kAll, lAll] = [kRow + weight * kOwn, lRow + weight * lOwn];
    add(total.product, weight * (product + weight * kOwn * lOwn), weight * product);
    add(total.k, weight * kAll, weight * kRow);
    add(total.l, weight * lAll, weight * lRow);
    add(total.rows, weight * kAll * lAll, weight * kRow * lRow);
  }
  return { n, ...total };
}

function pair(): [number, number] {
  return [0, 0];
}

/** tr(K H L H), without its factor 1 / (n - 1)^2, which the ratio cancels. */
function biasedHsic({ n, product, k, l, rows }: PairSums): number {
  return product[0] - (2 / n) * rows[0] + (k[0] * l[0]) / n ** 2;
}

function unbiasedHsic({ n, product, k, l, rows }: PairSums): number {
  if (n < 4) return NaN;
  return (product[1] + (k[1] * l[1]) / ((n - 1) * (n - 2)) - (2 / (n - 2)) * rows[1]) / (n * (n - 3));
}

function ratio(both: number, first: number, second: number): number | null {
  const scale = Math.sqrt(first * second);
  return first > 0 && second > 0 && Number.isFinite(both / scale) ? both / scale : null;
}
