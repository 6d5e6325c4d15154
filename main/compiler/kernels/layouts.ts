import { transpose } from '../build.ts';
import type { GraphNode } from '../graph.ts';

/** Channels from the last axis to the second, as ONNX has them. */
export function channelsFirst(x: GraphNode): GraphNode {
  const last = x.shape.length - 1;
  return transpose(x, [0, last, ...Array.from({ length: last - 1 }, (_, axis) => axis + 1)]);
}

/** Channels from the second axis to the last, as TensorFlow.js has them. */
export function channelsLast(x: GraphNode): GraphNode {
  const rank = x.shape.length;
  return transpose(x, [0, ...Array.from({ length: rank - 2 }, (_, axis) => axis + 2), 1]);
}

/** The same order for a shape alone. */
export function channelsFirstShape(shape: readonly number[]): number[] {
  return [shape[0] as number, shape[shape.length - 1] as number, ...shape.slice(1, -1)];
}
