import * as tf from '@tensorflow/tfjs';

import type { Attribute } from '../graph.ts';
import { makeNode } from '../graph.ts';
import type { KernelCall, KernelFamily, KernelLowering } from './kernel.ts';

interface Window {
  readonly attributes: Readonly<Record<string, Attribute>>;
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
  (op: string): KernelLowering =>
  (call) => {
    const x = call.node('x');
    const { attributes, outShape } = windowOf(call, x.shape);
    return makeNode(op, [x], attributes, outShape, x.dtype);
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
