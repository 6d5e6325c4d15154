import * as tf from '@tensorflow/tfjs';

/** x itself, through which no gradient flows. */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  const stop = tf.customGrad((given) => ({
    value: (given as T).clone(),
    gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
  }));
  return stop(x) as T;
}

/** x itself, whose gradient is multiplied by `gate`, an input of the step: 0 holds what comes before still. */
export function gatedGradient<T extends tf.Tensor>(x: T, gate: tf.Scalar): T {
  const gated = tf.customGrad((given) => ({
    value: (given as T).clone(),
    gradFunc: (dy: tf.Tensor) => dy.mul(gate),
  }));
  return gated(x) as T;
}
