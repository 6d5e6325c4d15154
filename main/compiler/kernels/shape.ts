import * as tf from '@tensorflow/tfjs';

import { cast, concat, constant, expand, pad, reshape, slice, transpose, where } from '../build.ts';
import type { ElementType, GraphNode } from '../graph.ts';
import { makeNode, sameShape } from '../graph.ts';
import { axesOf } from './reduction.ts';
import type { KernelCall, KernelFamily } from './kernel.ts';
import { filled } from './unary.ts';

/** Concatenation; empty parts are left out because ONNX wants every other extent to agree. */
function concatenated(call: KernelCall): GraphNode {
  const parts = call.list();
  const first = parts[0] as GraphNode;
  const axis = tf.util.parseAxisParam(call.number('axis'), [...first.shape])[0] as number;
  const shapes = parts.map((part) => [...part.shape]);
  tf.backend_util.assertParamsConsistent(shapes, axis);
  const shape = tf.backend_util.computeOutShape(shapes, axis);
  if (shape.includes(0)) return filled(0, shape, first.dtype);
  return concat(
    parts.filter((part) => part.shape[axis] !== 0),
    axis,
  );
}

function sliced(call: KernelCall): GraphNode {
  const x = call.node('x');
  const like = { shape: [...x.shape], rank: x.shape.length } as unknown as tf.Tensor;
  const [begin, size] = tf.slice_util.parseSliceParams(
    like,
    call.attribute<number | number[]>('begin'),
    call.attribute<number | number[]>('size'),
  ) as [number[], number[]];
  tf.slice_util.assertParamsValid(like, begin, size);
  return slice(x, begin, size);
}

function stridedSlice(call: KernelCall): GraphNode {
  const x = call.node('x');
  const info = tf.slice_util.sliceInfo(
    [...x.shape],
    call.numbers('begin'),
    call.numbers('end'),
    call.numbers('strides'),
    call.number('beginMask'),
    call.number('endMask'),
    call.number('ellipsisMask'),
    call.number('newAxisMask'),
    call.number('shrinkAxisMask'),
  );
  const shape = tf.slice_util.computeOutShape(info.begin, info.end, info.strides);
  if (shape.includes(0)) return filled(0, positive(info.finalShape), x.dtype);
  return reshape(slice(x, info.begin, shape, info.strides), info.finalShape);
}

/** TensorFlow.js computes the extent of an empty range as -0. */
function positive(shape: readonly number[]): number[] {
  return shape.map((extent) => Math.max(0, extent));
}

function reversed(call: KernelCall): GraphNode {
  const x = call.node('x');
  const dims = axesOf(call, x.shape.length, 'dims');
  const starts = x.shape.map((extent, axis) => (dims.includes(axis) ? extent - 1 : 0));
  const steps = x.shape.map((_, axis) => (dims.includes(axis) ? -1 : 1));
  return dims.length === 0 ? x : slice(x, starts, x.shape, steps);
}

function stacked(call: KernelCall): GraphNode {
  const parts = call.list();
  const first = parts[0] as GraphNode;
  for (const { shape, dtype } of parts) {
    if (!sameShape(shape, first.shape) || dtype !== first.dtype)
      throw new Error(
        `${dtype}[${shape.join(',')}] does not stack on ${first.dtype}[${first.shape.join(',')}].`,
      );
  }
  const rank = first.shape.length + 1;
  const axis = (call.number('axis') + rank) % rank;
  const shaped = parts.map((x) => reshape(x, [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)]));
  return concat(shaped, axis);
}

function unstacked(call: KernelCall): GraphNode[] {
  const x = call.node('value');
  const axis = (call.number('axis') + x.shape.length) % x.shape.length;
  const shape = x.shape.filter((_, index) => index !== axis);
  return pieces(
    x,
    axis,
    Array.from({ length: x.shape[axis] as number }, () => 1),
  ).map((part) => reshape(part, shape));
}

function pieces(x: GraphNode, axis: number, sizes: readonly number[]): GraphNode[] {
  let offset = 0;
  return sizes.map((size) => {
    const starts = x.shape.map((_, index) => (index === axis ? offset : 0));
    offset += size;
    return slice(
      x,
      starts,
      x.shape.map((extent, index) => (index === axis ? size : extent)),
    );
  });
}

