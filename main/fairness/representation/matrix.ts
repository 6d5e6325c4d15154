/** Row-major numbers [rows, columns]: one representation or embedding per row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array | Float64Array;
}

/** The rows scaled to Euclidean length one, in double precision; a row of zeros stays zero. */
export function normalisedRows({ rows, columns, data }: Matrix): Matrix & { readonly data: Float64Array } {
  const result = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let sum = 0;
    for (let i = start; i < start + columns; i++) sum += (data[i] as number) ** 2;
    const scale = sum > 0 ? 1 / Math.sqrt(sum) : 0;
    for (let i = start; i < start + columns; i++) result[i] = (data[i] as number) * scale;
  }
  return { rows, columns, data: result };
}
