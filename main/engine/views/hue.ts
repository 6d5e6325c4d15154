import * as tf from '@tensorflow/tfjs';

/** Turns the hue of RGB images [n, h, w, 3] in 0..1 by `turn` [n, 1, 1, 1] in -0.5..0.5 of a full circle, through HSV as torchvision does. */
export function turnHue(x: tf.Tensor4D, turn: tf.Tensor4D): tf.Tensor4D {
  const [red, green, blue] = tf.split(x, 3, 3) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
  const value = x.max(3, true);
  const chroma = value.sub(x.min(3, true));
  const grey = chroma.equal(0).toFloat(); // no hue: divide by one instead of zero
  const divisor = chroma.add(grey);
  const isRed = value.equal(red).toFloat();
  const isGreen = value.equal(green).toFloat().mul(isRed.neg().add(1));
  const isBlue = isRed.add(isGreen).neg().add(1);
  const sixths = isRed
    .mul(green.sub(blue))
    .add(isGreen.mul(blue.sub(red)))
    .add(isBlue.mul(red.sub(green)))
    .div(divisor)
    .add(isGreen.mul(2))
    .add(isBlue.mul(4));
  const hue = fraction(sixths.div(6).add(turn));
  return fromHue(hue as tf.Tensor4D, value as tf.Tensor4D, chroma as tf.Tensor4D);
}

/** Channel with offset o is value - chroma * clip(min(k, 4 - k), 0, 1), k = (o + 6 hue) mod 6: the closed form of HSV to RGB. */
function fromHue(hue: tf.Tensor4D, value: tf.Tensor4D, chroma: tf.Tensor4D): tf.Tensor4D {
  const offsets = tf.tensor4d([5 / 6, 3 / 6, 1 / 6], [1, 1, 1, 3]);
  const k = fraction(hue.add(offsets)).mul(6); // [n, h, w, 3]
  const share = tf.clipByValue(tf.minimum(k, k.neg().add(4)), 0, 1);
  return value.sub(chroma.mul(share));
}

function fraction(x: tf.Tensor): tf.Tensor {
  return x.sub(x.floor());
}
