import type { Graph, GraphNode } from '../graph.ts';
import { makeNode, rewrite } from '../graph.ts';
import { ONNX_TYPE } from '../build.ts';

/** The operators that gain from half precision: sums of products. */
const PRODUCTS = new Set(['Conv', 'ConvTranspose', 'MatMul', 'Gemm']);

/**
 * Matrix products and convolutions in half precision, everything else in single: weights, sums and normalisation keep
 * theirs. For providers with fast half-precision products; the processor converts back and forth. Run last.
 */
export function halfPrecision(graph: Graph): Graph {
  const halves = new Map<GraphNode, GraphNode>();
  const halved = (node: GraphNode): GraphNode => {
    const half = halves.get(node) ?? converted(node, 'float16');
    halves.set(node, half);
    return half;
  };
  return rewrite(graph, (node) => {
    if (!PRODUCTS.has(node.op) || node.dtype !== 'float32') return node;
    const product = makeNode(node.op, node.inputs.map(halved), node.attributes, node.shape, 'float16');
    return converted(product, 'float32');
  });
}

function converted(node: GraphNode, dtype: 'float16' | 'float32'): GraphNode {
  return makeNode('Cast', [node], { to: ONNX_TYPE[dtype] }, node.shape, dtype);
}
