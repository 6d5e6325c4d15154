import type { Graph } from './graph.ts';
import type { Pass, PassContext } from './passes/pass.ts';
import {
  algebra,
  channelAffine,
  commonSubexpressions,
  constantFolding,
  layout,
  prune,
  reluMask,
} from './passes/registry.ts';

/** The passes in their order. Cleaning comes twice because folding uncovers constants that clean-up can use. */
const ORDER: readonly Pass[] = [
  prune,
  algebra,
  commonSubexpressions,
  constantFolding,
  algebra,
  prune,
  commonSubexpressions,
  reluMask,
  channelAffine,
  algebra,
  commonSubexpressions,
  layout,
  prune,
  commonSubexpressions,
];

/** All passes in their order: what was recorded becomes what ONNX Runtime executes. */
export function prepare(graph: Graph, context: PassContext): Graph {
  return ORDER.reduce((current, pass) => pass(current, context), graph);
}
