import * as tf from '@tensorflow/tfjs';

import {
  add,
  arrayOf,
  cast,
  compare,
  constant,
  elementwise,
  expand,
  gather as gatherNodes,
  mul,
  reshape,
  scalar,
  transpose,
  where,
} from '../build.ts';
import type { ElementType, GraphNode } from '../graph.ts';
import { makeNode, sizeOf } from '../graph.ts';
import type { KernelCall, KernelFamily } from './kernel.ts';

/** Gather along an axis, with leading batch axes shared by values and indices. */
function gatherV2(call: KernelCall): GraphNode {
  const x = call.node('x');
  const index = call.node('indices');
  const axis = tf.util.parseAxisParam(call.number('axis'), [...x.shape])[0] as number;
  const given = call.attribute<number | undefined>('batchDims') ?? 0;
  const like = (node: GraphNode): tf.Tensor => ({ shape: [...node.shape] }) as unknown as tf.Tensor;
  tf.backend_util.segment_util.collectGatherOpShapeInfo(like(x), like(index), axis, given);
  assertWithin(index, x.shape[axis] as number);
  const batchDims = given < 0 ? given + index.shape.length : given;
  if (batchDims === 0) return gatherNodes(x, cast(index, 'int32'), axis);
  return batchedGather(x, index, axis, batchDims);
}

/** Indices that are known already are checked now; others by ONNX Runtime when they arrive. */
function assertWithin(index: GraphNode, extent: number): void {
  if (index.op !== 'Constant' || index.data === null) return;
  for (const value of index.data) {
    if (value < 0 || value >= extent)
      throw new Error(`GatherV2: the index value ${String(value)} is not in [0, ${extent - 1}]`);
  }
}

/** Batch axes are folded into the gathered axis: row `i` of batch `b` sits at `b * extent + i`. */
function batchedGather(x: GraphNode, index: GraphNode, axis: number, batchDims: number): GraphNode {
  const batch = x.shape.slice(0, batchDims);
  const batches = sizeOf(batch);
  const between = x.shape.slice(batchDims, axis);
  const extent = x.shape[axis] as number;
  const rest = x.shape.slice(axis + 1);
  const inner = index.shape.slice(batchDims);
  const rows = transpose(reshape(x, [batches, sizeOf(between), extent, sizeOf(rest)]), [0, 2, 1, 3]);
  const flat = reshape(rows, [batches * extent, sizeOf(between), sizeOf(rest)]);
  const bases = Array.from({ length: batches }, (_, b) => b * extent);
  const offsets = constant(arrayOf(bases, 'int32'), [batches, 1], 'int32');
  const positions = add(reshape(cast(index, 'int32'), [batches, sizeOf(inner)]), offsets);
  const taken = transpose(gatherNodes(flat, positions, 0), [0, 2, 1, 3]);
  return reshape(taken, [...batch, ...between, ...inner, ...rest]);
}

function gatherNd(call: KernelCall): GraphNode {
  const params = call.node('params');
  const index = call.node('indices');
  const like = (node: GraphNode): tf.Tensor =>
    ({ shape: [...node.shape], rank: node.shape.length, dtype: node.dtype }) as unknown as tf.Tensor;
  tf.gather_util.prepareAndValidate(like(params), like(index));
  const depth = index.shape[index.shape.length - 1] as number;
  const shape = [...index.shape.slice(0, -1), ...params.shape.slice(depth)];
  return makeNode('GatherND', [params, cast(index, 'int64')], {}, shape, params.dtype);
}

/** ONNX wants indices of rank one at least. */
function oneHot(call: KernelCall): GraphNode {
  const index = call.node('indices');
  if (index.shape.length > 0) return oneHotRows(call, index);
  return reshape(oneHotRows(call, reshape(index, [1])), [call.number('depth')]);
}

function oneHotRows(call: KernelCall, index: GraphNode): GraphNode {
  const depth = call.number('depth');
  const dtype = call.attribute<ElementType | undefined>('dtype') ?? 'int32';
  const values = constant(
    arrayOf([call.number('offValue'), call.number('onValue')], 'float32'),
    [2],
    'float32',
  );
  // ONNX counts negative indices from the end, TensorFlow gives an all-off row: both are moved out of range.
  const shifted = add(cast(index, 'int64'), scalar(1, 'int64'));
  const inputs = [shifted, constant(arrayOf([depth + 1], 'int64'), [1], 'int64'), values];
  const wide = makeNode('OneHot', inputs, { axis: -1 }, [...index.shape, depth + 1], 'float32');
  const rank = index.shape.length;
  const starts = Array.from({ length: rank + 1 }, (_, axis) => (axis === rank ? 1 : 0));
  const attributes = {
    starts,
    ends: [...index.shape, depth + 1],
    axes: starts.map((_, axis) => axis),
    steps: starts.map(() => 1),
  };
  return cast(makeNode('Slice', [wide], attributes, [...index.shape, depth], 'float32'), dtype);
}

