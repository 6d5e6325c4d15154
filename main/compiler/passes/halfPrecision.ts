import { constant, ONNX_TYPE } from '../build.ts';
import type { ElementType, Graph, GraphNode } from '../graph.ts';
import { makeNode, rewrite } from '../graph.ts';
import type { PassContext } from './pass.ts';

/** The operators that gain from half precision: sums of products. */
const PRODUCTS = new Set(['Conv', 'ConvTranspose', 'MatMul', 'Gemm']);
/** Values from here on have no finite neighbour in half precision. */
const OVERFLOW = 65520;

/**
 * Where it is asked for: matrix products and convolutions in half precision, everything else in single; weights, sums and
 * normalisation keep theirs. Run last.
 */
export function halfPrecision(
  graph: Graph,
  { mixed = false, processor = true }: Pick<PassContext, 'mixed' | 'processor'>,
): Graph {
  if (!mixed) return graph;
  return processor ? emulated(graph) : native(graph);
}

/** For providers with half-precision products. */
function native(graph: Graph): Graph {
  return onProducts(graph, (node, half) => {
    const product = makeNode(node.op, node.inputs.map(half), node.attributes, node.shape, 'float16');
    return converted(product, 'float32');
  });
}

/**
 * The same numbers on a processor, for trying out: ONNX Runtime drops conversions to half precision and back there, so
 * what goes into a product and what comes out is rounded by arithmetic. Half precision's gradual underflow is left out.
 */
function emulated(graph: Graph): Graph {
  return onProducts(graph, (node) =>
    rounded(makeNode(node.op, node.inputs.map(rounded), node.attributes, node.shape, 'float32')),
  );
}

function onProducts(
  graph: Graph,
  replace: (node: GraphNode, half: (input: GraphNode) => GraphNode) => GraphNode,
): Graph {
  const halves = new Map<GraphNode, GraphNode>();
  const half = (node: GraphNode): GraphNode => {
    const known = halves.get(node) ?? converted(node, 'float16');
    halves.set(node, known);
    return known;
  };
  return rewrite(graph, (node) =>
    PRODUCTS.has(node.op) && node.dtype === 'float32' ? replace(node, half) : node,
  );
}

function converted(node: GraphNode, dtype: 'float16' | 'float32'): GraphNode {
  return makeNode('Cast', [node], { to: ONNX_TYPE[dtype] }, node.shape, dtype);
}

/** The nearest value of eleven bits (Veltkamp's splitting), or infinity beyond the largest. */
function rounded(x: GraphNode): GraphNode {
  const made = (op: string, inputs: readonly GraphNode[], dtype: ElementType = 'float32'): GraphNode =>
    makeNode(op, inputs, {}, x.shape, dtype);
  const scalar = (value: number): GraphNode => constant(Float32Array.of(value), [], 'float32');
  const scaled = made('Mul', [x, scalar(2 ** 13 + 1)]);
  const short = made('Sub', [scaled, made('Sub', [scaled, x])]);
  const tooLarge = made('Greater', [made('Abs', [x]), scalar(OVERFLOW)], 'bool');
  return made('Where', [tooLarge, made('Mul', [x, scalar(Infinity)]), short]);
}
