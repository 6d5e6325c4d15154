import * as tf from '@tensorflow/tfjs';

import { add, reshape } from '../build.ts';
import type { Attribute, GraphNode } from '../graph.ts';
import { makeNode } from '../graph.ts';
import type { KernelCall, KernelFamily } from './kernel.ts';
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
  const format = call.attribute<string | undefined>('dataFormat') ?? 'NHWC';
  if (format !== 'NHWC') throw new Error(`The kernel ${call.kernel} supports the data format NHWC only.`);
  const info = tf.backend_util.computeConv2DInfo(
    [...input] as Shape4,
    [...filter] as Shape4,
    call.attribute<number | [number, number]>('strides'),
    call.attribute<number | [number, number] | undefined>('dilations') ?? 1,
    call.attribute<'valid' | 'same' | number>('pad'),
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

function convolve(call: KernelCall, depthwise: boolean): GraphNode {
  const x = call.node('x');
  const filter = call.node('filter');
  const { attributes, outShape } = geometry(call, x.shape, filter.shape, depthwise);
  return makeNode('Conv2D', [x, depthwise ? grouped(filter) : filter], attributes, outShape, x.dtype);
}

function inputGradient(call: KernelCall, depthwise: boolean): GraphNode {
  const dy = call.node('dy');
  const filter = call.node('filter');
  const inputShape = call.numbers('inputShape');
  const { attributes } = geometry(call, inputShape, filter.shape, depthwise);
  const inputs = [dy, depthwise ? grouped(filter) : filter];
  return makeNode('Conv2DInputGradient', inputs, attributes, inputShape, dy.dtype);
}

function filterGradient(call: KernelCall, depthwise: boolean): GraphNode {
  const x = call.node('x');
  const filterShape = call.numbers('filterShape');
  const { attributes } = geometry(call, x.shape, filterShape, depthwise);
  const [h = 1, w = 1, channels = 1, multiplier = 1] = filterShape;
  const shape = depthwise ? [h, w, 1, channels * multiplier] : filterShape;
  const gradient = makeNode('Conv2DFilterGradient', [x, call.node('dy')], attributes, shape, x.dtype);
  return reshape(gradient, filterShape);
}

function fused(call: KernelCall, depthwise: boolean): GraphNode {
  const result = convolve(call, depthwise);
  const bias = call.optional('bias');
  return activate(bias === null ? result : add(result, bias), call);
}

export const convolution: KernelFamily = {
  Conv2D: (call) => convolve(call, false),
  Conv2DBackpropInput: (call) => inputGradient(call, false),
  Conv2DBackpropFilter: (call) => filterGradient(call, false),
  FusedConv2D: (call) => fused(call, false),
  DepthwiseConv2dNative: (call) => convolve(call, true),
  DepthwiseConv2dNativeBackpropInput: (call) => inputGradient(call, true),
  DepthwiseConv2dNativeBackpropFilter: (call) => filterGradient(call, true),
  FusedDepthwiseConv2D: (call) => fused(call, true),
};
