import * as tf from '@tensorflow/tfjs';

/** x itself, through which no gradient flows. */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  const stop = tf.customGrad((given) => ({
    value: (given as T).clone(),
    gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
  }));
  return stop(x) as T;
}
