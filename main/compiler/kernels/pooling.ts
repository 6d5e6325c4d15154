import * as tf from '@tensorflow/tfjs';

import { cast } from '../build.ts';
import { makeNode, sameShape } from '../graph.ts';
import type { KernelCall, KernelFamily, KernelLowering } from './kernel.ts';
import { channelsFirst, channelsFirstShape, channelsLast } from './layouts.ts';
import { pooled } from './windows.ts';

interface Window {
  readonly attributes: Readonly<Record<'kernel' | 'strides' | 'pads', readonly number[]>>;
  readonly outShape: readonly number[];
}

function windowOf(call: KernelCall, input: readonly number[]): Window {
  const info = tf.backend_util.computePool2DInfo(
    [...input] as [number, number, number, number],
    call.attribute<number | [number, number]>('filterSize'),
    call.attribute<number | [number, number]>('strides'),
    1,
    call.attribute<'valid' | 'same' | number>('pad'),
    call.attribute<'floor' | 'round' | 'ceil' | undefined>('dimRoundingMode'),
  );
  const { top, left, bottom, right } = info.padInfo;
  const attributes = {
    kernel: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    pads: [top, left, bottom, right],
  };
  return { attributes, outShape: info.outShape };
}

const forward =
  (op: 'MaxPool2D' | 'AveragePool2D'): KernelLowering =>
  (call) => {
    const x = call.node('x');
    const { attributes, outShape } = windowOf(call, x.shape);
    // As TensorFlow.js has it: windows of one pixel, and as many as pixels, change nothing, however they are padded.
    if (attributes.kernel.every((extent) => extent === 1) && sameShape(outShape, x.shape)) return x;
    const { kernel, strides, pads } = attributes;
    const numbers = cast(x, 'float32');
    const usual = !outShape.includes(0) && pads.every((size, index) => size < (kernel[index % 2] as number));
    if (usual) return cast(makeNode(op, [numbers], attributes, outShape, 'float32'), x.dtype);
    const window = { kernel_shape: kernel, strides, pads };
    const name = op === 'MaxPool2D' ? 'MaxPool' : 'AveragePool';
    const planes = pooled(name, channelsFirst(numbers), window, channelsFirstShape(outShape));
    return cast(channelsLast(planes), x.dtype);
  };

const backward =
  (op: string): KernelLowering =>
  (call) => {
    const x = call.node('input');
    const { attributes } = windowOf(call, x.shape);
    return makeNode(op, [call.node('dy'), x], attributes, x.shape, x.dtype);
  };

export const pooling: KernelFamily = {
  MaxPool: forward('MaxPool2D'),
  AvgPool: forward('AveragePool2D'),
  MaxPoolGrad: backward('MaxPool2DGradient'),
  AvgPoolGrad: backward('AveragePool2DGradient'),
};
