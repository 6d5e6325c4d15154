import * as tf from '@tensorflow/tfjs';

import type { GradientCheck, KernelCase } from './kernelCases.ts';

type T4 = tf.Tensor4D;

function make(
  name: string,
  shapes: readonly (readonly number[])[],
  run: (...x: never[]) => tf.Tensor,
  gradient: GradientCheck,
): KernelCase {
  return { name, shapes, run: run as KernelCase['run'], gradient, shift: 0 };
}

type Padding = 'same' | 'valid';

/** A convolution with its shapes; `size` 16 batches and channels in whole blocks reach the blocked operators. */
function conv(
  n: number,
  h: number,
  i: number,
  o: number,
  k: number,
  stride: number,
  pad: Padding,
  dilation = 1,
): KernelCase {
  const name = `conv2d ${n}x${h}x${h}x${i} -> ${o}, ${k}x${k}, stride ${stride}, ${pad}, dilation ${dilation}`;
  const run = (x: T4, w: T4): tf.Tensor => tf.conv2d(x, w, stride, pad, 'NHWC', dilation);
  return make(
    name,
    [
      [n, h, h, i],
      [k, k, i, o],
    ],
    run,
    dilation > 1 ? 'none' : 'both',
  );
}

export const convolutionCases: readonly KernelCase[] = [
  conv(2, 5, 3, 4, 3, 1, 'same'),
  conv(2, 6, 3, 4, 3, 2, 'same'),
  conv(2, 7, 2, 3, 3, 2, 'valid'),
  conv(1, 7, 2, 3, 3, 1, 'valid', 2),
  conv(16, 6, 3, 16, 3, 1, 'same'),
  conv(16, 6, 16, 32, 3, 1, 'same'),
  conv(16, 6, 16, 16, 3, 2, 'same'),
  conv(16, 7, 16, 16, 3, 2, 'same'),
  conv(16, 8, 16, 16, 3, 2, 'valid'),
  conv(12, 6, 16, 16, 5, 1, 'same'),
  conv(16, 6, 16, 16, 1, 1, 'same'),
  conv(16, 6, 16, 32, 1, 2, 'same'),
  conv(16, 7, 16, 16, 3, 1, 'valid'),
  make(
    'conv2d with explicit padding and stride',
    [
      [16, 8, 8, 16],
      [3, 3, 16, 16],
    ],
    (x: T4, w: T4) => tf.conv2d(x, w, 2, 1),
    'both',
  ),
  make(
    'conv1d',
    [
      [2, 8, 3],
      [4, 3, 5],
    ],
    (x: tf.Tensor3D, w: tf.Tensor3D) => tf.conv1d(x, w, 2, 'same'),
    'both',
  ),
  make(
    'depthwise',
    [
      [2, 6, 6, 4],
      [3, 3, 4, 2],
    ],
    (x: T4, w: T4) => tf.depthwiseConv2d(x, w, 1, 'same'),
    'both',
  ),
  make(
    'depthwise strided',
    [
      [2, 6, 6, 4],
      [3, 3, 4, 1],
    ],
    (x: T4, w: T4) => tf.depthwiseConv2d(x, w, 2, 'same'),
    'both',
  ),
  make(
    'transposed',
    [
      [2, 4, 4, 3],
      [3, 3, 5, 3],
    ],
    (x: T4, w: T4) => tf.conv2dTranspose(x, w, [2, 8, 8, 5], 2, 'same'),
    'both',
  ),
  make(
    'fused conv',
    [[2, 5, 5, 3], [3, 3, 3, 4], [4]],
    (x: T4, filter: T4, bias: tf.Tensor1D) =>
      tf.fused.conv2d({ x, filter, strides: 1, pad: 'same', bias, activation: 'relu' }),
    'none',
  ),
  make(
    'fused depthwise conv',
    [[2, 5, 5, 3], [3, 3, 3, 2], [6]],
    (x: T4, filter: T4, bias: tf.Tensor1D) =>
      tf.fused.depthwiseConv2d({ x, filter, strides: 1, pad: 'same', bias, activation: 'relu6' }),
    'none',
  ),
  make(
    'residual block',
    [[16, 4, 4, 16], [3, 3, 16, 16], [16]],
    (x: T4, w: T4, gain: tf.Tensor) => {
      const h = tf.relu(tf.conv2d(x, w, 1, 'same').mul(gain).add(x)) as T4;
      return tf.relu(tf.conv2d(h, w, 1, 'same').mul(gain).add(h).add(gain.sum()));
    },
    'cpu',
  ),
];

