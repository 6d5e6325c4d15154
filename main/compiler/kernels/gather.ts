import {
  add,
  arrayOf,
  cast,
  constant,
  expand,
  gather as gatherNodes,
  mul,
  reshape,
  scalar,
  transpose,
} from '../build.ts';
import type { ElementType, GraphNode } from '../graph.ts';
import { makeNode, sizeOf } from '../graph.ts';
import type { KernelCall, KernelFamily } from './kernel.ts';

/** Gather along an axis, with leading batch axes shared by values and indices. */
function gatherV2(call: KernelCall): GraphNode {
  const x = call.node('x');
  const index = call.node('indices');
  const axis = (call.number('axis') + x.shape.length) % x.shape.length;
  const batchDims = call.number('batchDims');
  if (batchDims === 0) return gatherNodes(x, cast(index, 'int32'), axis);
  return batchedGather(x, index, axis, batchDims);
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
  const depth = index.shape[index.shape.length - 1] as number;
  const shape = [...index.shape.slice(0, -1), ...params.shape.slice(depth)];
  return makeNode('GatherND', [params, cast(index, 'int64')], {}, shape, params.dtype);
}

function oneHot(call: KernelCall): GraphNode {
  const index = call.node('indices');
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

/** Sum of rows per segment; rows with a negative segment are dropped, as in TensorFlow. */
function unsortedSegmentSum(call: KernelCall): GraphNode {
  const x = call.node('x');
  const segments = call.node('segmentIds');
  const count = call.number('numSegments');
  const rank = segments.shape.length;
  const rest = x.shape.slice(rank);
  const rows = sizeOf(segments.shape);
  const flat = reshape(x, [rows, ...rest]);
  return scatterAdd(reshape(segments, [rows, 1]), flat, [count, ...rest]);
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
  const mask = constant(arrayOf(eye, x.dtype), [size, size], x.dtype);
  return reshape(mul(reshape(x, [size]), mask), [...x.shape, ...x.shape]);
}

export const gather: KernelFamily = {
  GatherV2: gatherV2,
  GatherNd: gatherNd,
  OneHot: oneHot,
  ScatterNd: (call) => scatterAdd(call.node('indices'), call.node('updates'), call.numbers('shape')),
  UnsortedSegmentSum: unsortedSegmentSum,
  TopK: topK,
  Diag: diagonal,
};
