import { constant } from '../build.ts';
import type { Graph, GraphNode } from '../graph.ts';
import { nodesOf, rewrite, sizeOf } from '../graph.ts';
import type { PassContext } from './pass.ts';

/** Larger results stay computed: storing an expanded mask costs more than making it. */
const LARGEST_FOLDED = 1 << 20;

/** Replaces what depends on constants alone by its value. */
export function constantFolding(graph: Graph, context: PassContext): Graph {
  if (context.fold === null) return graph;
  const frontier = foldable(graph);
  if (frontier.length === 0) return graph;
  const values = context.fold(frontier);
  const folded = new Map(
    frontier.map((node, index) => {
      const value = values[index] as (typeof values)[number];
      return [node, constant(value.data, value.shape, value.dtype)];
    }),
  );
  return rewrite(graph, (node, original) => folded.get(original) ?? node);
}

/** Constant-only nodes that something else needs, small enough to store. */
function foldable(graph: Graph): GraphNode[] {
  const fixed = new Set<GraphNode>();
  const wanted = new Set<GraphNode>();
  const offer = (node: GraphNode): void => {
    if (fixed.has(node) && node.op !== 'Constant' && node.op !== 'Expand') wanted.add(node);
  };
  for (const node of nodesOf(graph)) {
    const depends = node.inputs.some((input) => !fixed.has(input));
    const small = sizeOf(node.shape) <= LARGEST_FOLDED;
    if (node.op === 'Constant' || (node.inputs.length > 0 && !depends && small)) fixed.add(node);
    else node.inputs.forEach(offer);
  }
  for (const node of graph.outputs.values()) offer(node);
  return [...wanted];
}
