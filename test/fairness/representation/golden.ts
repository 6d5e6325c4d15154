import type { Matrix } from '../../../main/fairness/representation/matrix.ts';

/** The rebuildable input of the reference numbers: sin(scale (1 + 3i + 7j + ij/2) + offset). */
export function formulaMatrix(
  rows: number,
  columns: number,
  scale: number,
  offset: number,
): Matrix & { data: Float64Array } {
  const data = Float64Array.from({ length: rows * columns }, (_, index) => {
    const [i, j] = [Math.floor(index / columns), index % columns];
    return Math.sin(scale * (1 + 3 * i + 7 * j + 0.5 * i * j) + offset);
  });
  return { rows, columns, data };
}
