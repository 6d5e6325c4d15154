import * as tf from '@tensorflow/tfjs';

import { cast, elementwise, mul, pad, reduce, scalar, slice, where } from '../build.ts';
import type { GraphNode } from '../graph.ts';
import { makeNode, sizeOf } from '../graph.ts';
import type { KernelCall, KernelFamily, KernelLowering } from './kernel.ts';
import { filled } from './unary.ts';

/** Axes as non-negative numbers; all of them when TensorFlow.js gives none. Throws for axes that do not exist. */
export function axesOf(call: KernelCall, rank: number, name = 'axis'): number[] {
  // `max` and `min` call their axes `reductionIndices`.
  type Axes = number | number[] | null | undefined;
  const given = call.attribute<Axes>(name) ?? call.attribute<Axes>('reductionIndices');
  if (given === null || given === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  const extents = Array.from({ length: rank }, () => 1);
  return [...new Set(tf.util.parseAxisParam(given, extents))].sort((a, b) => a - b);
}

const over = (rule: (x: GraphNode, axes: number[], keepDims: boolean) => GraphNode): KernelLowering => {
  return (call) => {
    const x = call.node('x');
    return rule(x, axesOf(call, x.shape.length), call.flag('keepDims'));
  };
};

const onnx = (op: string): KernelLowering =>
  over((x, axes, keepDims) => reduce(op, x.dtype === 'bool' ? cast(x, 'int32') : x, axes, keepDims));

/** `any` and `all` are the maximum and minimum of zeros and ones. */
const logical = (op: string): KernelLowering =>
  over((x, axes, keepDims) => {
    const result = cast(reduce(op, cast(x, 'int32'), axes, keepDims), 'bool');
    return sizeOf(x.shape) > 0 ? result : filled(op === 'ReduceMin' ? 1 : 0, result.shape, 'bool');
  });

/** The first extreme; TensorFlow passes over NaN, which ONNX Runtime may find. */
const position = (op: 'ArgMax' | 'ArgMin'): KernelLowering =>
  over((x, axes) => {
    const axis = axes[0] ?? 0;
    const source = x.dtype === 'float32' ? withoutNaN(x, op) : cast(x, 'int32');
    const shape = x.shape.filter((_, index) => index !== axis);
    return cast(makeNode(op, [source], { axis, keepdims: 0 }, shape, 'int64'), 'int32');
  });

function withoutNaN(x: GraphNode, op: 'ArgMax' | 'ArgMin'): GraphNode {
  const last = scalar(op === 'ArgMax' ? -Infinity : Infinity);
  return where(elementwise('IsNaN', [x], {}, 'bool'), last, x);
}

function cumulativeSum(call: KernelCall): GraphNode {
  const x = call.node('x');
  const [axis = 0] = axesOf(call, x.shape.length);
  const attributes = { exclusive: call.flag('exclusive') ? 1 : 0, reverse: call.flag('reverse') ? 1 : 0 };
  return makeNode('CumSum', [x, scalar(axis, 'int64')], attributes, x.shape, x.dtype);
}

/** Running product by doubling: after step `k` every element holds the product of its last `2^k` predecessors. */
function cumulativeProduct(call: KernelCall): GraphNode {
  const x = call.node('x');
  const [axis = 0] = axesOf(call, x.shape.length);
  const extent = x.shape[axis] as number;
  const shifted = (value: GraphNode, by: number): GraphNode => {
    const pairs = x.shape.map((_, index) => (index === axis ? [by, 0] : [0, 0]) as [number, number]);
    return slice(
      pad(value, pairs, 1),
      x.shape.map(() => 0),
      x.shape,
    );
  };
  const turn = (value: GraphNode): GraphNode => (call.flag('reverse') ? turned(value, axis) : value);
  let total = call.flag('exclusive') ? shifted(turn(x), 1) : turn(x);
  for (let by = 1; by < extent; by *= 2) total = mul(total, shifted(total, by));
  return turn(total);
}

function turned(x: GraphNode, axis: number): GraphNode {
  const starts = x.shape.map((extent, index) => (index === axis ? extent - 1 : 0));
  return slice(
    x,
    starts,
    x.shape,
    x.shape.map((_, index) => (index === axis ? -1 : 1)),
  );
}

export const reduction: KernelFamily = {
  Sum: onnx('ReduceSum'),
  Mean: over((x, axes, keepDims) => reduce('ReduceMean', cast(x, 'float32'), axes, keepDims)),
  Max: onnx('ReduceMax'),
  Min: onnx('ReduceMin'),
  Prod: onnx('ReduceProd'),
  Any: logical('ReduceMax'),
  All: logical('ReduceMin'),
  ArgMax: position('ArgMax'),
  ArgMin: position('ArgMin'),
  Cumsum: cumulativeSum,
  Cumprod: cumulativeProduct,
};
