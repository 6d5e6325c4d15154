import * as tf from '@tensorflow/tfjs';

/** Weights of red, green and blue in perceived brightness (ITU-R BT.601, as torchvision rounds them). */
const WEIGHTS = [0.2989, 0.587, 0.114];

/** Brightness of colour images [n, h, w, 3] -> [n, h, w, 1]. */
export function luma(x: tf.Tensor4D): tf.Tensor4D {
  return x.mul(tf.tensor4d(WEIGHTS, [1, 1, 1, 3])).sum(3, true);
}
