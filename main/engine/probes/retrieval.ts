import type { Matrix } from '../../fairness/representation/matrix.ts';

/** What a retrieval asks: for each query its rank list among candidates, by cosine similarity. */
export interface RetrievalTask {
  readonly queries: Matrix;
  readonly candidates: Matrix;
  /** Whether a candidate answers a query. */
  readonly relevant: (query: number, candidate: number) => boolean;
  /** Whether a candidate may be listed for a query: a sample does not find itself. */
  readonly allowed: (query: number, candidate: number) => boolean;
}

/**
 * Rank from 1 of the first candidate that answers each query; Infinity where none does. Of equally similar candidates those that do not
 * answer come first, so that a collapsed representation scores nothing.
 */
export function firstRanks({ queries, candidates, relevant, allowed }: RetrievalTask): Float64Array {
  const [left, right] = [unitRows(queries), unitRows(candidates)];
  const { columns } = queries;
  return Float64Array.from({ length: queries.rows }, (_, query) => {
    const similarity = new Float64Array(candidates.rows);
    let best = -Infinity;
    for (let at = 0; at < candidates.rows; at++) {
      if (!allowed(query, at)) continue;
      let dot = 0;
      for (let i = 0; i < columns; i++)
        dot += (left[query * columns + i] as number) * (right[at * columns + i] as number);
      similarity[at] = dot;
      if (relevant(query, at)) best = Math.max(best, dot);
    }
    if (best === -Infinity) return Infinity;
    let rank = 1;
    for (let at = 0; at < candidates.rows; at++)
      if (allowed(query, at) && !relevant(query, at) && (similarity[at] as number) >= best) rank++;
    return rank;
  });
}

/** Share of queries whose first answer is among the k first; null without queries. */
export function recallAt(ranks: Float64Array, k: number): number | null {
  if (ranks.length === 0) return null;
  return ranks.filter((rank) => rank <= k).length / ranks.length;
}

/** The task of finding samples of the same class among the others: recall at 1 is leave-one-out 1-nearest-neighbour accuracy. */
export function sameClassTask(samples: Matrix, codes: Int32Array): RetrievalTask {
  return {
    queries: samples,
    candidates: samples,
    relevant: (query, candidate) => codes[query] === codes[candidate],
    allowed: (query, candidate) => query !== candidate,
  };
}

/** The task of finding each sample's own partner in another modality: row i answers row i. */
export function pairTask(queries: Matrix, candidates: Matrix): RetrievalTask {
  return {
    queries,
    candidates,
    relevant: (query, candidate) => query === candidate,
    allowed: () => true,
  };
}

function unitRows({ rows, columns, data }: Matrix): Float64Array {
  const result = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    let square = 1e-24;
    for (let i = 0; i < columns; i++) square += (data[row * columns + i] as number) ** 2;
    for (let i = 0; i < columns; i++)
      result[row * columns + i] = (data[row * columns + i] as number) / Math.sqrt(square);
  }
  return result;
}
