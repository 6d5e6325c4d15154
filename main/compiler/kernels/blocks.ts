import * as tf from '@tensorflow/tfjs';

import { pad, reshape, slice, transpose } from '../build.ts';
import type { GraphNode } from '../graph.ts';
import { sizeOf } from '../graph.ts';
import type { KernelCall, KernelFamily } from './kernel.ts';

/** Blocks of space become images of a larger batch, after zero padding. */
function spaceToBatch(call: KernelCall): GraphNode {
  const x = call.node('x');
  const block = call.numbers('blockShape');
  const paddings = call.attribute<[number, number][]>('paddings');
  const padded = pad(
    x,
    x.shape.map((_, axis) => paddings[axis - 1] ?? ([0, 0] as const)),
  );
  const shape = [...padded.shape];
  const count = sizeOf(block);
  const split = reshape(padded, tf.backend_util.getReshaped(shape, block, count, false));
  const moved = transpose(split, tf.backend_util.getPermuted(split.shape.length, block.length, false));
  return reshape(moved, tf.backend_util.getReshapedPermuted(shape, block, count, false));
}

/** The reverse, with the borders cut off. */
function batchToSpace(call: KernelCall): GraphNode {
  const x = call.node('x');
  const block = call.numbers('blockShape');
  const crops = call.attribute<[number, number][]>('crops');
  const shape = [...x.shape];
  const count = sizeOf(block);
  const split = reshape(x, tf.backend_util.getReshaped(shape, block, count));
  const moved = transpose(split, tf.backend_util.getPermuted(split.shape.length, block.length));
  const joined = tf.backend_util.getReshapedPermuted(shape, block, count);
  const begin = tf.backend_util.getSliceBeginCoords(crops, block.length);
  const size = tf.backend_util.getSliceSize(joined, crops, block.length);
  return slice(
    reshape(moved, joined),
    joined.map((_, axis) => begin[axis] ?? 0),
    joined.map((extent, axis) => size[axis] ?? extent),
  );
}

export const blocks: KernelFamily = { SpaceToBatchND: spaceToBatch, BatchToSpaceND: batchToSpace };
