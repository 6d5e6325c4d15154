import { reshape, slice, transpose } from '../../build.ts';
import type { GraphNode } from '../../graph.ts';
import { makeNode } from '../../graph.ts';
import type { Forms, LayoutRule } from './forms.ts';
import { BLOCKED } from './forms.ts';

/** Numbers of one convolution, taken apart. */
export interface ConvolutionNumbers {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly pads: readonly [number, number, number, number];
  readonly group: number;
}

/** Reads a layout-free convolution node; `filterShape` is HWIO. */
export function numbersOf(node: GraphNode, filterShape: readonly number[]): ConvolutionNumbers {
  const { strides, dilations, pads, group } = node.attributes;
  const [kh = 1, kw = 1] = filterShape;
  return {
    kernel: [kh, kw],
    strides: strides as unknown as [number, number],
    dilations: dilations as unknown as [number, number],
    pads: pads as unknown as [number, number, number, number],
    group: group as number,
  };
}

function attributesOf(numbers: ConvolutionNumbers): Record<string, number | readonly number[]> {
  const { kernel, strides, dilations, pads, group } = numbers;
  return { kernel_shape: kernel, strides, dilations, pads, group };
}

function nchwShape(node: GraphNode): number[] {
  const [n = 1, h = 1, w = 1, c = 1] = node.shape;
  return [n, c, h, w];
}

/** HWIO filters as OIHW. */
function oihw(filter: GraphNode): GraphNode {
  return transpose(filter, [3, 2, 0, 1]);
}

/** HWIO filters as the blocked operators read them: OIHW blocked over outputs and, unless there are few, inputs. */
function blockedFilter(filter: GraphNode, block: number): GraphNode {
  const [h = 1, w = 1, i = 1, o = 1] = filter.shape;
  const target = [o, i, h, w];
  if (i < block) return reshape(transpose(reshape(filter, [h, w, i, o / block, block]), [3, 2, 0, 1, 4]), target);
  const split = reshape(filter, [h, w, i / block, block, o / block, block]);
  return reshape(transpose(split, [4, 2, 0, 1, 3, 5]), target);
}

/** Convolution of `x` with HWIO filters in the fastest layout there is; records it as the form of `node`. */
function convolve(node: GraphNode, x: GraphNode, filter: GraphNode, numbers: ConvolutionNumbers, forms: Forms): void {
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

/** Filters turned by 180 degrees with inputs and outputs exchanged. */
function turned(filter: GraphNode): GraphNode {
  const [h = 1, w = 1] = filter.shape;
  const flipped = slice(filter, [h - 1, w - 1, 0, 0], filter.shape, [-1, -1, 1, 1]);
  return transpose(h * w === 1 ? filter : flipped, [0, 1, 3, 2]);
}

/** With stride 1 the input gradient is a convolution with turned filters; otherwise a transposed convolution. */
const inputGradient: LayoutRule = (node, forms) => {
  const [dy, filter] = node.inputs as [GraphNode, GraphNode];
  const numbers = numbersOf(node, filter.shape);
  const { kernel, dilations, strides, pads, group } = numbers;
  const reach = kernel.map((extent, axis) => (extent - 1) * (dilations[axis] as number));
  const mirrored = pads.map((size, side) => (reach[side % 2] as number) - size);
  const weights = forms.get(filter, 'plain');
  if (group === 1 && strides[0] === 1 && strides[1] === 1 && mirrored.every((size) => size >= 0)) {
    const turnedPads = mirrored as unknown as [number, number, number, number];
    convolve(node, dy, turned(weights), { ...numbers, pads: turnedPads }, forms);
    return true;
  }
  forms.set(node, 'nchw', transposedConvolution(node, forms.get(dy, 'nchw'), oihw(weights), numbers));
  return true;
};

function transposedConvolution(node: GraphNode, dy: GraphNode, filter: GraphNode, numbers: ConvolutionNumbers): GraphNode {
  const { kernel, dilations, strides, pads } = numbers;
  const padding = [0, 1].map((axis) => {
    const covered = ((dy.shape[axis + 2] as number) - 1) * (strides[axis] as number);
    const reach = ((kernel[axis] as number) - 1) * (dilations[axis] as number) + 1;
    return (node.shape[axis + 1] as number) - (covered + reach - (pads[axis] as number) - (pads[axis + 2] as number));
  });
  const attributes = { ...attributesOf(numbers), output_padding: padding };
  return makeNode('ConvTranspose', [dy, filter], attributes, nchwShape(node), 'float32');
}

/**
 * Filter gradient as a convolution with images and channels exchanged: the gradient `dy` is the filter, strides and
 * dilations change places, and rows of the input that no window reached are cut.
 */
const filterGradient: LayoutRule = (node, forms) => {
  const [x, dy] = node.inputs as [GraphNode, GraphNode];
  const numbers = numbersOf(node, node.shape);
  const { kernel, strides, dilations, pads, group } = numbers;
  const [n = 1, h = 1, w = 1, i = 1] = x.shape;
  const [, oh = 1, ow = 1, o = 1] = dy.shape;
  const images = transpose(forms.get(x, 'nchw'), [1, 0, 2, 3]);
  const filters = transpose(forms.get(dy, 'nchw'), [1, 0, 2, 3]);
  const input = group === 1 ? images : reshape(images, [1, i * n, h, w]);
  const extents = [h, w].map((extent, axis) => {
    const room = extent + (pads[axis] as number) + (pads[axis + 2] as number);
    const span = (([oh, ow][axis] as number) - 1) * (strides[axis] as number) + 1;
    return Math.floor((room - span) / (dilations[axis] as number)) + 1;
  });
  const attributes = { kernel_shape: [oh, ow], strides: dilations, dilations: strides, pads, group };
  const raw = makeNode('Conv', [input, filters], attributes, [group === 1 ? i : 1, o, ...extents], 'float32');
  const cut = slice(raw, [0, 0, 0, 0], [group === 1 ? i : 1, o, ...kernel]);
  forms.set(node, 'plain', transpose(cut, [2, 3, 0, 1]));
  return true;
};

export const convolutionRules: Readonly<Record<string, LayoutRule>> = {
  Conv2D: forward,
  Conv2DInputGradient: inputGradient,
  Conv2DFilterGradient: filterGradient,
};
