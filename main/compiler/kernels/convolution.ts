import * as tf from '@tensorflow/tfjs';

import { add, reshape, slice, transpose } from '../build.ts';
import type { Attribute, GraphNode } from '../graph.ts';
import { makeNode } from '../graph.ts';
import type { KernelCall, KernelFamily } from './kernel.ts';
import { channelsFirst, channelsLast } from './layouts.ts';
import { fitted, interleaved } from './taps.ts';
import { activate } from './matmul.ts';

type Shape4 = [number, number, number, number];

/** What both convolution and its gradients need to know; `group` is 1 or the number of input channels (depthwise). */
interface Geometry {
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly outShape: readonly number[];
}

function geometry(
  call: KernelCall,
  input: readonly number[],
  filter: readonly number[],
  depthwise: boolean,
): Geometry {
  const info = tf.backend_util.computeConv2DInfo(
    [...input] as Shape4,
    [...filter] as Shape4,
    call.attribute<number | [number, number]>('strides'),
    call.attribute<number | [number, number] | undefined>('dilations') ?? 1,
    paddingOf(call),
    call.attribute<'floor' | 'round' | 'ceil' | undefined>('dimRoundingMode'),
    depthwise,
  );
  const { top, left, bottom, right } = info.padInfo;
  const attributes = {
    strides: [info.strideHeight, info.strideWidth],
    pads: [top, left, bottom, right],
    dilations: [info.dilationHeight, info.dilationWidth],
    group: depthwise ? (input[3] as number) : 1,
  };
  return { attributes, outShape: info.outShape };
}

/** TensorFlow's depthwise filter [h, w, channels, multiplier] is a grouped one with a single input channel. */
function grouped(filter: GraphNode): GraphNode {
  const [h = 1, w = 1, channels = 1, multiplier = 1] = filter.shape;
  return reshape(filter, [h, w, 1, channels * multiplier]);
}

type Padding = 'valid' | 'same' | number | [number, number][];

/** Explicit paddings come in the order of the call's data format. */
function paddingOf(call: KernelCall): 'valid' | 'same' | number {
  const given = call.attribute<Padding>('pad');
  if (!Array.isArray(given) || !isNCHW(call)) return given as 'valid' | 'same' | number;
  const [n, c, h, w] = given;
  return [n, h, w, c] as unknown as number;
}

const isNCHW = (call: KernelCall): boolean => call.attribute<string | undefined>('dataFormat') === 'NCHW';

/** Images with their channels last, whatever the call's data format. */
function imagesOf(call: KernelCall, name: string): GraphNode {
  return isNCHW(call) ? channelsLast(call.node(name)) : call.node(name);
}

/** Back to the call's data format. */
function formatted(call: KernelCall, images: GraphNode): GraphNode {
  return isNCHW(call) ? channelsFirst(images) : images;
}

function convolve(call: KernelCall, depthwise: boolean): GraphNode {
  const x = imagesOf(call, 'x');
  const filter = call.node('filter');
  const { attributes, outShape } = geometry(call, x.shape, filter.shape, depthwise);
  return makeNode('Conv2D', [x, depthwise ? grouped(filter) : filter], attributes, outShape, x.dtype);
}

function inputGradient(call: KernelCall, depthwise: boolean): GraphNode {
  const filter = call.node('filter');
  const given = call.numbers('inputShape');
  const [n = 1, c = 1, h = 1, w = 1] = given;
  const inputShape = isNCHW(call) ? [n, h, w, c] : given;
  const { attributes, outShape } = geometry(call, inputShape, filter.shape, depthwise);
  // A transposed convolution may be given more rows than its output shape has use for.
  const dy = slice(imagesOf(call, 'dy'), [0, 0, 0, 0], outShape);
  if (depthwise && filter.shape[3] !== 1)
    return formatted(call, multipliedGradient(dy, filter, attributes as unknown as Numbers, inputShape));
  const inputs = [dy, depthwise ? grouped(filter) : filter];
  return formatted(call, makeNode('Conv2DInputGradient', inputs, attributes, inputShape, dy.dtype));
}

type Numbers = Readonly<Record<'strides' | 'pads' | 'dilations', readonly number[]>>;

/**
 * Several outputs per channel: a grouped convolution of the spread gradients with turned filters, because ONNX
 * Runtime's grouped transposed convolution is wrong on WebGPU when groups have several outputs.
 */
function multipliedGradient(
  dy: GraphNode,
  filter: GraphNode,
  { strides, pads, dilations }: Numbers,
  inputShape: readonly number[],
): GraphNode {
  const [h = 1, w = 1, c = 1] = filter.shape;
  const spread = interleaved(channelsFirst(dy), strides);
  const around = [h, w].map((extent, axis) => {
    const reach = (extent - 1) * (dilations[axis] as number);
    const before = reach - (pads[axis] as number);
    const room = (inputShape[axis + 1] as number) + reach;
    return [before, room - before - (spread.shape[axis + 2] as number)] as const;
  });
  const framed = channelsLast(fitted(spread, around));
  const turned = slice(filter, [h - 1, w - 1, 0, 0], filter.shape, [-1, -1, 1, 1]);
  const attributes = { strides: [1, 1], pads: [0, 0, 0, 0], dilations, group: c };
  return makeNode('Conv2D', [framed, transpose(turned, [0, 1, 3, 2])], attributes, inputShape, 'float32');
}

function filterGradient(call: KernelCall, depthwise: boolean): GraphNode {
  const x = imagesOf(call, 'x');
  const filterShape = call.numbers('filterShape');
  const { attributes } = geometry(call, x.shape, filterShape, depthwise);
  const [h = 1, w = 1, channels = 1, multiplier = 1] = filterShape;
  const shape = depthwise ? [h, w, 1, channels * multiplier] : filterShape;
  const gradient = makeNode('Conv2DFilterGradient', [x, imagesOf(call, 'dy')], attributes, shape, x.dtype);
  return reshape(gradient, filterShape);
}

function fused(call: KernelCall, depthwise: boolean): GraphNode {
  const result = convolve(call, depthwise);
  const bias = call.optional('bias');
  const weights = call.optional('preluActivationWeights');
  const slopes =
    weights !== null && weights.shape.length === 3 && isNCHW(call) ? transpose(weights, [1, 2, 0]) : weights;
  return formatted(call, activate(bias === null ? result : add(result, bias), call, slopes));
}

export const convolution: KernelFamily = {
  Conv2D: (call) => formatted(call, convolve(call, false)),
  Conv2DBackpropInput: (call) => inputGradient(call, false),
  Conv2DBackpropFilter: (call) => filterGradient(call, false),
  FusedConv2D: (call) => fused(call, false),
  DepthwiseConv2dNative: (call) => formatted(call, convolve(call, true)),
  DepthwiseConv2dNativeBackpropInput: (call) => inputGradient(call, true),
  DepthwiseConv2dNativeBackpropFilter: (call) => filterGradient(call, true),
  FusedDepthwiseConv2D: (call) => fused(call, true),
};
