import {
  add,
  arrayOf,
  cast,
  compare,
  constant,
  elementwise,
  expand,
  reduce,
  reshape,
  scalar,
  slice,
  where,
} from '../build.ts';
import type { GraphNode } from '../graph.ts';
import { makeNode, sizeOf } from '../graph.ts';
import type { KernelCall, KernelFamily } from './kernel.ts';

/** What one occurrence counts: its weight, or 1 where TensorFlow.js passes no weights. */
function weightsOf(call: KernelCall, x: GraphNode): GraphNode {
  const weights = call.node('weights');
  if (sizeOf(weights.shape) > 0) return reshape(weights, x.shape);
  return expand(scalar(1, weights.dtype), x.shape);
}

/** Occurrences of 0 ... size - 1 per row; everything else falls into a bin that is cut off. */
function histogram(index: GraphNode, weights: GraphNode, size: number, binary: boolean): GraphNode {
  const [rows = 1, columns = 1] = index.shape;
  const bin = cast(index, 'int32');
  const known = elementwise(
    'And',
    [compare('GreaterOrEqual', bin, scalar(0, 'int32')), compare('Less', bin, scalar(size, 'int32'))],
    {},
    'bool',
  );
  const bins = where(known, bin, scalar(size, 'int32'));
  const starts = Array.from({ length: rows }, (_, row) => row * (size + 1));
  const flat = reshape(add(bins, constant(arrayOf(starts, 'int32'), [rows, 1], 'int32')), [rows * columns]);
  const zeros = expand(scalar(0, weights.dtype), [rows * (size + 1)]);
  const inputs = [zeros, cast(flat, 'int64'), reshape(weights, [rows * columns])];
  const attributes = { axis: 0, reduction: binary ? 'none' : 'add' };
  const counts = makeNode('ScatterElements', inputs, attributes, zeros.shape, weights.dtype);
  return slice(reshape(counts, [rows, size + 1]), [0, 0], [rows, size]);
}

function bincount(call: KernelCall): GraphNode {
  const x = call.node('x');
  const size = call.number('size');
  const row = [1, sizeOf(x.shape)];
  return reshape(histogram(reshape(x, row), reshape(weightsOf(call, x), row), size, false), [size]);
}

/** Counts per row of a matrix; binary output says only whether a number occurs. */
function denseBincount(call: KernelCall): GraphNode {
  const x = call.node('x');
  const size = call.number('size');
  if (x.shape.length === 1) return bincount(call);
  const binary = call.flag('binaryOutput');
  const given = weightsOf(call, x);
  const weights = binary ? expand(scalar(1, given.dtype), x.shape) : given;
  return histogram(x, weights, size, binary);
}

/** Where values belong in sorted rows: how many elements lie below, or below and equal. */
function searchSorted(call: KernelCall): GraphNode {
  const sequence = call.node('sortedSequence');
  const values = call.node('values');
  const [rows = 1, length = 1] = sequence.shape;
  const [, count = 1] = values.shape;
  const op = call.text('side') === 'left' ? 'Less' : 'LessOrEqual';
  const below = compare(op, reshape(sequence, [rows, 1, length]), reshape(values, [rows, count, 1]));
  return reduce('ReduceSum', cast(below, 'int32'), [2], false);
}

export const counting: KernelFamily = {
  Bincount: bincount,
  DenseBincount: denseBincount,
  SearchSorted: searchSorted,
};