function split(call: KernelCall): GraphNode[] {
  const x = call.node('x');
  const axis = (call.number('axis') + x.shape.length) % x.shape.length;
  const sizes = tf.backend_util.prepareSplitSize(
    { shape: [...x.shape] } as unknown as tf.Tensor,
    call.attribute<number | number[]>('numOrSizeSplits'),
    axis,
  );
  return pieces(x, axis, sizes);
}

/** Repetition; along axes of extent one it is an expansion, which later passes can see through. */
function tiled(call: KernelCall): GraphNode {
  const x = call.node('x');
  const repeats = call.numbers('reps');
  const shape = x.shape.map((extent, axis) => extent * (repeats[axis] as number));
  if (x.shape.every((extent, axis) => extent === 1 || repeats[axis] === 1)) return expand(x, shape);
  return makeNode('Tile', [x], { repeats }, shape, x.dtype);
}

/**
 * Mirror padding: `symmetric` repeats the edge, `reflect` does not. By concatenation, because ONNX has no symmetric
 * padding and ONNX Runtime's reflecting one is wrong on WebGPU.
 */
function mirrorPad(call: KernelCall): GraphNode {
  const paddings = call.attribute<[number, number][]>('paddings');
  const skip = call.text('mode') === 'reflect' ? 1 : 0;
  return paddings.reduce((padded, pair, axis) => mirrored(padded, axis, pair, skip), call.node('x'));
}

function mirrored(
  x: GraphNode,
  axis: number,
  [before, after]: readonly [number, number],
  skip: number,
): GraphNode {
  const extent = x.shape[axis] as number;
  const part = (start: number, size: number): GraphNode =>
    slice(
      x,
      x.shape.map((_, index) => (index === axis ? start : 0)),
      x.shape.map((own, index) => (index === axis ? size : own)),
      x.shape.map((_, index) => (index === axis ? -1 : 1)),
    );
  const parts = [
    ...(before > 0 ? [part(before - 1 + skip, before)] : []),
    x,
    ...(after > 0 ? [part(extent - 1 - skip, after)] : []),
  ];
  return concat(parts, axis);
}

/** `where` of TensorFlow.js, which broadcasts beforehand; ONNX Runtime does not choose between booleans. */
function select(call: KernelCall): GraphNode {
  const yes = call.node('t');
  const choice = cast(call.node('condition'), 'bool');
  if (yes.dtype !== 'bool') return where(choice, yes, call.node('e'));
  return cast(where(choice, cast(yes, 'int32'), cast(call.node('e'), 'int32')), 'bool');
}

function depthToSpace(call: KernelCall): GraphNode {
  const x = call.node('x');
  const block = call.number('blockSize');
  const [n = 1, h = 1, w = 1, c = 1] = x.shape;
  const split6 = reshape(x, [n, h, w, block, block, c / (block * block)]);
  return reshape(transpose(split6, [0, 1, 3, 2, 4, 5]), [n, h * block, w * block, c / (block * block)]);
}

function range(start: number, count: number, step: number, dtype: ElementType): GraphNode {
  const values = dtype === 'int32' ? new Int32Array(count) : new Float32Array(count);
  for (let index = 0; index < count; index++) values[index] = start + index * step;
  return constant(values, [count], dtype);
}

export const shape: KernelFamily = {
  Transpose: (call) => transpose(call.node('x'), call.numbers('perm')),
  Concat: concatenated,
  Slice: sliced,
  StridedSlice: stridedSlice,
  Reverse: reversed,
  Pack: stacked,
  Unpack: unstacked,
  SplitV: split,
  Tile: tiled,
  PadV2: (call) =>
    pad(call.node('x'), call.attribute<[number, number][]>('paddings'), call.number('constantValue')),
  MirrorPad: mirrorPad,
  Select: select,
  DepthToSpace: depthToSpace,
  Fill: (call) => {
    const dtype = call.attribute<ElementType | null | undefined>('dtype') ?? 'float32';
    return filled(Number(call.attribute<number | boolean>('value')), call.numbers('shape'), dtype);
  },
  Range: (call) => {
    const [start, stop, given] = [call.number('start'), call.number('stop'), call.number('step')];
    // TensorFlow.js counts down when the stop lies below the start and no other step was asked for.
    const step = stop < start && given === 1 ? -1 : given;
    const count = Math.max(0, Math.ceil((stop - start) / step));
    return range(start, count, step, call.text('dtype') as ElementType);
  },
  LinSpace: (call) => {
    const [start, stop, count] = [call.number('start'), call.number('stop'), call.number('num')];
    return range(start, count, count > 1 ? (stop - start) / (count - 1) : 0, 'float32');
  },
};
