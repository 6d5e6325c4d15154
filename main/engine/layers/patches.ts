import * as tf from '@tensorflow/tfjs';

/** Images x [n, h, w, c] as patches [n, patches, patch * patch * c], row by row; h and w divisible by `patch`. */
export function patchesOf(x: tf.Tensor4D, patch: number): tf.Tensor3D {
  const [count, height, width, channels] = x.shape;
  const [down, across] = [height / patch, width / patch];
  return x
    .reshape([count * down, patch, across, patch * channels])
    .transpose([0, 2, 1, 3])
    .reshape([count, down * across, patch * patch * channels]);
}

/** Rows of x [n, t, width] at places of each sample's own [n, k], int32: [n, k, width]. */
export function rowsAt(x: tf.Tensor3D, places: tf.Tensor2D): tf.Tensor3D {
  const [count, tokens, width] = x.shape;
  const [, chosen = 0] = places.shape;
  const starts = tf.tensor2d(Int32Array.from({ length: count }, (_, i) => i * tokens), [count, 1], 'int32'); // prettier-ignore
  const flat = places.add(starts).reshape([count * chosen]) as tf.Tensor1D;
  return tf.gather(x.reshape([count * tokens, width]), flat).reshape([count, chosen, width]);
}