export const poolingCases: readonly KernelCase[] = [
  make('max pool', [[2, 6, 6, 3]], (x: T4) => tf.maxPool(x, 2, 2, 'same'), 'both'),
  make('max pool overlapping', [[2, 7, 7, 3]], (x: T4) => tf.maxPool(x, 3, 2, 'same'), 'cpu'),
  make('average pool', [[2, 6, 6, 3]], (x: T4) => tf.avgPool(x, 2, 2, 'valid'), 'both'),
  make('average pool at borders', [[2, 5, 5, 3]], (x: T4) => tf.avgPool(x, 3, 2, 'same'), 'difference'),
  make(
    'pools after a blocked convolution',
    [
      [16, 6, 6, 16],
      [3, 3, 16, 16],
    ],
    (x: T4, w: T4) =>
      tf.concat([
        tf.maxPool(tf.conv2d(x, w, 1, 'same'), 2, 2, 'same'),
        tf.avgPool(tf.conv2d(x, w, 1, 'same'), 2, 2, 'same'),
      ]),
    'cpu',
  ),
];

// Images are square, or the batch is one, where a cpu kernel mixes up height and width or forgets the batch.
const TURN = [0.9, 0.2, 0.4, -0.2, 0.9, 0.7, 0.01, 0.02];

export const imageCases: readonly KernelCase[] = [
  make('resizeBilinear', [[2, 5, 5, 3]], (x: T4) => tf.image.resizeBilinear(x, [7, 3]), 'both'),
  make(
    'resizeBilinear with half pixels',
    [[2, 4, 5, 3]],
    (x: T4) => tf.image.resizeBilinear(x, [3, 8], false, true),
    'none',
  ),
  make(
    'resizeBilinear with aligned corners',
    [[2, 5, 5, 3]],
    (x: T4) => tf.image.resizeBilinear(x, [7, 9], true),
    'both',
  ),
  make('resizeNearestNeighbor', [[1, 4, 5, 3]], (x: T4) => tf.image.resizeNearestNeighbor(x, [7, 3]), 'both'),
  make(
    'cropAndResize',
    [[2, 6, 6, 3]],
    (x: T4) => {
      const boxes = tf.tensor2d(
        [
          [0, 0, 1, 1],
          [0.1, 0.2, 0.8, 1.3],
          [0.9, 0.8, 0.1, 0.2],
        ],
        [3, 4],
      );
      return tf.image.cropAndResize(x, boxes, tf.tensor1d([0, 1, 1], 'int32'), [4, 5], 'bilinear', 0.5);
    },
    'none',
  ),
  make(
    'cropAndResize nearest',
    [[2, 6, 6, 3]],
    (x: T4) => {
      const boxes = tf.tensor2d(
        [
          [0, 0, 0.87, 0.83],
          [0.12, 0.23, 0.81, 0.94],
        ],
        [2, 4],
      );
      return tf.image.cropAndResize(x, boxes, tf.tensor1d([0, 1], 'int32'), [4, 5], 'nearest');
    },
    'none',
  ),
  ...(['constant', 'reflect', 'wrap', 'nearest'] as const).flatMap((fill) =>
    (['bilinear', 'nearest'] as const).map((mode) =>
      make(
        `transform ${mode}, fill ${fill}`,
        [[1, 6, 7, 2]],
        (x: T4) => tf.image.transform(x, tf.tensor2d(TURN, [1, 8]), mode, fill, 0.25, [5, 8]),
        'none',
      ),
    ),
  ),
  make('flipLeftRight', [[2, 4, 5, 3]], (x: T4) => tf.image.flipLeftRight(x), 'none'),
];

export const normalisationCases: readonly KernelCase[] = [
  make(
    'batch norm with running statistics',
    [[2, 4, 4, 3], [3], [3], [3]],
    (x: T4, mean: tf.Tensor1D, shift: tf.Tensor1D, gain: tf.Tensor1D) =>
      tf.batchNorm(x, mean, mean.square().add(1) as tf.Tensor1D, shift, gain, 1e-3),
    'both',
  ),
  make(
    'layer norm',
    [[3, 8], [8], [8]],
    (x: tf.Tensor, gain: tf.Tensor, shift: tf.Tensor) => {
      const { mean, variance } = tf.moments(x, [-1], true);
      return x
        .sub(mean)
        .mul(tf.rsqrt(variance.add(1e-5)))
        .mul(gain)
        .add(shift);
    },
    'both',
  ),
  make(
    'group norm',
    [[2, 4, 4, 6], [6]],
    (x: T4, gain: tf.Tensor) => {
      const groups = x.reshape([2, 16, 3, 2]);
      const { mean, variance } = tf.moments(groups, [1, 3], true);
      return groups
        .sub(mean)
        .mul(tf.rsqrt(variance.add(1e-5)))
        .reshape([2, 4, 4, 6])
        .mul(gain);
    },
    'both',
  ),
];
