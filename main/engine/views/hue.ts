import * as tf from '@tensorflow/tfjs';
import type { Planes } from './planes.ts';

/** Turns the hue of planes in 0..1 by `turn` [n, 1] in -0.5..0.5 of a full circle, through HSV as torchvision does. */
export function turnHue([red, green, blue]: Planes, turn: tf.Tensor2D): Planes {
  const value = tf.maximum(tf.maximum(red, green), blue) as tf.Tensor2D;
  const chroma = value.sub(tf.minimum(tf.minimum(red, green), blue)) as tf.Tensor2D;
  const divisor = chroma.add(chroma.equal(0).toFloat()); // no hue: divide by one instead of zero
  const isRed = value.equal(red);
  const isGreen = value.equal(green);
  const difference = tf.where(isRed, green.sub(blue), tf.where(isGreen, blue.sub(red), red.sub(green)));
  const base = tf.where(
    isRed,
    tf.zerosLike(red),
    tf.where(isGreen, tf.onesLike(red).mul(2), tf.onesLike(red).mul(4)),
  );
  const hue = difference.div(divisor).add(base).div(6).add(turn) as tf.Tensor2D;
  const channel = (offset: number): tf.Tensor2D => fromHue(hue, value, chroma, offset);
  return [channel(5), channel(3), channel(1)];
}

/** value - chroma * clip(min(k, 4 - k), 0, 1) with k = (offset + 6 hue) mod 6: the closed form of HSV to RGB. */
function fromHue(hue: tf.Tensor2D, value: tf.Tensor2D, chroma: tf.Tensor2D, offset: number): tf.Tensor2D {
  const turns = hue.add(offset / 6);
  const k = turns.sub(turns.floor()).mul(6);
  const share = tf.clipByValue(tf.minimum(k, k.neg().add(4)), 0, 1);
  return value.sub(chroma.mul(share));
}
