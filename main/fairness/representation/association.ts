import { Rng } from '../../core/rng.ts';
import { type Matrix, normalisedRows } from './matrix.ts';

/** Partitions up to which all are counted; beyond it so many are drawn, the observed one among them. */
const MOST_PARTITIONS = 10_000;
/** Sums of the same numbers in another order differ by rounding only: closer than this they are a tie, which counts, and less spread is none. */
const TIE = 1e-12;

/** Rows of the targets X and Y and of the attributes A and B. */
export interface AssociationSets {
  readonly x: Matrix;
  readonly y: Matrix;
  readonly a: Matrix;
  readonly b: Matrix;
}

export interface AssociationResult {
  /** (mean of X - mean of Y) / standard deviation of X and Y together (ddof 1); null without variation. */
  readonly effect: number | null;
  /** One-sided: X with A and Y with B at least as much as observed. */
  readonly p: number | null;
  /** True if every partition of X and Y was counted. */
  readonly exact: boolean;
  readonly partitions: number;
}

/**
 * Embedding association test (iEAT: Steed & Caliskan, arXiv 2010.15052; WEAT: Caliskan et al. 2017; definitions as in vpulab/SB-SSL, weat/test.py):
 * s(w) = mean cosine to A - mean cosine to B; p over partitions of X and Y into parts of the same sizes, ties counting as at least as much.
 */
export function association(sets: AssociationSets, seed: number, stream: string): AssociationResult {
  const scores = Float64Array.of(...associations(sets.x, sets), ...associations(sets.y, sets));
  const [size, first] = [scores.length, sets.x.rows];
  if (first === 0 || first === size || sets.a.rows === 0 || sets.b.rows === 0)
    return { effect: null, p: null, exact: false, partitions: 0 };
  const total = scores.reduce((sum, score) => sum + score, 0);
  const observed = scores.subarray(0, first).reduce((sum, score) => sum + score, 0);
  const spread = deviation(scores, total / size);
  const effect = spread > TIE ? (observed / first - (total - observed) / (size - first)) / spread : null;
  if (effect === null) return { effect, p: null, exact: false, partitions: 0 };
  // With fixed sizes the difference of means grows with the sum over the first part alone.
  const limit = observed - TIE * scores.reduce((sum, score) => sum + Math.abs(score), 1);
  const exact = combinations(size, first) <= MOST_PARTITIONS;
  const { beyond, partitions } = exact
    ? counted(scores, first, limit)
    : drawn(scores, first, limit, seed, stream);
  return { effect, p: beyond / partitions, exact, partitions };
}

/** s(w) of every row w. */
function associations(targets: Matrix, { a, b }: AssociationSets): Float64Array {
  const [toA, toB] = [meanCosine(targets, a), meanCosine(targets, b)];
  return toA.map((value, row) => value - (toB[row] as number));
}

function meanCosine(targets: Matrix, attributes: Matrix): Float64Array {
  const [t, m] = [normalisedRows(targets), normalisedRows(attributes)];
  return Float64Array.from({ length: t.rows }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < m.rows; j++)
      for (let c = 0; c < t.columns; c++)
        sum += (t.data[i * t.columns + c] as number) * (m.data[j * t.columns + c] as number);
    return sum / m.rows;
  });
}

function deviation(values: Float64Array, mean: number): number {
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

/** n choose k; beyond the number of partitions that are counted it may stop early. */
function combinations(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) result = (result * (n - i + 1)) / i;
  return Math.round(result);
}

interface Tally {
  readonly beyond: number;
  readonly partitions: number;
}

/** All choices of `first` scores, in lexical order. */
function counted(scores: Float64Array, first: number, limit: number): Tally {
  const chosen = Array.from({ length: first }, (_, i) => i);
  let [beyond, partitions] = [0, 0];
  for (let more = true; more; more = advance(chosen, scores.length)) {
    let sum = 0;
    for (const at of chosen) sum += scores[at] as number;
    if (sum >= limit) beyond++;
    partitions++;
  }
  return { beyond, partitions };
}

/** The next choice in lexical order; false after the last. */
function advance(chosen: number[], size: number): boolean {
  for (let i = chosen.length - 1; i >= 0; i--) {
    if ((chosen[i] as number) >= size - chosen.length + i) continue;
    chosen[i] = (chosen[i] as number) + 1;
    for (let j = i + 1; j < chosen.length; j++) chosen[j] = (chosen[j - 1] as number) + 1;
    return true;
  }
  return false;
}

function drawn(scores: Float64Array, first: number, limit: number, seed: number, stream: string): Tally {
  const rng = Rng.stream(seed, stream);
  let beyond = 1;
  for (let draw = 1; draw < MOST_PARTITIONS; draw++) {
    const order = rng.permutation(scores.length);
    let sum = 0;
    for (let i = 0; i < first; i++) sum += scores[order[i] as number] as number;
    if (sum >= limit) beyond++;
  }
  return { beyond, partitions: MOST_PARTITIONS };
}
