import { concat, expand, reshape, scalar, slice, transpose } from '../../build.ts';
import type { GraphNode } from '../../graph.ts';
import { makeNode } from '../../graph.ts';
import { convolve } from './convolution.ts';
import type { Forms, LayoutRule } from './forms.ts';
import { BLOCKED } from './forms.ts';
import type { ConvolutionNumbers } from './geometry.ts';
import { attributesOf, blockedFilter, nchwShape, numbersOf, oihw } from './geometry.ts';

/** Filters turned by 180 degrees with inputs and outputs exchanged. */
function turned(filter: GraphNode): GraphNode {
  const [h = 1, w = 1] = filter.shape;
  const flipped = slice(filter, [h - 1, w - 1, 0, 0], filter.shape, [-1, -1, 1, 1]);
  return transpose(h * w === 1 ? filter : flipped, [0, 1, 3, 2]);
}

/** The ways to compute an input gradient. `test/bench/convolutionGradients.ts` measures them against one another. */
export type InputGradientWay = 'turned' | 'parities' | 'transposed';

/**
 * Ways that the shapes allow, the one to take first; the order is that of the measured table in the room's README. With
 * stride 1 a convolution with turned filters, first unless its channels do not divide into blocks; with stride 2 on blocked
 * tensors one small convolution per pixel parity, interleaved; always a transposed convolution.
 */
export function inputGradientWays(node: GraphNode, blockSize: number): InputGradientWay[] {
  const numbers = numbersOf(node, (node.inputs[1] as GraphNode).shape);
  if (paritiesOf(node, numbers, blockSize) !== null) return ['parities', 'transposed'];
  const stepless = numbers.strides.every((stride) => stride === 1);
  if (numbers.group !== 1 || !stepless || turnedPads(numbers) === null) return ['transposed'];
  const blocked = blockSize === 0 || (node.shape[3] as number) % blockSize === 0;
  return blocked ? ['turned', 'transposed'] : ['transposed', 'turned'];
}

const inputGradient: LayoutRule = (node, forms) => {
  const [dy, filter] = node.inputs as [GraphNode, GraphNode];
  const numbers = numbersOf(node, filter.shape);
  const weights = forms.get(filter, 'plain');
  const ways = inputGradientWays(node, forms.blockSize);
  const way = ways.find((candidate) => candidate === forms.forced.inputGradient) ?? ways[0];
  const [pads, parities] = [turnedPads(numbers), paritiesOf(node, numbers, forms.blockSize)];
  if (way === 'turned' && pads !== null) convolve(node, dy, turned(weights), { ...numbers, pads }, forms);
  else if (way === 'parities' && parities !== null)
    forms.set(node, 'blocked', interleaved(node, dy, weights, parities, forms));
  else forms.set(node, 'nchw', transposedConvolution(node, forms.get(dy, 'nchw'), oihw(weights), numbers));
  return true;
};

/** Padding of the convolution with turned filters; null where the forward one was padded by more than its reach. */
function turnedPads({ kernel, dilations, pads }: ConvolutionNumbers): ConvolutionNumbers['pads'] | null {
  const reach = kernel.map((extent, axis) => (extent - 1) * (dilations[axis] as number));
  const mirrored = pads.map((size, side) => (reach[side % 2] as number) - size);
  return mirrored.every((size) => size >= 0) ? (mirrored as unknown as ConvolutionNumbers['pads']) : null;
}

/** Taps of a strided convolution that reach the pixels of one parity along one axis. */
interface ParityTaps {
  readonly first: number;
  readonly count: number;
  readonly before: number;
  readonly after: number;
}

/** Pixel `2q + parity` gathers `dy[q + shift - j] * w[first + 2j]`; as a convolution over dy with these pads. */
function parityTaps(parity: number, kernel: number, padding: number, from: number, to: number): ParityTaps {
  const first = (parity + padding) % 2;
  const count = Math.max(0, Math.ceil((kernel - first) / 2));
  const shift = (parity + padding - first) / 2;
  const before = count - 1 - shift;
  return { first, count, before, after: to / 2 - from - before + count - 1 };
}

