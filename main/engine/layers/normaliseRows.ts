import type * as tf from '@tensorflow/tfjs';

/** Rows scaled to length one; x [n, d]. */
export function normaliseRows(x: tf.Tensor2D): tf.Tensor2D {
  return x.mul(x.square().sum(1, true).add(1e-12).rsqrt());
}
