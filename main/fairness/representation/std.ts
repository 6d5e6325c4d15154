import { type Matrix, normalisedRows } from './matrix.ts';

/**
 * Mean over dimensions of the standard deviation (divided by n) of L2-normalised rows: about 1/sqrt(d) when healthy, near 0 when
 * collapsed (Chen & He, arXiv 2011.10566, section 4.1). Null without rows.
 */
export function std(embeddings: Matrix): number | null {
  const { rows, columns, data } = normalisedRows(embeddings);
  if (rows === 0 || columns === 0) return null;
  let total = 0;
  for (let column = 0; column < columns; column++) {
    let mean = 0;
    for (let i = column; i < data.length; i += columns) mean += (data[i] as number) / rows;
    let variance = 0;
    for (let i = column; i < data.length; i += columns) variance += ((data[i] as number) - mean) ** 2 / rows;
    total += Math.sqrt(variance);
  }
  return total / columns;
}
