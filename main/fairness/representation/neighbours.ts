import { type Matrix, normalisedRows } from './matrix.ts';

/** The nearest rows of every query by cosine similarity, nearest first. */
export interface Neighbours {
  readonly k: number;
  /** Rows of the bank [queries, k]; -1 where there are fewer. */
  readonly rows: Int32Array;
  /** Cosine similarities [queries, k]. */
  readonly similarities: Float64Array;
}

/**
 * The k most similar other rows of each row; rows of the same subject are no neighbours, for they would tell who somebody is. Of equally
 * similar rows the earlier one comes first.
 * @param subjects equal codes are one subject
 */
export function nearest(matrix: Matrix, subjects: ArrayLike<number>, k: number): Neighbours {
  const { rows, columns, data } = normalisedRows(matrix);
  const found = new Int32Array(rows * k).fill(-1);
  const similarities = new Float64Array(rows * k).fill(-Infinity);
  for (let i = 0; i < rows; i++) {
    const last = i * k + k - 1;
    for (let j = 0; j < rows; j++) {
      if (subjects[j] === subjects[i]) continue;
      let similarity = 0;
      for (let c = 0; c < columns; c++)
        similarity += (data[i * columns + c] as number) * (data[j * columns + c] as number);
      if (similarity <= (similarities[last] as number)) continue;
      let place = last;
      for (; place > i * k && similarity > (similarities[place - 1] as number); place--) {
        similarities[place] = similarities[place - 1] as number;
        found[place] = found[place - 1] as number;
      }
      similarities[place] = similarity;
      found[place] = j;
    }
  }
  return { k, rows: found, similarities };
}

/** Temperature of the vote, as in lightly's benchmarks. */
const TEMPERATURE = 0.1;

/**
 * The class with the largest sum of exp(similarity / 0.1) over the neighbours, for every query (Wu et al., arXiv 1805.01978; lightly's
 * knn_predict); ties go to the lower code, -1 without neighbours.
 */
export function knnVotes(
  { k, rows, similarities }: Neighbours,
  codes: ArrayLike<number>,
  classes: number,
): Int32Array {
  const votes = new Float64Array(classes);
  return Int32Array.from({ length: rows.length / k }, (_, query) => {
    votes.fill(0);
    for (let place = query * k; place < query * k + k; place++) {
      const row = rows[place] as number;
      if (row < 0) break;
      const code = codes[row] as number;
      votes[code] = (votes[code] as number) + Math.exp(((similarities[place] as number) - 1) / TEMPERATURE);
    }
    return rows[query * k] === -1 ? -1 : votes.indexOf(votes.reduce((most, vote) => Math.max(most, vote), 0));
  });
}

/** Share of each query's neighbours that have its own code; NaN without neighbours. */
export function sameShares({ k, rows }: Neighbours, codes: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: rows.length / k }, (_, query) => {
    let [same, known] = [0, 0];
    for (let place = query * k; place < query * k + k; place++) {
      const row = rows[place] as number;
      if (row < 0) break;
      known++;
      if (codes[row] === codes[query]) same++;
    }
    return same / known;
  });
}
