import { type Matrix, normalisedRows } from './matrix.ts';

/**
 * log of the mean over pairs of exp(-2 distance squared) of L2-normalised embeddings (Wang & Isola, arXiv 2005.10242, t 2); lower is more
 * uniform, 0 is collapsed. Null with fewer than two rows.
 */
export function uniformity(embeddings: Matrix): number | null {
  const { rows, columns, data } = normalisedRows(embeddings);
  if (rows < 2) return null;
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < i; j++)
      sum += Math.exp(-2 * squaredDistance(data, i * columns, j * columns, columns));
  }
  return Math.log(sum / ((rows * (rows - 1)) / 2));
}

function squaredDistance(data: Float64Array, a: number, b: number, columns: number): number {
  let sum = 0;
  for (let k = 0; k < columns; k++) {
    const difference = (data[a + k] as number) - (data[b + k] as number);
    sum += difference * difference;
  }
  return sum;
}
