import * as tf from '@tensorflow/tfjs';
import { float, type ParamsOf } from '../../core/params.ts';
import type { View } from '../method.ts';
import { drawRows } from './drawing.ts';

const params = {
  degrees: float(15, {
    min: 0,
    max: 180,
    step: 1,
    unit: 'degrees',
    doc: 'Turns by at most so many degrees either way.',
  }),
} as const;

interface Coordinates {
  readonly x: tf.Tensor2D;
  readonly y: tf.Tensor2D;
}

/** Where each target pixel comes from [n, h * w], for anticlockwise angles [n, 1] in radians about the centre. */
function sources(angle: tf.Tensor2D, height: number, width: number): Coordinates {
  const pixels = Array.from({ length: height * width }, (_, i) => i);
  const across = tf.tensor2d(
    pixels.map((i) => (i % width) - (width - 1) / 2),
    [1, height * width],
  );
  const down = tf.tensor2d(
    pixels.map((i) => Math.floor(i / width) - (height - 1) / 2),
    [1, height * width],
  );
  const [cos, sin] = [angle.cos(), angle.sin()];
  return {
    x: across
      .mul(cos)
      .sub(down.mul(sin))
      .add((width - 1) / 2),
    y: across
      .mul(sin)
      .add(down.mul(cos))
      .add((height - 1) / 2),
  };
}

/** Pixels [n, h, w, c] at whole coordinates [n, h * w], black outside the image, times a weight. */
function corner(x: tf.Tensor4D, at: Coordinates, weight: tf.Tensor): tf.Tensor4D {
  const [count, height, width, channels] = x.shape;
  const column = tf.clipByValue(at.x, 0, width - 1);
  const row = tf.clipByValue(at.y, 0, height - 1);
  const inside = column.equal(at.x).toFloat().mul(row.equal(at.y).toFloat());
  const first = tf.tensor2d(
    Int32Array.from({ length: count }, (_, i) => i * height * width),
    [count, 1],
    'int32',
  );
  const index = row.mul(width).add(column).toInt().add(first);
  const pixels = tf.gather(
    x.reshape([count * height * width, channels]),
    index.reshape([count * height * width]),
  );
  const kept = weight.mul(inside).reshape([count, height, width, 1]);
  return pixels.reshape([count, height, width, channels]).mul(kept);
}

/** Rotation by a random angle, bilinear, black corners. Square quarter turns as a pretext task are method `rotation`, not this. */
export const rotation: View = {
  id: 'rotation',
  title: 'Rotation',
  summary: 'Turns the image by a random angle; corners become black.',
  modalities: ['image'],
  params,
  reference: {
    paper: 'Simard, Steinkraus, Platt: Best practices for convolutional neural networks, ICDAR 2003',
    url: 'https://doi.org/10.1109/ICDAR.2003.1227801',
    code: 'https://github.com/pytorch/vision/blob/main/torchvision/transforms/transforms.py (RandomRotation, bilinear)',
  },
  draw(rng, given, count) {
    const { degrees } = given as ParamsOf<typeof params>;
    return drawRows(count, 1, () => [(degrees * (2 * rng.uniform() - 1) * Math.PI) / 180]);
  },
  apply(x, drawn) {
    const [, height, width] = x.shape;
    const at = sources(drawn as tf.Tensor2D, height, width);
    const low: Coordinates = { x: at.x.floor(), y: at.y.floor() };
    const high: Coordinates = { x: low.x.add(1), y: low.y.add(1) };
    const [right, below] = [at.x.sub(low.x), at.y.sub(low.y)];
    const [left, above] = [right.neg().add(1), below.neg().add(1)];
    const top = corner(x, low, left.mul(above)).add(corner(x, { x: high.x, y: low.y }, right.mul(above)));
    const bottom = corner(x, { x: low.x, y: high.y }, left.mul(below)).add(corner(x, high, right.mul(below)));
    return top.add(bottom);
  },
};
