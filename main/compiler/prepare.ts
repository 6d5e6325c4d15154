import type { Graph } from './graph.ts';
import type { PassContext } from './passes/pass.ts';
import { commonSubexpressions, constantFolding, layout, prune } from './passes/registry.ts';

/** All passes in their order: what was recorded becomes what ONNX Runtime executes. */
export function prepare(graph: Graph, context: PassContext): Graph {
  const order = [prune, commonSubexpressions, constantFolding, layout, prune, commonSubexpressions];
  return order.reduce((current, pass) => pass(current, context), graph);
}
