import { gemm, pad, reshape, slice, transpose } from '../../build.ts';
import type { GraphNode } from '../../graph.ts';
import { makeNode } from '../../graph.ts';
import type { Forms, LayoutRule } from './forms.ts';
import { BLOCKED } from './forms.ts';
import type { ConvolutionNumbers } from './geometry.ts';
import { numbersOf } from './geometry.ts';

/**
 * Filter gradient as a convolution with images and channels exchanged: the gradient `dy` is the filter, strides and
 * dilations change places, and rows of the input that no window reached are cut.
 */
function exchanged(
  node: GraphNode,
  x: GraphNode,
  dy: GraphNode,
  numbers: ConvolutionNumbers,
  forms: Forms,
): void {
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
}

/**
 * The same exchange on blocked operators: images become channels in blocks, and the padding is made explicit,
 * because the blocked kernel is slow at borders and three columns wide everywhere else. Runs as fast as the
 * forward convolution (90 to 107 GFLOP/s on one thread where the plain exchange gave 17 to 29).
 */
function blockedExchange(x: GraphNode, dy: GraphNode, numbers: ConvolutionNumbers, forms: Forms): GraphNode {
  const { kernel, strides, dilations, pads } = numbers;
  const block = forms.blockSize;
  const [n = 1, h = 1, w = 1, i = 1] = x.shape;
  const [, oh = 1, ow = 1, o = 1] = dy.shape;
  const blocks = Math.ceil(n / block);
  // Rows and columns of the padded frame that the kernel reaches; what lies beyond is never read.
  const frame = [0, 1].map((axis) => {
    const extent = [oh, ow][axis] as number;
    return (
      (extent - 1) * (strides[axis] as number) +
      ((kernel[axis] as number) - 1) * (dilations[axis] as number) +
      1
    );
  });
  const [fh = 1, fw = 1] = frame;
  const images = reshape(padImages(forms.get(x, 'nchw'), blocks * block), [1, blocks * block, i * h, w]);
  const shuffled = makeNode(
    `${BLOCKED}:ReorderInput`,
    [images],
    { channels_last: 0 },
    images.shape,
    'float32',
  );
  const outer = transpose(reshape(shuffled, [blocks, i, h, w * block]), [1, 0, 2, 3]);
  const framed = fit(outer, 2, pads[0], fh);
  const input = reshape(fit(framed, 3, pads[1] * block, fw * block), [i, blocks * block, fh, fw]);
  const gradient = padImages(forms.get(dy, 'blocked'), blocks * block);
  const split = reshape(gradient, [blocks, block, o / block, oh * ow, block]);
  const filter = reshape(transpose(split, [2, 0, 3, 1, 4]), [o, blocks * block, oh, ow]);
  const attributes = {
    kernel_shape: [oh, ow],
    strides: dilations,
    dilations: strides,
    pads: [0, 0, 0, 0],
    group: 1,
  };
  const raw = makeNode(`${BLOCKED}:Conv`, [input, filter], attributes, [i, o, ...kernel], 'float32');
  const [kh, kw] = kernel;
  return reshape(transpose(reshape(raw, [i, o / block, kh * kw, block]), [2, 0, 1, 3]), [kh, kw, i, o]);
}

/** Zero images to fill up the last block. */
function padImages(x: GraphNode, count: number): GraphNode {
  const [n = 1] = x.shape;
  return pad(
    x,
    x.shape.map((_, axis) => [0, axis === 0 ? count - n : 0] as const),
  );
}

/** Puts `before` zeros in front along an axis and pads or cuts behind to the extent. */
function fit(x: GraphNode, axis: number, before: number, extent: number): GraphNode {
  const after = extent - before - (x.shape[axis] as number);
  const padded = pad(
    x,
    x.shape.map((_, index) => (index === axis ? [before, Math.max(0, after)] : [0, 0])),
  );
  if (after >= 0) return padded;
  const shape = padded.shape.map((own, index) => (index === axis ? extent : own));
  return slice(
    padded,
    shape.map(() => 0),
    shape,
  );
}

/** A 1x1 filter's gradient is one matrix product over all pixels. */
function pointwise(x: GraphNode, dy: GraphNode, numbers: ConvolutionNumbers, forms: Forms): GraphNode {
  const [n = 1, , , i = 1] = x.shape;
  const [, oh = 1, ow = 1, o = 1] = dy.shape;
  const [rows, columns] = numbers.strides;
  const used = slice(forms.get(x, 'nchw'), [0, 0, 0, 0], [n, i, oh, ow], [1, 1, rows, columns]);
  const channels = reshape(transpose(used, [1, 0, 2, 3]), [i, n * oh * ow]);
  return reshape(gemm(channels, reshape(forms.get(dy, 'plain'), [n * oh * ow, o])), [1, 1, i, o]);
}

/** The ways to compute a filter gradient. `test/bench/convolutionGradients.ts` measures them against one another. */
export type FilterGradientWay = 'pointwise' | 'blocked' | 'exchanged';

/** Ways that the shapes allow, the one to take first; the order is that of the measured table in the room's README. */
export function filterGradientWays(node: GraphNode, blockSize: number): FilterGradientWay[] {
  const [x, dy] = node.inputs as [GraphNode, GraphNode];
  const { group, kernel, pads } = numbersOf(node, node.shape);
  const [n = 1] = x.shape;
  const filled = blockSize > 0 && n / (Math.ceil(n / blockSize) * blockSize) > 0.4;
  const blockable = blockSize > 0 && (dy.shape[3] as number) % blockSize === 0;
  const unpadded = pads.every((size) => size === 0);
  const ways: FilterGradientWay[] = [];
  if (group === 1 && unpadded && kernel[0] * kernel[1] === 1) ways.push('pointwise');
  if (group === 1 && filled && blockable) ways.push('blocked');
  return [...ways, 'exchanged'];
}

const filterGradient: LayoutRule = (node, forms) => {
  const [x, dy] = node.inputs as [GraphNode, GraphNode];
  const numbers = numbersOf(node, node.shape);
  const ways = filterGradientWays(node, forms.blockSize);
  const way = ways.find((candidate) => candidate === forms.forced.filterGradient) ?? ways[0];
  if (way === 'pointwise') forms.set(node, 'plain', pointwise(x, dy, numbers, forms));
  else if (way === 'blocked') forms.set(node, 'plain', blockedExchange(x, dy, numbers, forms));
  else exchanged(node, x, dy, numbers, forms);
  return true;
};

export const filterGradientRules: Readonly<Record<string, LayoutRule>> = {
  Conv2DFilterGradient: filterGradient,
};
