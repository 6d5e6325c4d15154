import * as tf from '@tensorflow/tfjs';

/** Red, green and blue of images as matrices [n, h * w]: elementwise work on them is several times faster than on [n, h, w, 3]. */
export type Planes = readonly [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];

/** Weights of red, green and blue in perceived brightness (ITU-R BT.601, as torchvision rounds them). */
const LUMA = [0.2989, 0.587, 0.114] as const;

/** Takes colour images [n, h, w, 3] apart. */
export function planesOf(x: tf.Tensor4D): Planes {
  const [count, height, width] = x.shape;
  const planes = tf.split(x, 3, 3).map((plane) => plane.reshape([count, height * width]));
  return planes as unknown as Planes;
}

/** Puts planes together to images [n, height, width, 3]. */
export function imagesOf(planes: Planes, height: number, width: number): tf.Tensor4D {
  const count = planes[0].shape[0];
  return tf.concat(
    planes.map((plane) => plane.reshape([count, height, width, 1]) as tf.Tensor4D),
    3,
  );
}

/** Perceived brightness [n, h * w]. */
export function lumaOf([red, green, blue]: Planes): tf.Tensor2D {
  return red.mul(LUMA[0]).add(green.mul(LUMA[1])).add(blue.mul(LUMA[2]));
}

/** The same change of every plane. */
export function eachPlane(planes: Planes, change: (plane: tf.Tensor2D) => tf.Tensor2D): Planes {
  return [change(planes[0]), change(planes[1]), change(planes[2])];
}
