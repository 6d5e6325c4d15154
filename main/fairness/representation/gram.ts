import type { Matrix } from './matrix.ts';

/** A symmetric matrix of all pairs of rows [size, size], row-major. */
export interface Pairs {
  readonly size: number;
  readonly data: Float64Array;
}

/** The rows minus their mean, in double precision. */
export function centred({ rows, columns, data }: Matrix): Matrix & { readonly data: Float64Array } {
  const mean = new Float64Array(columns);
  for (let i = 0; i < data.length; i++)
    mean[i % columns] = (mean[i % columns] as number) + (data[i] as number) / rows;
  return {
    rows,
    columns,
    data: Float64Array.from(data, (value, i) => value - (mean[i % columns] as number)),
  };
}

/** Inner products of all pairs of rows. */
export function gram(matrix: Matrix): Pairs {
  return pairs(matrix, (a, b) => a * b);
}

/** Squared Euclidean distances of all pairs of rows. */
export function squaredDistances(matrix: Matrix): Pairs {
  return pairs(matrix, (a, b) => (a - b) * (a - b));
}

/** Manhattan distances of all pairs of rows. */
export function manhattanDistances(matrix: Matrix): Pairs {
  return pairs(matrix, (a, b) => Math.abs(a - b));
}

/** Sums over columns of `term` of all pairs of rows. */
function pairs({ rows, columns, data }: Matrix, term: (a: number, b: number) => number): Pairs {
  const result = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      const [a, b] = [i * columns, j * columns];
      for (let k = 0; k < columns; k++) sum += term(data[a + k] as number, data[b + k] as number);
      result[i * rows + j] = sum;
      result[j * rows + i] = sum;
    }
  }
  return { size: rows, data: result };
}
