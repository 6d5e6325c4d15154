import type { Graph, GraphNode } from '../graph.ts';
import { nodesOf, rewrite, withInputs } from '../graph.ts';

/**
 * The gradient of ReLU asks where its input was positive. Its output answers just as well, and is kept anyway: with
 * this the input need not be, and normalisation can write the rectified values straight away.
 */
export function reluMask(graph: Graph): Graph {
  const rectified = new Map<GraphNode, GraphNode>();
  for (const node of nodesOf(graph)) if (node.op === 'Relu') rectified.set(node.inputs[0] as GraphNode, node);
  const done = new Map<GraphNode, GraphNode>();
  return rewrite(graph, (node, original) => {
    done.set(original, node);
    const relu = isStep(original) ? rectified.get(original.inputs[0] as GraphNode) : undefined;
    if (relu === undefined) return node;
    const known = done.get(relu) ?? withInputs(relu, node.inputs);
    done.set(relu, known);
    return withInputs(node, [known]);
  });
}

/** The saturated HardSigmoid that stands for the unit step. */
function isStep(node: GraphNode): boolean {
  const { alpha, beta } = node.attributes;
  if (node.op !== 'HardSigmoid' || typeof alpha !== 'object' || typeof beta !== 'object') return false;
  return 'float' in alpha && 'float' in beta && alpha.float >= 1e38 && beta.float === 0;
}
