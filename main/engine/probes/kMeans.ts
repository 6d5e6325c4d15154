import type { Rng } from '../../core/rng.ts';
import type { Matrix } from '../../fairness/representation/matrix.ts';

/** Settings of a clustering. */
export interface KMeansSettings {
  readonly clusters: number;
  /** Starts, of which the one with the least inertia counts. */
  readonly starts: number;
  /** Rounds of one start at most. */
  readonly rounds: number;
}

/** Rows told apart into clusters. */
export interface Clustering {
  /** Cluster of each row. */
  readonly labels: Int32Array;
  /** Sum of squared distances to the own centre. */
  readonly inertia: number;
}

/**
 * k-means with starts drawn by k-means++ (Arthur & Vassilvitskii, SODA 2007) and Lloyd's rounds until no row changes its cluster. A cluster
 * that loses all its rows takes the row farthest from its centre, as scikit-learn does. Fewer rows than clusters: each is its own.
 */
export function kMeans(matrix: Matrix, settings: KMeansSettings, rng: Rng): Clustering {
  const clusters = Math.min(settings.clusters, matrix.rows);
  let best: Clustering | null = null;
  for (let start = 0; start < Math.max(1, settings.starts); start++) {
    const found = lloyd(matrix, firstCentres(matrix, clusters, rng), settings.rounds);
    if (best === null || found.inertia < best.inertia) best = found;
  }
  return best ?? { labels: new Int32Array(0), inertia: 0 };
}

/** k-means++: each further centre is a row drawn with probability in proportion to its squared distance to the nearest so far. */
function firstCentres(matrix: Matrix, clusters: number, rng: Rng): Float64Array {
  const { rows, columns } = matrix;
  const centres = new Float64Array(clusters * columns);
  const nearest = new Float64Array(rows).fill(Infinity);
  for (let cluster = 0; cluster < clusters; cluster++) {
    const row = cluster === 0 ? rng.below(rows) : drawn(nearest, rng);
    for (let i = 0; i < columns; i++)
      centres[cluster * columns + i] = matrix.data[row * columns + i] as number;
    for (let at = 0; at < rows; at++)
      nearest[at] = Math.min(nearest[at] as number, squaredDistance(matrix, at, centres, cluster));
  }
  return centres;
}

/** A place drawn with probability in proportion to its weight; any place if all are 0. */
function drawn(weights: Float64Array, rng: Rng): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let left = rng.uniform() * total;
  for (let at = 0; at < weights.length; at++) {
    left -= weights[at] as number;
    if (left < 0) return at;
  }
  return rng.below(weights.length);
}

function lloyd(matrix: Matrix, centres: Float64Array, rounds: number): Clustering {
  const labels = new Int32Array(matrix.rows).fill(-1);
  const distances = new Float64Array(matrix.rows);
  for (let round = 0; round < rounds; round++) {
    const changed = assign(matrix, centres, labels, distances);
    if (changed === 0) break;
    moveCentres(matrix, centres, labels, distances);
  }
  assign(matrix, centres, labels, distances);
  return { labels, inertia: distances.reduce((sum, distance) => sum + distance, 0) };
}

/** Sends every row to its nearest centre, the lower one at a tie; answers how many moved. */
function assign(matrix: Matrix, centres: Float64Array, labels: Int32Array, distances: Float64Array): number {
  const clusters = centres.length / matrix.columns;
  let moved = 0;
  for (let row = 0; row < matrix.rows; row++) {
    let [label, least] = [0, Infinity];
    for (let cluster = 0; cluster < clusters; cluster++) {
      const distance = squaredDistance(matrix, row, centres, cluster);
      if (distance < least) [label, least] = [cluster, distance];
    }
    if (labels[row] !== label) moved++;
    labels[row] = label;
    distances[row] = least;
  }
  return moved;
}

function moveCentres(
  { rows, columns, data }: Matrix,
  centres: Float64Array,
  labels: Int32Array,
  distances: Float64Array,
): void {
  const counts = new Float64Array(centres.length / columns);
  centres.fill(0);
  for (let row = 0; row < rows; row++) {
    const cluster = labels[row] as number;
    counts[cluster] = (counts[cluster] as number) + 1;
    for (let i = 0; i < columns; i++) {
      const at = cluster * columns + i;
      centres[at] = (centres[at] as number) + (data[row * columns + i] as number);
    }
  }
  for (let cluster = 0; cluster < counts.length; cluster++) {
    const count = counts[cluster] as number;
    const farthest = count > 0 ? -1 : distances.indexOf(Math.max(...distances));
    for (let i = 0; i < columns; i++) {
      const at = cluster * columns + i;
      centres[at] = count > 0 ? (centres[at] as number) / count : (data[farthest * columns + i] as number);
    }
    if (farthest >= 0) distances[farthest] = 0;
  }
}

function squaredDistance(
  { columns, data }: Matrix,
  row: number,
  centres: Float64Array,
  cluster: number,
): number {
  let sum = 0;
  for (let i = 0; i < columns; i++)
    sum += ((data[row * columns + i] as number) - (centres[cluster * columns + i] as number)) ** 2;
  return sum;
}
