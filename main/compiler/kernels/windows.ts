import { arrayOf, constant, mul, pad } from '../build.ts';
import type { GraphNode } from '../graph.ts';
import { makeNode, sizeOf } from '../graph.ts';
import { filled } from './unary.ts';

/** A pooling window over any number of axes. */
export interface Window {
  readonly kernel_shape: readonly number[];
  readonly strides: readonly number[];
  /** Before and behind: all befores first. */
  readonly pads: readonly number[];
}

/** How many real elements each window covers; padding does not count in TensorFlow. Shape [1, 1, ...windows]. */
export function coverage(window: Window, extents: readonly number[], out: readonly number[]): number[] {
  const { kernel_shape: kernel, strides, pads } = window;
  return out.reduce<number[]>(
    (outer, count, axis) => {
      const own = Array.from({ length: count }, (_, index) => {
        const start = index * (strides[axis] as number) - (pads[axis] as number);
        const end = Math.min(start + (kernel[axis] as number), extents[axis] as number);
        return Math.max(0, end - Math.max(0, start));
      });
      return outer.flatMap((product) => own.map((covered) => product * covered));
    },
    [1],
  );
}

/**
 * Pools planes [n, c, ...space]. ONNX Runtime refuses padding as large as the window, so that such windows are pooled
 * over an image with real borders; an average over nothing is 0, as in TensorFlow.js.
 */
export function pooled(
  op: 'MaxPool' | 'AveragePool',
  planes: GraphNode,
  window: Window,
  shape: readonly number[],
): GraphNode {
  if (shape.includes(0)) return filled(0, shape, 'float32');
  const { kernel_shape: kernel, pads } = window;
  const rank = kernel.length;
  if (pads.every((size, index) => size < (kernel[index % rank] as number))) {
    const attributes = op === 'AveragePool' ? { ...window, count_include_pad: 0 } : { ...window };
    return makeNode(op, [planes], attributes, shape, 'float32');
  }
  const borders = planes.shape.map((_, axis) => [pads[axis - 2] ?? 0, pads[axis - 2 + rank] ?? 0] as const);
  const framed = pad(planes, axisPairs(borders), op === 'MaxPool' ? -Infinity : 0);
  const result = makeNode(op, [framed], { ...window, pads: pads.map(() => 0) }, shape, 'float32');
  if (op === 'MaxPool') return result;
  const area = sizeOf(kernel);
  const counts = coverage(window, planes.shape.slice(2), shape.slice(2));
  const factors = counts.map((count) => (count === 0 ? 0 : area / count));
  return mul(result, constant(arrayOf(factors, 'float32'), [1, 1, ...shape.slice(2)], 'float32'));
}

/** Images and channels are never padded. */
function axisPairs(pairs: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  return pairs.map((pair, axis) => (axis < 2 ? [0, 0] : pair));
}
