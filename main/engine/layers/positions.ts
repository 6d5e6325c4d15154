import * as tf from '@tensorflow/tfjs';

/** Sines and cosines of `count` places, half of `width` numbers each, at frequencies from 1 down to 1/10,000: [count, width]. */
function waves(places: readonly number[], width: number): number[][] {
  const half = width / 2;
  return places.map((place) => {
    const angles = Array.from({ length: half }, (_, i) => place / 10_000 ** (i / half));
    return [...angles.map(Math.sin), ...angles.map(Math.cos)];
  });
}

/**
 * Fixed positions of a grid of patches [down * across, width], width divisible by 4: the first half of the numbers tells the column, the
 * second the row, as in the authors' code of MAE (get_2d_sincos_pos_embed).
 */
export function gridPositions(down: number, across: number, width: number): Float32Array {
  const places = Array.from({ length: down * across }, (_, i) => i);
  const columns = waves(places.map((i) => i % across), width / 2); // prettier-ignore
  const rows = waves(places.map((i) => Math.floor(i / across)), width / 2); // prettier-ignore
  return Float32Array.from(places.flatMap((i) => [...(columns[i] ?? []), ...(rows[i] ?? [])]));
}

/** Fixed positions of tokens in a row [count, width], width even: sines, then cosines. */
export function linePositions(count: number, width: number): Float32Array {
  const places = Array.from({ length: count }, (_, i) => i);
  return Float32Array.from(waves(places, width).flat());
}

/** Bilinear weights that stretch `from` points to `to`, edges repeated: [to, from]. */
function stretch(from: number, to: number): number[][] {
  return Array.from({ length: to }, (_, i) => {
    const centre = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
    return Array.from({ length: from }, (__, j) => Math.max(0, 1 - Math.abs(centre - j)));
  });
}

type Grid = readonly [down: number, across: number];

/** Positions [down * across, width] of one grid stretched to those of another, for images of another size. */
export function resizedGrid(positions: tf.Tensor2D, from: Grid, to: Grid): tf.Tensor2D {
  if (from[0] === to[0] && from[1] === to[1]) return positions;
  const [rows, columns] = [stretch(from[0], to[0]), stretch(from[1], to[1])];
  const weights = rows.flatMap((row) =>
    columns.map((column) => row.flatMap((a) => column.map((b) => a * b))),
  );
  return tf.matMul(tf.tensor2d(weights), positions);
}
