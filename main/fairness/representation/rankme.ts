import { symmetricEigenvalues } from './eigenvalues.ts';
import type { Matrix } from './matrix.ts';

/** Added to every share, as in the paper. */
const EPSILON = 1e-7;

/**
 * Effective rank exp(-sum p ln p), p = singular value / their sum + 1e-7, of raw, uncentred rows (RankMe: Garrido et al.,
 * arXiv 2210.02885). Between 1 and min(rows, columns); depends on the number of rows, so compare at equal numbers only. Null if all is zero.
 */
export function rankme(representations: Matrix): number | null {
  const singular = singularValues(representations);
  const sum = singular.reduce((total, value) => total + value, 0);
  if (!(sum > 0)) return null;
  let entropy = 0;
  for (const value of singular) {
    const share = value / sum + EPSILON;
    entropy -= share * Math.log(share);
  }
  return Math.exp(entropy);
}

/** Singular values in descending order, min(rows, columns) of them, from the eigenvalues of the smaller Gram matrix. */
export function singularValues(matrix: Matrix): Float64Array {
  const gram = matrix.columns <= matrix.rows ? columnGram(matrix) : rowGram(matrix);
  const size = Math.min(matrix.rows, matrix.columns);
  return symmetricEigenvalues(gram, size)
    .map((value) => Math.sqrt(Math.max(0, value)))
    .reverse();
}

function columnGram({ rows, columns, data }: Matrix): Float64Array {
  const gram = new Float64Array(columns * columns);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    for (let i = 0; i < columns; i++) {
      const value = data[start + i] as number;
      if (value === 0) continue;
      const target = i * columns;
      for (let j = 0; j <= i; j++)
        gram[target + j] = (gram[target + j] as number) + value * (data[start + j] as number);
    }
  }
  return mirrored(gram, columns);
}

function rowGram({ rows, columns, data }: Matrix): Float64Array {
  const gram = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < columns; k++)
        sum += (data[i * columns + k] as number) * (data[j * columns + k] as number);
      gram[i * rows + j] = sum;
    }
  }
  return mirrored(gram, rows);
}

function mirrored(lower: Float64Array, size: number): Float64Array {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) lower[j * size + i] = lower[i * size + j] as number;
  }
  return lower;
}
