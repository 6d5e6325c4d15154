import { add, elementwise, isSplat, mul, reduce, reshape } from '../../build.ts';
import type { GraphNode } from '../../graph.ts';
import { makeNode } from '../../graph.ts';
import type { Forms, Layout, LayoutRule } from './forms.ts';
import { BLOCKED } from './forms.ts';

interface Term {
  readonly image: GraphNode;
  readonly scale: GraphNode;
}

function termsOf(node: GraphNode): Term[] {
  const rest = node.inputs.slice(1);
  return rest.flatMap((image, index) =>
    index % 2 === 0 ? [{ image, scale: rest[index + 1] as GraphNode }] : [],
  );
}

function chooseLayout(images: readonly GraphNode[], forms: Forms): Layout {
  const natives = images.map((image) => forms.native(image));
  if (natives.includes('blocked')) return 'blocked';
  return natives.includes('nchw') ? 'nchw' : 'plain';
}

/** One factor and one summand per channel, in the layout the images have. */
const affine: LayoutRule = (node, forms) => {
  const terms = termsOf(node);
  const layout = chooseLayout(
    terms.map(({ image }) => image),
    forms,
  );
  const bias = forms.get(node.inputs[0] as GraphNode, 'plain');
  if (layout === 'blocked') forms.set(node, layout, blockedAffine(node, bias, terms, forms));
  else forms.set(node, layout, elementwiseAffine(node, bias, terms, layout, forms));
  return true;
};

/**
 * A depthwise 1x1 convolution is an affine map per channel: one pass over memory for product, bias and activation,
 * and the operator adds a further tensor on the way.
 */
function blockedAffine(node: GraphNode, bias: GraphNode, terms: readonly Term[], forms: Forms): GraphNode {
  const [n = 1, h = 1, w = 1, c = 1] = node.shape;
  const shape = [n, c, h, w];
  const base = { kernel_shape: [1, 1], strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0], group: c };
  const units = terms.filter(({ scale }) => terms.length > 1 && isUnit(scale));
  const unit = units[0];
  const others = terms.filter((term) => term !== unit);
  let sum = unit === undefined ? null : forms.get(unit.image, 'blocked');
  others.forEach(({ image, scale }, index) => {
    const last = index === others.length - 1;
    const weights = reshape(forms.get(scale, 'plain'), [c, 1, 1, 1]);
    const shift = last ? bias : zeroBias(bias);
    const inputs = [forms.get(image, 'blocked'), weights, shift, ...(sum === null ? [] : [sum])];
    const activation = last && node.attributes['activation'] === 'Relu' ? { activation: 'Relu' } : {};
    sum = makeNode(`${BLOCKED}:Conv`, inputs, { ...base, ...activation }, shape, 'float32');
  });
  return sum as unknown as GraphNode;
}

function zeroBias(bias: GraphNode): GraphNode {
  const [channels = 1] = bias.shape;
  return makeNode('Constant', [], {}, [channels], 'float32', new Float32Array(channels));
}

function isUnit(scale: GraphNode): boolean {
  const source = scale.op === 'Expand' ? (scale.inputs[0] as GraphNode) : scale;
  return isSplat(source, 1);
}

function elementwiseAffine(
  node: GraphNode,
  bias: GraphNode,
  terms: readonly Term[],
  layout: Layout,
  forms: Forms,
): GraphNode {
  const vector = (x: GraphNode): GraphNode =>
    layout === 'nchw' ? reshape(x, [x.shape[0] as number, 1, 1]) : x;
  const parts = terms.map(({ image, scale }) => {
    const value = forms.get(image, layout);
    return isUnit(scale) ? value : mul(value, vector(forms.get(scale, 'plain')));
  });
  const total = parts.reduce((sum, part) => add(sum, part));
  const shifted = add(total, vector(bias));
  return node.attributes['activation'] === 'Relu' ? elementwise('Relu', [shifted]) : shifted;
}

/**
 * Sum over images and space of a product, per channel. On blocked tensors a depthwise convolution whose filter is
 * the other image, as large as the image, is that sum for every (image, channel): no product is ever stored.
 */
const dot: LayoutRule = (node, forms) => {
  const [a, b] = node.inputs as [GraphNode, GraphNode];
  const [n = 1, h = 1, w = 1, c = 1] = a.shape;
  const layout = chooseLayout([a, b], forms);
  const [x, y] = [forms.get(a, layout), forms.get(b, layout)];
  if (layout === 'blocked') {
    const inputs = [reshape(x, [1, n * c, h, w]), reshape(y, [n * c, 1, h, w])];
    const attributes = {
      kernel_shape: [h, w],
      strides: [1, 1],
      dilations: [1, 1],
      pads: [0, 0, 0, 0],
      group: n * c,
    };
    const sums = makeNode(`${BLOCKED}:Conv`, inputs, attributes, [1, n * c, 1, 1], 'float32');
    forms.set(node, 'plain', reduce('ReduceSum', reshape(sums, [n, c]), [0], false));
  } else if (layout === 'nchw') {
    const sums = reduce('ReduceSum', reshape(mul(x, y), [n, c, h * w]), [2], false);
    forms.set(node, 'plain', reduce('ReduceSum', sums, [0], false));
  } else {
    forms.set(node, 'plain', reduce('ReduceSum', mul(x, y), [0, 1, 2], false));
  }
  return true;
};

export const channelRules: Readonly<Record<string, LayoutRule>> = { ChannelAffine: affine, ChannelDot: dot };
