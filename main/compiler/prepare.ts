import type { Graph } from './graph.ts';
import type { PassContext } from './passes/pass.ts';
import * as passes from './passes/registry.ts';

/** The passes in their order. Cleaning comes twice because folding uncovers constants that clean-up can use. */
const ORDER: readonly (keyof typeof passes)[] = [
  'portable',
  'prune',
  'algebra',
  'commonSubexpressions',
  'constantFolding',
  'algebra',
  'prune',
  'commonSubexpressions',
  'softmaxCrossEntropy',
  'orderedScatter',
  'gelu',
  'layerNorm',
  'reluMask',
  'batchNorm',
  'algebra',
  'commonSubexpressions',
  'gemm',
  'optimizerUpdate',
  'layout',
  'prune',
  'commonSubexpressions',
  'halfPrecision',
];

/**
 * All passes in their order: what was recorded becomes what ONNX Runtime executes. `watch` sees what each pass made of
 * what it was given.
 */
export function prepare(
  graph: Graph,
  context: PassContext,
  watch: (pass: string, before: Graph, after: Graph) => void = () => undefined,
): Graph {
  return ORDER.reduce((current, name) => {
    const next = passes[name](current, context);
    watch(name, current, next);
    return next;
  }, graph);
}
