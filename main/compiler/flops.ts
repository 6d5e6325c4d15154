import type { Graph, GraphNode } from './graph.ts';
import { nodesOf, sizeOf } from './graph.ts';

/** Multiply-adds of one node, for convolutions and matrix products; 0 for everything else. */
function multiplyAdds(node: GraphNode): number {
  const [first, second] = node.inputs as [GraphNode, GraphNode];
  if (node.op === 'Conv2D') return sizeOf(node.shape) * sizeOf(second.shape.slice(0, 3));
  if (node.op === 'Conv2DInputGradient') return sizeOf(first.shape) * sizeOf(second.shape.slice(0, 3));
  if (node.op === 'Conv2DFilterGradient') return sizeOf(second.shape) * sizeOf(node.shape.slice(0, 3));
  if (node.op === 'MatMul') return sizeOf(node.shape) * (first.shape[first.shape.length - 1] as number);
  if (node.op === 'Gemm')
    return sizeOf(node.shape) * (first.shape[node.attributes['transA'] === 1 ? 0 : 1] as number);
  return 0;
}

/** Floating-point operations of one call, 2 per multiply-add of convolutions and matrix products. */
export function countFlops(graph: Graph): number {
  return nodesOf(graph).reduce((total, node) => total + 2 * multiplyAdds(node), 0);
}
