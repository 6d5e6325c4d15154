import type { GraphNode } from '../graph.ts';
import { sizeOf } from '../graph.ts';

/** A product taken apart: `factor` times all `parts`. */
export interface Product {
  readonly factor: number;
  readonly parts: readonly GraphNode[];
}

/** How deep products are followed. */
const DEPTH = 8;

/** The value of a constant with one element; null for everything else. */
export function scalarValue(node: GraphNode): number | null {
  if (node.op !== 'Constant' || sizeOf(node.shape) !== 1) return null;
  const value = node.data?.[0];
  return typeof value === 'number' ? value : null;
}

/**
 * Factors of a node, through products, negations and quotients by constants, however they were bracketed. Nodes in
 * `whole` are not taken apart.
 */
export function productOf(node: GraphNode, whole: ReadonlySet<GraphNode>, depth = DEPTH): Product {
  const single = { factor: 1, parts: [node] };
  const [a, b] = node.inputs;
  if (whole.has(node) || depth === 0 || a === undefined) return single;
  if (node.op === 'Neg') return scaledBy(productOf(a, whole, depth - 1), -1);
  if (b === undefined) return single;
  const divisor = node.op === 'Div' ? scalarValue(b) : null;
  if (divisor !== null && divisor !== 0) return scaledBy(productOf(a, whole, depth - 1), 1 / divisor);
  if (node.op !== 'Mul') return single;
  const [left, right] = [scalarValue(a), scalarValue(b)];
  if (left !== null) return scaledBy(productOf(b, whole, depth - 1), left);
  if (right !== null) return scaledBy(productOf(a, whole, depth - 1), right);
  const [first, second] = [productOf(a, whole, depth - 1), productOf(b, whole, depth - 1)];
  return { factor: first.factor * second.factor, parts: [...first.parts, ...second.parts] };
}

function scaledBy({ factor, parts }: Product, by: number): Product {
  return { factor: factor * by, parts };
}

/** The parts that are left without one occurrence of each of `taken`; null when one of those is missing. */
export function without(parts: readonly GraphNode[], taken: readonly GraphNode[]): GraphNode[] | null {
  const rest = [...parts];
  for (const node of taken) {
    const index = rest.indexOf(node);
    if (index < 0) return null;
    rest.splice(index, 1);
  }
  return rest;
}

/** Equal up to what float32 constants lose. */
export function isNear(value: number, expected: number): boolean {
  return Math.abs(value - expected) <= 1e-5 * Math.abs(expected);
}
