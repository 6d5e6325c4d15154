import type * as tf from '@tensorflow/tfjs';

/** Keeps the logarithm finite. */
const TINY = 1e-12;

function entropy(p: tf.Tensor): tf.Tensor {
  return p.mul(p.add(TINY).log()).sum(-1).neg();
}

/** Mean entropy of the rows of p [n, K], as a share of ln K: 0 where each row is certain, 1 where all are uniform. */
export function meanEntropy(p: tf.Tensor2D): tf.Scalar {
  return entropy(p).mean().div(Math.log(p.shape[1])) as tf.Scalar;
}

/** Entropy of the mean row of p [n, K], as a share of ln K: 0 where all rows choose the same, 1 where all columns are used alike. */
export function usage(p: tf.Tensor2D): tf.Scalar {
  return entropy(p.mean(0)).div(Math.log(p.shape[1])) as tf.Scalar;
}
