import * as tf from '@tensorflow/tfjs';

import {
  add,
  cast,
  compare,
  concat,
  elementwise,
  pad,
  reduce,
  reshape,
  scalar,
  slice,
  where,
} from '../build.ts';
import type { GraphNode } from '../graph.ts';
import { makeNode } from '../graph.ts';
import type { KernelCall, KernelFamily } from './kernel.ts';

type Shape3 = [number, number, number];
type Shape4 = [number, number, number, number];

interface Geometry {
  readonly outShape: readonly number[];
  readonly strides: readonly [number, number];
  readonly pads: readonly (readonly [number, number])[];
  /** Where each filter element first meets the padded image. */
  readonly taps: readonly (readonly [number, number])[];
}

function geometry(call: KernelCall): Geometry {
  const info = tf.backend_util.computeDilation2DInfo(
    [...call.node('x').shape] as Shape4,
    [...call.node('filter').shape] as Shape3,
    call.attribute<number | [number, number]>('strides'),
    call.attribute<'valid' | 'same' | number>('pad'),
    'NHWC',
    call.attribute<number | [number, number]>('dilations'),
  );
  const { top, bottom, left, right } = info.padInfo;
  const taps = Array.from({ length: info.filterHeight * info.filterWidth }, (_, index) => {
    const row = Math.floor(index / info.filterWidth) * info.dilationHeight;
    return [row, (index % info.filterWidth) * info.dilationWidth] as const;
  });
  const pads = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ] as const;
  return { outShape: info.outShape, strides: [info.strideHeight, info.strideWidth], pads, taps };
}

/** For every filter element, the image it sees plus its own value, one below the other on a new first axis. */
function candidates(call: KernelCall, { outShape, strides, pads, taps }: Geometry): GraphNode {
  const filter = cast(call.node('filter'), 'float32');
  const [h = 1, w = 1, c = 1] = filter.shape;
  const framed = pad(cast(call.node('x'), 'float32'), pads, -Infinity);
  const parts = taps.map(([row, column], index) => {
    const seen = slice(framed, [0, row, column, 0], outShape, [1, ...strides, 1]);
    const value = reshape(slice(reshape(filter, [h * w, c]), [index, 0], [1, c]), [c]);
    return reshape(add(seen, value), [1, ...outShape]);
  });
  return concat(parts, 0);
}

/** Greyscale dilation: the largest sum of pixel and filter element in each window. */
function dilate(call: KernelCall): GraphNode {
  const largest = reduce('ReduceMax', candidates(call, geometry(call)), [0], false);
  return cast(largest, call.node('x').dtype);
}

/** `dy` at the first filter element that reached the maximum, 0 at the others: one layer per filter element. */
function shares(call: KernelCall, numbers: Geometry): GraphNode {
  const all = candidates(call, numbers);
  const winner = makeNode('ArgMax', [all], { axis: 0, keepdims: 1 }, [1, ...numbers.outShape], 'int64');
  const layers = numbers.taps.map((_, index) => {
    const chosen = compare('Equal', winner, scalar(index, 'int64'));
    return where(chosen, reshape(call.node('dy'), [1, ...numbers.outShape]), scalar(0));
  });
  return concat(layers, 0);
}

/** Each layer goes back to the pixels that its filter element saw. */
function inputGradient(call: KernelCall): GraphNode {
  const numbers = geometry(call);
  const { outShape, strides, pads, taps } = numbers;
  const layers = shares(call, numbers);
  const x = call.node('x');
  const [n = 1, oh = 1, ow = 1, c = 1] = outShape;
  const frame = x.shape.map((extent, axis) => extent + (pads[axis]?.[0] ?? 0) + (pads[axis]?.[1] ?? 0));
  const parts = taps.map(([row, column], index) => {
    const layer = reshape(slice(layers, [index, 0, 0, 0, 0], [1, ...outShape]), outShape);
    const spread = interleave(layer, strides);
    const cut = slice(spread, [0, 0, 0, 0], [n, (oh - 1) * strides[0] + 1, (ow - 1) * strides[1] + 1, c]);
    const [, height = 1, width = 1] = cut.shape;
    return pad(cut, [
      [0, 0],
      [row, (frame[1] as number) - row - height],
      [column, (frame[2] as number) - column - width],
      [0, 0],
    ]);
  });
  const sum = parts.reduce((total, part) => elementwise('Add', [total, part]));
  return slice(sum, [0, pads[1]?.[0] ?? 0, pads[2]?.[0] ?? 0, 0], x.shape);
}

/** Zeros between rows and columns, `stride - 1` of them. */
function interleave(x: GraphNode, [rows, columns]: readonly [number, number]): GraphNode {
  const [n = 1, h = 1, w = 1, c = 1] = x.shape;
  const spaced = pad(reshape(x, [n, h, 1, w, 1, c]), [
    [0, 0],
    [0, 0],
    [0, rows - 1],
    [0, 0],
    [0, columns - 1],
    [0, 0],
  ]);
  return reshape(spaced, [n, h * rows, w * columns, c]);
}

function filterGradient(call: KernelCall): GraphNode {
  const layers = shares(call, geometry(call));
  return reshape(reduce('ReduceSum', layers, [1, 2, 3], false), call.node('filter').shape);
}

export const dilation: KernelFamily = {
  Dilation2D: dilate,
  Dilation2DBackpropInput: inputGradient,
  Dilation2DBackpropFilter: filterGradient,
};
