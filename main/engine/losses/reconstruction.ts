import * as tf from '@tensorflow/tfjs';

/** Mean squared error over where `weight` is 1; a, b [n, h, w, c], weight [n, h, w, 1] of 0 and 1. */
export function weightedSquaredError(a: tf.Tensor4D, b: tf.Tensor4D, weight: tf.Tensor4D): tf.Scalar {
  const errors = a.sub(b).square().mean(3, true); // [n, h, w, 1]
  return errors.mul(weight).sum().div(weight.sum()) as tf.Scalar;
}

/** Cross-entropy of targets in 0..1 and logits, number by number and stable: log(1 + e^l) - l t. */
export function binaryCrossEntropy(logits: tf.Tensor, targets: tf.Tensor): tf.Tensor {
  // log(1 + e^l) = max(l, 0) + log(1 + e^-|l|)
  return tf.relu(logits).add(tf.log1p(logits.abs().neg().exp())).sub(logits.mul(targets));
}
