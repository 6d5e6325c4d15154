import type * as tf from '@tensorflow/tfjs';

/** Low enough to lose every maximum. */
const BELOW = -1e9;

/** A batch of series x [n, time, 1, channels + 1] taken apart: values [n, time, channels], 0 behind the end, and [n, time, 1], 1 within it. */
export function seriesParts(x: tf.Tensor4D): {
  readonly values: tf.Tensor3D;
  readonly present: tf.Tensor3D;
} {
  const [count, time, , channels] = x.shape;
  const flat = x.reshape([count, time, channels]);
  const present = flat.slice([0, 0, channels - 1], [-1, -1, 1]) as tf.Tensor3D;
  return { values: flat.slice([0, 0, 0], [-1, -1, channels - 1]).mul(present), present };
}

/** The largest value of every channel within the series: [n, channels]. */
export function maxOverTime(x: tf.Tensor3D, present: tf.Tensor3D): tf.Tensor2D {
  return x.add(present.sub(1).mul(-BELOW)).max(1);
}

/** The mean of every channel within the series: [n, channels]; 0 of an empty one. */
export function meanOverTime(x: tf.Tensor3D, present: tf.Tensor3D): tf.Tensor2D {
  return x.mul(present).sum(1).div(present.sum(1).add(1e-9));
}
