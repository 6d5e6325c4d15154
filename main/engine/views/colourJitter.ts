import * as tf from '@tensorflow/tfjs';
import type { Rng } from '../../core/rng.ts';
import { float, type ParamsOf } from '../../core/params.ts';
import type { View } from '../method.ts';
import { drawRows } from './drawing.ts';
import { turnHue } from './hue.ts';
import { eachPlane, imagesOf, lumaOf, planesOf } from './planes.ts';

const strength = (value: number, doc: string) => float(value, { min: 0, max: 2, step: 0.05, doc });
const params = {
  brightness: strength(0.4, 'Brightness is multiplied by 1 minus to 1 plus this.'),
  contrast: strength(0.4, 'Distance from the mean brightness is multiplied by 1 minus to 1 plus this.'),
  saturation: strength(0.4, 'Distance from grey is multiplied by 1 minus to 1 plus this.'),
  hue: float(0.1, {
    min: 0,
    max: 0.5,
    step: 0.01,
    doc: 'Hue turns by at most this share of the colour circle.',
  }),
  p: float(0.8, { min: 0, max: 1, step: 0.05, doc: 'Probability that a sample is changed at all.' }),
} as const;

/** Columns: brightness, contrast, saturation, hue, applied. */
function drawFactors(rng: Rng, given: ParamsOf<typeof params>): readonly number[] {
  const factor = (width: number): number => {
    const low = Math.max(0, 1 - width);
    return low + (1 + width - low) * rng.uniform();
  };
  const factors = [factor(given.brightness), factor(given.contrast), factor(given.saturation)];
  return [...factors, given.hue * (2 * rng.uniform() - 1), rng.uniform() < given.p ? 1 : 0];
}

/** factor x + (1 - factor) other, kept in 0..1; factor [n, 1]. */
function blend(x: tf.Tensor2D, other: tf.Tensor, factor: tf.Tensor2D): tf.Tensor2D {
  return tf.clipByValue(x.mul(factor).add(other.mul(factor.neg().add(1))), 0, 1);
}

/** Where mask [n, 1] is 1 the changed values, where it is 0 the original ones, bit for bit. */
function applied(mask: tf.Tensor2D, changed: tf.Tensor2D, original: tf.Tensor2D): tf.Tensor2D {
  return changed.mul(mask).add(original.mul(mask.neg().add(1)));
}

function jitterGrey(x: tf.Tensor4D, factors: readonly tf.Tensor2D[]): tf.Tensor4D {
  const [brightness, contrast, , , mask] = factors as [
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Tensor2D,
  ];
  const flat = x.reshape([x.shape[0], -1]) as tf.Tensor2D;
  const bright = tf.clipByValue(flat.mul(brightness), 0, 1) as tf.Tensor2D;
  return applied(mask, blend(bright, bright.mean(1, true), contrast), flat).reshape(x.shape);
}

function jitterColour(x: tf.Tensor4D, factors: readonly tf.Tensor2D[]): tf.Tensor4D {
  const [brightness, contrast, saturation, hue, mask] = factors as [
    tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D,
  ]; // prettier-ignore
  const original = planesOf(x);
  const bright = eachPlane(original, (plane) => tf.clipByValue(plane.mul(brightness), 0, 1));
  const mean = lumaOf(bright).mean(1, true);
  const contrasted = eachPlane(bright, (plane) => blend(plane, mean, contrast));
  const grey = lumaOf(contrasted);
  const turned = turnHue(
    eachPlane(contrasted, (plane) => blend(plane, grey, saturation)),
    hue,
  );
  const [red, green, blue] = original;
  const planes = [
    applied(mask, turned[0], red),
    applied(mask, turned[1], green),
    applied(mask, turned[2], blue),
  ] as const;
  return imagesOf(planes, x.shape[1], x.shape[2]);
}

/**
 * Random brightness, contrast, saturation and hue. Deviation from torchvision, which shuffles the four changes per call: here they come in
 * this order, so that one compiled step serves every draw. Images of one channel keep brightness and contrast only.
 */
export const colourJitter: View = {
  id: 'colourJitter',
  title: 'Colour jitter',
  summary:
    'Changes brightness, contrast, saturation and hue; hides colour as a shortcut, and colour as information.',
  modalities: ['image'],
  params,
  reference: {
    paper:
      'Chen, Kornblith, Norouzi, Hinton: A simple framework for contrastive learning of visual representations, ICML 2020',
    url: 'https://arxiv.org/abs/2002.05709',
    code: 'https://github.com/pytorch/vision/blob/main/torchvision/transforms/transforms.py (ColorJitter)',
  },
  draw: (rng, given, count) => drawRows(count, 5, () => drawFactors(rng, given as ParamsOf<typeof params>)),
  apply(x, drawn) {
    const factors = tf.split(drawn as tf.Tensor2D, 5, 1) as tf.Tensor2D[];
    return x.shape[3] === 3 ? jitterColour(x, factors) : jitterGrey(x, factors);
  },
};
