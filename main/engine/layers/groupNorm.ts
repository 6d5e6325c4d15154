import * as tf from '@tensorflow/tfjs';
import type { Tensors } from '../method.ts';

/** Added to the variance, as PyTorch does. */
const EPSILON = 1e-5;

/** Averages numbers per channel over the channels of each group: [width, width]. */
function groupMean(width: number, groups: number): tf.Tensor2D {
  const each = width / groups;
  const values = Float32Array.from({ length: width * width }, (_, i) =>
    Math.floor(Math.floor(i / width) / each) === Math.floor((i % width) / each) ? 1 / each : 0,
  );
  return tf.tensor2d(values, [width, width]);
}

/**
 * Group normalisation (Wu & He, arXiv 1803.08494) of x [n, h, w, c], c divisible by `groups`: mean and variance of every sample's groups of
 * channels, so that samples do not see each other. Group means are a product with a constant matrix, which keeps x in its layout.
 */
export function groupNorm(params: Tensors, x: tf.Tensor4D, groups: number): tf.Tensor4D {
  const { gamma, beta } = params as Readonly<Record<'gamma' | 'beta', tf.Tensor1D>>;
  const [count, , , width] = x.shape;
  const mixing = groupMean(width, groups);
  const means = (y: tf.Tensor4D): tf.Tensor4D =>
    tf.matMul(y.mean([1, 2]) as tf.Tensor2D, mixing).reshape([count, 1, 1, width]);
  const centred = x.sub(means(x)) as tf.Tensor4D;
  return centred.mul(means(centred.square()).add(EPSILON).rsqrt()).mul(gamma).add(beta);
}
