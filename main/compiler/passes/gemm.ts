import { isSplat, reshape } from '../build.ts';
import type { Graph, GraphNode } from '../graph.ts';
import { countUses, makeNode, rewrite, sameShape, sizeOf } from '../graph.ts';
import { scalarValue } from './match.ts';

/**
 * Lets matrix products do what follows them: a constant factor becomes `alpha`, an added bias or an added second
 * branch of a gradient becomes the third operand. Each saves a pass over the result.
 */
export function gemm(graph: Graph): Graph {
  const uses = countUses(graph);
  const single = new Set<GraphNode>();
  return rewrite(graph, (node, original) => {
    const value = fused(node, single);
    if (uses.get(original) === 1) single.add(value);
    return value;
  });
}

function fused(node: GraphNode, single: ReadonlySet<GraphNode>): GraphNode {
  const [a, b] = node.inputs;
  if (a === undefined || b === undefined || node.dtype !== 'float32') return node;
  for (const [product, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const source = productBehind(product, single);
    if (source === null || !sameSize(product, node)) continue;
    const value =
      node.op === 'Mul' ? scaled(source, other) : node.op === 'Add' ? summed(source, other) : null;
    if (value !== null) return reshape(value, node.shape);
  }
  return node;
}

function sameSize(a: GraphNode, b: GraphNode): boolean {
  return sizeOf(a.shape) === sizeOf(b.shape);
}

/** A matrix product that only this node reads, directly or reshaped. */
function productBehind(node: GraphNode, single: ReadonlySet<GraphNode>): GraphNode | null {
  if (!single.has(node)) return null;
  if (node.op === 'Gemm') return node;
  const source = node.op === 'Reshape' ? node.inputs[0] : undefined;
  return source?.op === 'Gemm' && single.has(source) ? source : null;
}

function scaled(product: GraphNode, factor: GraphNode): GraphNode | null {
  const value = scalarValue(factor);
  if (value === null || product.inputs.length > 2) return null;
  const known = product.attributes['alpha'];
  const alpha = value * (typeof known === 'object' && 'float' in known ? known.float : 1);
  const attributes = { ...product.attributes, alpha: { float: alpha } };
  return makeNode('Gemm', product.inputs, attributes, product.shape, product.dtype);
}

function summed(product: GraphNode, summand: GraphNode): GraphNode | null {
  if (product.inputs.length > 2 || isSplat(summand, 0)) return null;
  const [, columns] = product.shape;
  const isBias = sameShape(summand.shape, [columns as number]);
  if (!isBias && !sameSize(summand, product)) return null;
  const third = isBias ? summand : reshape(summand, product.shape);
  return makeNode('Gemm', [...product.inputs, third], product.attributes, product.shape, product.dtype);
}
