import type { Graph, GraphNode } from '../graph.ts';
import { rewrite, sameShape } from '../graph.ts';

/** Operators that may turn out to change nothing. */
const MOVES = new Set(['Reshape', 'Expand', 'Cast', 'Slice', 'Tile']);

/** Drops nodes that return their input: same shape, same type, nothing moved. Unreachable nodes fall away with it. */
export function prune(graph: Graph): Graph {
  return rewrite(graph, (node) => (changesNothing(node) ? (node.inputs[0] as GraphNode) : node));
}

function changesNothing(node: GraphNode): boolean {
  const input = node.inputs[0];
  if (!MOVES.has(node.op) || input === undefined) return false;
  if (!sameShape(node.shape, input.shape) || node.dtype !== input.dtype) return false;
  const steps = node.attributes['steps'] as readonly number[] | undefined;
  return node.op !== 'Slice' || (steps ?? []).every((step) => step === 1);
}
