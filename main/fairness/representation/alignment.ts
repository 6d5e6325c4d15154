import { type Matrix, normalisedRows } from './matrix.ts';

/**
 * Mean squared distance between the L2-normalised embeddings of two views of the same samples (Wang & Isola, arXiv 2005.10242, alpha 2);
 * lower is more aligned. Null without rows.
 */
export function alignment(first: Matrix, second: Matrix): number | null {
  if (first.rows !== second.rows || first.columns !== second.columns)
    throw new RangeError('Alignment needs two views of the same samples.');
  if (first.rows === 0) return null;
  const [a, b] = [normalisedRows(first).data, normalisedRows(second).data];
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return sum / first.rows;
}
