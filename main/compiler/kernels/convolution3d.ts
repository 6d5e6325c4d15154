import * as tf from '@tensorflow/tfjs';

import { slice, transpose } from '../build.ts';
import type { GraphNode } from '../graph.ts';
import { makeNode } from '../graph.ts';
import type { KernelCall, KernelFamily } from './kernel.ts';
import { channelsFirst, channelsFirstShape, channelsLast } from './layouts.ts';
import { fitted, interleaved } from './taps.ts';

type Shape5 = [number, number, number, number, number];
type Triple = [number, number, number];

interface Geometry {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Before and behind, as ONNX wants them: all befores first. */
  readonly pads: readonly number[];
  readonly outShape: readonly number[];
}

function geometry(call: KernelCall, input: readonly number[], filter: readonly number[]): Geometry {
  const info = tf.backend_util.computeConv3DInfo(
    [...input] as Shape5,
    [...filter] as Shape5,
    call.attribute<number | Triple>('strides'),
    call.attribute<number | Triple | undefined>('dilations') ?? 1,
    call.attribute<'valid' | 'same'>('pad'),
  );
  const { front, top, left, back, bottom, right } = info.padInfo;
  return {
    strides: [info.strideDepth, info.strideHeight, info.strideWidth],
    dilations: [info.dilationDepth, info.dilationHeight, info.dilationWidth],
    pads: [front, top, left, back, bottom, right],
    outShape: info.outShape,
  };
}

/** DHWIO filters as ONNX's OIDHW. */
const filterOut = (filter: GraphNode): GraphNode => transpose(filter, [4, 3, 0, 1, 2]);

function convolve(call: KernelCall): GraphNode {
  const x = call.node('x');
  const filter = call.node('filter');
  const { strides, dilations, pads, outShape } = geometry(call, x.shape, filter.shape);
  const attributes = { kernel_shape: filter.shape.slice(0, 3), strides, dilations, pads };
  const inputs = [channelsFirst(x), filterOut(filter)];
  return channelsLast(makeNode('Conv', inputs, attributes, channelsFirstShape(outShape), 'float32'));
}

/**
 * A convolution of the spread gradients with turned filters: providers of ONNX Runtime other than the processor's have
 * transposed convolutions in two dimensions only.
 */
function inputGradient(call: KernelCall): GraphNode {
  const filter = call.node('filter');
  const inputShape = call.numbers('inputShape');
  const { strides, dilations, pads, outShape } = geometry(call, inputShape, filter.shape);
  const dy = interleaved(channelsFirst(call.node('dy')), strides);
  const around = [0, 1, 2].map((axis) => {
    const reach = ((filter.shape[axis] as number) - 1) * (dilations[axis] as number);
    const before = reach - (pads[axis] as number);
    const span = ((outShape[axis + 1] as number) - 1) * (strides[axis] as number) + 1;
    return [before, (inputShape[axis + 1] as number) + reach - before - span] as const;
  });
  const kernel = filter.shape.slice(0, 3);
  const starts = [...kernel.map((extent) => extent - 1), 0, 0];
  const turned = slice(filter, starts, filter.shape, [-1, -1, -1, 1, 1]);
  const attributes = { kernel_shape: kernel, strides: [1, 1, 1], dilations, pads: [0, 0, 0, 0, 0, 0] };
  const inputs = [fitted(dy, around), transpose(turned, [3, 4, 0, 1, 2])];
  return channelsLast(makeNode('Conv', inputs, attributes, channelsFirstShape(inputShape), 'float32'));
}

/** A convolution with batch and channels exchanged: `dy` is the filter, strides and dilations change places. */
function filterGradient(call: KernelCall): GraphNode {
  const x = call.node('x');
  const dy = call.node('dy');
  const filterShape = call.numbers('filterShape');
  const { strides, dilations, pads } = geometry(call, x.shape, filterShape);
  const window = dy.shape.slice(1, 4);
  const extents = window.map((own, axis) => {
    const room = (x.shape[axis + 1] as number) + (pads[axis] as number) + (pads[axis + 3] as number);
    return Math.floor((room - (own - 1) * (strides[axis] as number) - 1) / (dilations[axis] as number)) + 1;
  });
  const [i = 1, o = 1] = filterShape.slice(3);
  const attributes = { kernel_shape: window, strides: dilations, dilations: strides, pads };
  const inputs = [transpose(x, [4, 0, 1, 2, 3]), transpose(dy, [4, 0, 1, 2, 3])];
  const raw = makeNode('Conv', inputs, attributes, [i, o, ...extents], 'float32');
  return transpose(slice(raw, [0, 0, 0, 0, 0], [i, o, ...filterShape.slice(0, 3)]), [2, 3, 4, 0, 1]);
}

export const convolution3d: KernelFamily = {
  Conv3D: convolve,
  Conv3DBackpropInputV2: inputGradient,
  Conv3DBackpropFilterV2: filterGradient,
};
