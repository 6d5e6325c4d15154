import type { Graph, GraphNode } from '../graph.ts';
import { rewrite } from '../graph.ts';
import { signatureOf } from '../hash.ts';

/** Computes equal expressions once: same operator, inputs and attributes give the same node. */
export function commonSubexpressions(graph: Graph): Graph {
  const known = new Map<string, GraphNode>();
  return rewrite(graph, (node) => {
    const key = signatureOf(
      node,
      node.inputs.map((input) => input.id),
    );
    const first = known.get(key);
    if (first !== undefined) return first;
    known.set(key, node);
    return node;
  });
}
