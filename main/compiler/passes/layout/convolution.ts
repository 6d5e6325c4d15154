import type { GraphNode } from '../../graph.ts';
import { makeNode } from '../../graph.ts';
import type { Forms, LayoutRule } from './forms.ts';
import { BLOCKED } from './forms.ts';
import type { ConvolutionNumbers } from './geometry.ts';
import { attributesOf, blockedFilter, nchwShape, numbersOf, oihw } from './geometry.ts';

/** Convolution of `x` with HWIO filters in the fastest layout there is; records it as the form of `node`. */
export function convolve(
  node: GraphNode,
  x: GraphNode,
  filter: GraphNode,
  numbers: ConvolutionNumbers,
  forms: Forms,
): void {
  const [, , i = 1, o = 1] = filter.shape;
  const attributes = attributesOf(numbers);
  const few = i < forms.blockSize;
  if (numbers.group === 1 && forms.blockable(o) && (few || forms.blockable(i))) {
    const inputs = [forms.get(x, few ? 'nchw' : 'blocked'), blockedFilter(filter, forms.blockSize)];
    forms.set(node, 'blocked', makeNode(`${BLOCKED}:Conv`, inputs, attributes, nchwShape(node), 'float32'));
    return;
  }
  const inputs = [forms.get(x, 'nchw'), oihw(filter)];
  forms.set(node, 'nchw', makeNode('Conv', inputs, attributes, nchwShape(node), 'float32'));
}

const forward: LayoutRule = (node, forms) => {
  const [x, filter] = node.inputs as [GraphNode, GraphNode];
  convolve(node, x, forms.get(filter, 'plain'), numbersOf(node, filter.shape), forms);
  return true;
};

export const convolutionRules: Readonly<Record<string, LayoutRule>> = { Conv2D: forward };
