import { concat, reshape, slice } from '../build.ts';
import type { GraphNode } from '../graph.ts';
import { makeNode, sizeOf } from '../graph.ts';
import type { ComplexNode } from '../held.ts';

/** Discrete Fourier transform over the last axis; the inverse one divides by its length, as TensorFlow's does. */
export function spectrum({ real, imaginary }: ComplexNode, inverse: boolean): ComplexNode {
  const shape = real.shape;
  const length = shape[shape.length - 1] ?? 1;
  const rows = length === 0 ? 0 : sizeOf(shape) / length;
  const column = [rows, length, 1];
  const pairs = concat([reshape(real, column), reshape(imaginary, column)], 2);
  const result = makeNode('DFT', [pairs], { inverse: inverse ? 1 : 0 }, pairs.shape, 'float32');
  const part = (index: number): GraphNode => reshape(slice(result, [0, 0, index], column), shape);
  return { real: part(0), imaginary: part(1) };
}
