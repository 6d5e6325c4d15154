import { reshape, transpose } from '../../build.ts';
import type { GraphNode } from '../../graph.ts';

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

/** The same as ONNX attributes. */
export function attributesOf(numbers: ConvolutionNumbers): Record<string, number | readonly number[]> {
  const { kernel, strides, dilations, pads, group } = numbers;
  return { kernel_shape: kernel, strides, dilations, pads, group };
}

/** NCHW shape of an NHWC node. */
export function nchwShape(node: GraphNode): number[] {
  const [n = 1, h = 1, w = 1, c = 1] = node.shape;
  return [n, c, h, w];
}

/** HWIO filters as OIHW. */
export function oihw(filter: GraphNode): GraphNode {
  return transpose(filter, [3, 2, 0, 1]);
}

/** HWIO filters as the blocked operators read them: OIHW blocked over outputs and, unless there are few, inputs. */
export function blockedFilter(filter: GraphNode, block: number): GraphNode {
  const [h = 1, w = 1, i = 1, o = 1] = filter.shape;
  const target = [o, i, h, w];
  if (i < block)
    return reshape(transpose(reshape(filter, [h, w, i, o / block, block]), [3, 2, 0, 1, 4]), target);
  const split = reshape(filter, [h, w, i / block, block, o / block, block]);
  return reshape(transpose(split, [4, 2, 0, 1, 3, 5]), target);
}
