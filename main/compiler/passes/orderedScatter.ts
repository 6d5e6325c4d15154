import { add, cast, compare, expand, mul, reshape, scalar, slice, where } from '../build.ts';
import type { Graph, GraphNode } from '../graph.ts';
import { makeNode, rewrite, sizeOf } from '../graph.ts';
import type { PassContext } from './pass.ts';

/**
 * Sums that are scattered, in one order. ONNX Runtime's `ScatterND` lets the processor's threads add to one place in
 * whatever order they come, so that the last bits differ from run to run; `ScatterElements` goes through the updates
 * one after the other. Other devices keep `ScatterND`.
 */
export function orderedScatter(graph: Graph, context: PassContext): Graph {
  if (context.processor !== true) return graph;
  return rewrite(graph, (node) =>
    node.op === 'ScatterND' && node.attributes['reduction'] === 'add' ? ordered(node) : node,
  );
}

function ordered(node: GraphNode): GraphNode {
  const [data, index, updates] = node.inputs as [GraphNode, GraphNode, GraphNode];
  const depth = index.shape.at(-1) as number;
  const tuples = sizeOf(index.shape.slice(0, -1));
  const [places, width] = [sizeOf(data.shape.slice(0, depth)), sizeOf(data.shape.slice(depth))];
  const rows = rowsOf(reshape(index, [tuples, depth]), data.shape.slice(0, depth));
  const inputs = [
    reshape(data, [places, width]),
    expand(rows, [tuples, width]),
    reshape(updates, [tuples, width]),
  ];
  const attributes = { axis: 0, reduction: 'add' };
  return reshape(makeNode('ScatterElements', inputs, attributes, [places, width], node.dtype), node.shape);
}

/** Tuples of indices, which may count from the end, as single row numbers. */
function rowsOf(index: GraphNode, extents: readonly number[]): GraphNode {
  const tuples = index.shape[0] as number;
  return extents
    .map((extent, axis) => {
      const column = cast(slice(index, [0, axis], [tuples, 1]), 'int64');
      const fromEnd = add(column, scalar(extent, 'int64'));
      const counted = where(compare('Less', column, scalar(0, 'int64')), fromEnd, column);
      const stride = sizeOf(extents.slice(axis + 1));
      return stride === 1 ? counted : mul(counted, scalar(stride, 'int64'));
    })
    .reduce((sum, part) => add(sum, part));
}
