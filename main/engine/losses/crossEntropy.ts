import * as tf from '@tensorflow/tfjs';

/** Mean over the batch of -log softmax(logits)[label]; logits [n, classes], labels one-hot [n, classes]. */
export function crossEntropy(logits: tf.Tensor2D, oneHot: tf.Tensor2D): tf.Scalar {
  return tf.logSoftmax(logits).mul(oneHot).sum(1).mean().neg() as tf.Scalar;
}

/** Share of rows whose largest logit is the label's. */
export function accuracy(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Scalar {
  return logits.argMax(1).equal(labels).toFloat().mean() as tf.Scalar;
}
