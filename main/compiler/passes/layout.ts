import type { Graph } from '../graph.ts';
import { nodesOf, withInputs } from '../graph.ts';
import { channelRules } from './layout/channel.ts';
import { convolutionRules } from './layout/convolution.ts';
import { elementwiseRule } from './layout/elementwise.ts';
import { filterGradientRules } from './layout/filterGradient.ts';
import { Forms } from './layout/forms.ts';
import type { LayoutRule } from './layout/forms.ts';
import { inputGradientRules } from './layout/inputGradient.ts';
import { poolingRules } from './layout/pooling.ts';
import { reductionRules } from './layout/reduction.ts';
import type { PassContext } from './pass.ts';

const RULES: Readonly<Record<string, LayoutRule>> = {
  ...channelRules,
  ...convolutionRules,
  ...inputGradientRules,
  ...filterGradientRules,
  ...poolingRules,
  ...reductionRules,
};

/**
 * Chooses how rank-4 tensors lie in memory. TensorFlow.js thinks in NHWC; ONNX convolutions want NCHW or, faster,
 * blocks of channels. Every node is computed in the layout its inputs already have, and converted where needed.
 * Turns the layout-free `2D` operators into ONNX operators.
 */
export function layout(graph: Graph, context: PassContext): Graph {
  const forms = new Forms(context.blockSize, context.forced);
  for (const node of nodesOf(graph)) {
    const rule = RULES[node.op] ?? elementwiseRule;
    if (!rule(node, forms))
      forms.set(
        node,
        'plain',
        withInputs(
          node,
          node.inputs.map((input) => forms.get(input, 'plain')),
        ),
      );
  }
  return { outputs: new Map([...graph.outputs].map(([name, node]) => [name, forms.get(node, 'plain')])) };
}