interface Parities {
  readonly rows: readonly ParityTaps[];
  readonly columns: readonly ParityTaps[];
}

/** Null when the geometry does not divide into parities and blocks. */
function paritiesOf(node: GraphNode, numbers: ConvolutionNumbers, blockSize: number): Parities | null {
  const { kernel, strides, dilations, pads, group } = numbers;
  const [, h = 1, w = 1, c = 1] = node.shape;
  const [, dh = 1, dw = 1, o = 1] = (node.inputs[0] as GraphNode).shape;
  const plain = group === 1 && dilations.every((step) => step === 1);
  const blockable = blockSize > 0 && c % blockSize === 0 && o % blockSize === 0;
  if (!plain || !blockable || strides.some((stride) => stride !== 2) || h % 2 > 0 || w % 2 > 0) return null;
  const rows = [0, 1].map((parity) => parityTaps(parity, kernel[0], pads[0], dh, h));
  const columns = [0, 1].map((parity) => parityTaps(parity, kernel[1], pads[1], dw, w));
  const reached = [...rows, ...columns].filter((taps) => taps.count > 0);
  return reached.every((taps) => taps.before >= 0 && taps.after >= 0) ? { rows, columns } : null;
}

/** One convolution per parity of rows and columns, their pixels put beside one another. */
function interleaved(
  node: GraphNode,
  dy: GraphNode,
  weights: GraphNode,
  { rows, columns }: Parities,
  forms: Forms,
): GraphNode {
  const [n = 1, h = 1, w = 1, c = 1] = node.shape;
  const shape = [n, c, h / 2, w / 2];
  const block = forms.blockSize;
  const interleavedRows = rows.map((row) => {
    const parts = columns.map((column) =>
      parityPart(forms.get(dy, 'blocked'), weights, row, column, shape, block),
    );
    return concat(
      parts.map((part) => reshape(part, [(n * c * h * w) / 4 / block, block])),
      1,
    );
  });
  const lines = interleavedRows.map((row) => reshape(row, [(n * c * h) / 2 / block, w * block]));
  return reshape(concat(lines, 1), [n, c, h, w]);
}

function parityPart(
  dy: GraphNode,
  weights: GraphNode,
  row: ParityTaps,
  column: ParityTaps,
  shape: readonly number[],
  block: number,
): GraphNode {
  if (row.count === 0 || column.count === 0) return expand(scalar(0), shape);
  const [, , i = 1, o = 1] = weights.shape;
  const starts = [row.first + 2 * (row.count - 1), column.first + 2 * (column.count - 1), 0, 0];
  const taps = slice(weights, starts, [row.count, column.count, i, o], [-2, -2, 1, 1]);
  const filter = blockedFilter(transpose(taps, [0, 1, 3, 2]), block);
  const attributes = {
    kernel_shape: [row.count, column.count],
    strides: [1, 1],
    dilations: [1, 1],
    pads: [row.before, column.before, row.after, column.after],
    group: 1,
  };
  return makeNode(`${BLOCKED}:Conv`, [dy, filter], attributes, shape, 'float32');
}

function transposedConvolution(
  node: GraphNode,
  dy: GraphNode,
  filter: GraphNode,
  numbers: ConvolutionNumbers,
): GraphNode {
  const { kernel, dilations, strides, pads } = numbers;
  const padding = [0, 1].map((axis) => {
    const covered = ((dy.shape[axis + 2] as number) - 1) * (strides[axis] as number);
    const reach = ((kernel[axis] as number) - 1) * (dilations[axis] as number) + 1;
    return (
      (node.shape[axis + 1] as number) -
      (covered + reach - (pads[axis] as number) - (pads[axis + 2] as number))
    );
  });
  const attributes = { ...attributesOf(numbers), output_padding: padding };
  return makeNode('ConvTranspose', [dy, filter], attributes, nchwShape(node), 'float32');
}

export const inputGradientRules: Readonly<Record<string, LayoutRule>> = {
  Conv2DInputGradient: inputGradient,
};
