import * as tf from '@tensorflow/tfjs';

import { add, arrayOf, cast, constant, div, elementwise, mul, reshape, scalar, where } from '../build.ts';
import type { GraphNode } from '../graph.ts';
import { makeNode, sizeOf } from '../graph.ts';
import type { KernelCall, KernelFamily } from './kernel.ts';
import { channelsFirst, channelsFirstShape, channelsLast } from './layouts.ts';
import { fitted, interleaved, maximumGradient } from './taps.ts';
import type { Window } from './windows.ts';
import { coverage, pooled } from './windows.ts';

type Shape5 = [number, number, number, number, number];
type Triple = [number, number, number];

function windowOf(
  call: KernelCall,
  input: readonly number[],
): { window: Window; outShape: readonly number[] } {
  const info = tf.backend_util.computePool3DInfo(
    [...input] as Shape5,
    call.attribute<number | Triple>('filterSize'),
    call.attribute<number | Triple>('strides'),
    1,
    call.attribute<'valid' | 'same' | number>('pad'),
    call.attribute<'floor' | 'round' | 'ceil' | undefined>('dimRoundingMode'),
  );
  const { front, top, left, back, bottom, right } = info.padInfo;
  const window = {
    kernel_shape: [info.filterDepth, info.filterHeight, info.filterWidth],
    strides: [info.strideDepth, info.strideHeight, info.strideWidth],
    pads: [front, top, left, back, bottom, right],
  };
  return { window, outShape: info.outShape };
}

function pool(op: 'MaxPool' | 'AveragePool', call: KernelCall): GraphNode {
  const x = call.node('x');
  const { window, outShape } = windowOf(call, x.shape);
  const planes = channelsFirst(cast(x, 'float32'));
  return cast(channelsLast(pooled(op, planes, window, channelsFirstShape(outShape))), x.dtype);
}

/** Where each window's first maximum lies, as a flat index into the planes. */
function maximumPositions(planes: GraphNode, window: Window, shape: readonly number[]): GraphNode {
  return makeNode('MaxPool', [planes], { ...window, result: 1 }, shape, 'int64');
}

/** The gradient goes to the first maximum of each window. */
function maxGradient(call: KernelCall): GraphNode {
  const { window } = windowOf(call, call.node('input').shape);
  const planes = channelsFirst(call.node('input'));
  const dy = channelsFirst(call.node('dy'));
  const maxima = pooled('MaxPool', planes, window, dy.shape);
  return channelsLast(maximumGradient(planes, maxima, dy, window));
}

/** Each gradient is shared out over the voxels of its window: a convolution of spread gradients with ones. */
function averageGradient(call: KernelCall): GraphNode {
  const x = call.node('input');
  const dy = channelsFirst(call.node('dy'));
  const { window } = windowOf(call, x.shape);
  const { kernel_shape: kernel, strides, pads } = window;
  const shape = channelsFirstShape(x.shape);
  const [n = 1, c = 1, ...extents] = shape;
  const out = dy.shape.slice(2);
  const counts = constant(arrayOf(coverage(window, extents, out), 'float32'), [1, 1, ...out], 'float32');
  const share = reshape(div(dy, counts), [n * c, 1, ...out]);
  const ones = constant(new Float32Array(sizeOf(kernel)).fill(1), [1, 1, ...kernel], 'float32');
  const around = extents.map((extent, axis) => {
    const before = (kernel[axis] as number) - 1 - (pads[axis] as number);
    const span = ((out[axis] as number) - 1) * (strides[axis] as number) + 1;
    return [before, extent + (kernel[axis] as number) - 1 - before - span] as const;
  });
  const framed = fitted(interleaved(share, strides), around);
  const attributes = {
    kernel_shape: kernel,
    strides: kernel.map(() => 1),
    pads: [...kernel, ...kernel].map(() => 0),
  };
  const spread = makeNode('Conv', [framed, ones], attributes, [n * c, 1, ...extents], 'float32');
  return channelsLast(reshape(spread, shape));
}

/** Maxima with their positions in NHWC order, counted within the image or over the whole batch. */
function maxPoolWithArgmax(call: KernelCall): GraphNode[] {
  const x = call.node('x');
  if (x.shape.length !== 4)
    throw new Error(`maxPoolWithArgmax wants a tensor of rank 4, not ${x.shape.length}.`);
  const info = tf.backend_util.computePool2DInfo(
    [...x.shape] as [number, number, number, number],
    call.attribute<number | [number, number]>('filterSize'),
    call.attribute<number | [number, number]>('strides'),
    1,
    call.attribute<'valid' | 'same' | number>('pad'),
  );
  const { top, left, bottom, right } = info.padInfo;
  const window = {
    kernel_shape: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    pads: [top, left, bottom, right],
  };
  const numbers = cast(x, 'float32');
  // TensorFlow passes over NaN here.
  const known = where(elementwise('IsNaN', [numbers], {}, 'bool'), scalar(-Infinity), numbers);
  const planes = channelsFirst(known);
  const shape = channelsFirstShape(info.outShape);
  const values = makeNode('MaxPool', [planes], { ...window, result: 0 }, shape, 'float32');
  const positions = channelsLast(maximumPositions(planes, window, shape));
  const [n = 1, h = 1, w = 1, c = 1] = x.shape;
  const axis = (extent: number, at: number): GraphNode =>
    constant(
      arrayOf(
        Array.from({ length: extent }, (_, index) => index),
        'int64',
      ),
      [0, 1, 2, 3].map((other) => (other === at ? extent : 1)),
      'int64',
    );
  const pixel = makeNode('Mod', [positions, scalar(h * w, 'int64')], {}, positions.shape, 'int64');
  const within = add(mul(pixel, scalar(c, 'int64')), axis(c, 3));
  const counted = call.flag('includeBatchInIndex')
    ? add(within, mul(axis(n, 0), scalar(h * w * c, 'int64')))
    : within;
  return [cast(channelsLast(values), x.dtype), cast(counted, 'int32')];
}

export const pooling3d: KernelFamily = {
  MaxPool3D: (call) => pool('MaxPool', call),
  AvgPool3D: (call) => pool('AveragePool', call),
  MaxPool3DGrad: maxGradient,
  AvgPool3DGrad: averageGradient,
  MaxPoolWithArgmax: maxPoolWithArgmax,
};
