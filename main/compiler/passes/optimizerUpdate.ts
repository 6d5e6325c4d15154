import { concat, reshape } from '../build.ts';
import type { Graph, GraphNode } from '../graph.ts';
import { makeNode, sizeOf, topologicalOrder } from '../graph.ts';
import { isElementwise } from './layout/elementwise.ts';
import type { PassContext } from './pass.ts';
import { updateFamilies, type Update } from './update/families.ts';

/**
 * Small tensors of one optimiser are updated as one. A bias, a gain and their moments are a few hundred numbers each, and on
 * those the dozen operators of an update cost their calls, not their arithmetic: a transformer of twelve blocks makes some
 * two thousand such calls in a step. Updates of the same form are computed on their values laid end to end, which changes no
 * bit of any. On the processor only: what a graphics card gains from it could not be measured.
 */
export function optimizerUpdate(graph: Graph, context: PassContext): Graph {
  if (context.processor !== true) return graph;
  const outputs = new Map(graph.outputs);
  for (const family of updateFamilies(graph)) {
    if (!pays(family)) continue;
    for (const [name, node] of joined(family)) outputs.set(name, node);
  }
  return { outputs };
}

/** True where fewer operators are left: each tensor that is read costs one part of a concatenation, each result one view. */
function pays(family: readonly Update[]): boolean {
  const [first] = family;
  if (first === undefined) return false;
  const { steps, leaves, results } = first;
  return family.length * steps > steps + leaves.length + family.length + results.length;
}

/** The results of a family, by their names. */
function joined(family: readonly Update[]): ReadonlyMap<string, GraphNode> {
  const first = family[0] as Update;
  const sizes = family.map(({ size }) => size);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const rewritten = new Map<GraphNode, GraphNode>();
  first.leaves.forEach((leaf, place) => {
    const parts = family.map(({ leaves, size }) => reshape(leaves[place] as GraphNode, [size]));
    rewritten.set(leaf, concat(parts, 0));
  });
  const roots = first.results.map(({ node }) => node);
  for (const node of topologicalOrder(roots, (own) => rewritten.has(own) || sizeOf(own.shape) === 1)) {
    if (rewritten.has(node)) continue;
    if (sizeOf(node.shape) === 1) rewritten.set(node, reshape(node, []));
    else if (isElementwise(node)) {
      const inputs = node.inputs.map((input) => rewritten.get(input) as GraphNode);
      rewritten.set(node, makeNode(node.op, inputs, node.attributes, [total], node.dtype));
    }
  }
  const named = new Map<string, GraphNode>();
  first.results.forEach(({ node }, place) => {
    const whole = rewritten.get(node) as GraphNode;
    family.forEach(({ results }, member) => {
      const { name, node: own } = results[place] as Update['results'][number];
      const attributes = { axis: 0, split: sizes, result: member };
      const part = makeNode('Split', [whole], attributes, [sizes[member] as number], own.dtype);
      named.set(name, reshape(part, own.shape));
    });
  });
  return named;
}