/** Indices as a list of tuples and their updates; TensorFlow lets the tuples of rank-one targets be plain numbers. */
function tuples(index: GraphNode, updates: GraphNode, shape: readonly number[]): [GraphNode, GraphNode] {
  const like = (node: GraphNode): tf.TensorInfo => ({ shape: [...node.shape] }) as tf.TensorInfo;
  const { sliceRank, numUpdates } = tf.backend_util.calculateShapes(like(updates), like(index), [...shape]);
  const rest = shape.slice(sliceRank);
  const full =
    updates.shape.length === 0
      ? expand(updates, [numUpdates, ...rest])
      : reshape(updates, [numUpdates, ...rest]);
  return [reshape(index, [numUpdates, sliceRank]), full];
}

/** Zeros with updates added at index tuples. */
function scatterAdd(index: GraphNode, updates: GraphNode, shape: readonly number[]): GraphNode {
  const zeros = expand(scalar(0, updates.dtype), shape);
  return makeNode(
    'ScatterND',
    [zeros, cast(index, 'int64'), updates],
    { reduction: 'add' },
    shape,
    updates.dtype,
  );
}

/** The target with updates put at index tuples. */
function overwrite(target: GraphNode, index: GraphNode, updates: GraphNode): GraphNode {
  return makeNode('ScatterND', [target, cast(index, 'int64'), updates], {}, target.shape, target.dtype);
}

/** Sum of rows per segment; rows whose segment does not exist are dropped, as in TensorFlow. */
function unsortedSegmentSum(call: KernelCall): GraphNode {
  const x = call.node('x');
  const segments = call.node('segmentIds');
  const count = call.number('numSegments');
  const rank = segments.shape.length;
  const rest = x.shape.slice(rank);
  const rows = sizeOf(segments.shape);
  const flat = reshape(x, [rows, ...rest]);
  const ids = reshape(segments, [rows, 1]);
  const valid = elementwise(
    'And',
    [compare('GreaterOrEqual', ids, scalar(0, ids.dtype)), compare('Less', ids, scalar(count, ids.dtype))],
    {},
    'bool',
  );
  const zero = scalar(0, x.dtype);
  const mask = reshape(valid, [rows, ...rest.map(() => 1)]);
  return scatterAdd(where(valid, ids, scalar(0, ids.dtype)), where(mask, flat, zero), [count, ...rest]);
}

function topK(call: KernelCall): GraphNode[] {
  const x = call.node('x');
  const k = call.number('k');
  const shape = [...x.shape.slice(0, -1), k];
  const attributes = { k, axis: -1, largest: 1, sorted: 1 };
  const values = makeNode('TopK', [x], { ...attributes, result: 0 }, shape, x.dtype);
  const positions = makeNode('TopK', [x], { ...attributes, result: 1 }, shape, 'int64');
  return [values, cast(positions, 'int32')];
}

function diagonal(call: KernelCall): GraphNode {
  const x = call.node('x');
  const size = sizeOf(x.shape);
  const eye = Array.from({ length: size * size }, (_, index) => (index % (size + 1) === 0 ? 1 : 0));
  const own = x.dtype === 'bool' ? 'int32' : x.dtype;
  const mask = constant(arrayOf(eye, own), [size, size], own);
  return cast(reshape(mul(reshape(cast(x, own), [size]), mask), [...x.shape, ...x.shape]), x.dtype);
}

export const gather: KernelFamily = {
  GatherV2: gatherV2,
  GatherNd: gatherNd,
  OneHot: oneHot,
  ScatterNd: (call) => {
    const shape = call.numbers('shape');
    return scatterAdd(...tuples(call.node('indices'), call.node('updates'), shape), shape);
  },
  SparseToDense: (call) => {
    const shape = call.numbers('outputShape');
    const [index, updates] = tuples(call.node('sparseIndices'), call.node('sparseValues'), shape);
    return overwrite(expand(reshape(call.node('defaultValue'), []), shape), index, updates);
  },
  TensorScatterUpdate: (call) => {
    const target = call.node('tensor');
    return overwrite(target, ...tuples(call.node('indices'), call.node('updates'), target.shape));
  },
  UnsortedSegmentSum: unsortedSegmentSum,
  TopK: topK,
  Diag: diagonal,
};
