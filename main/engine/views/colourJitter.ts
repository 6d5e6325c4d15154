import * as tf from '@tensorflow/tfjs';
import type { Rng } from '../../core/rng.ts';
import { float, type ParamsOf } from '../../core/params.ts';
import type { View } from '../method.ts';
import { drawRows, perSample, selectSamples } from './drawing.ts';
import { turnHue } from './hue.ts';
import { luma } from './luma.ts';

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

/** factor x + (1 - factor) other, kept in 0..1. */
function blend(x: tf.Tensor4D, other: tf.Tensor, factor: tf.Tensor4D): tf.Tensor4D {
  return tf.clipByValue(x.mul(factor).add(other.mul(factor.neg().add(1))), 0, 1);
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
    const coloured = x.shape[3] === 3;
    const bright = tf.clipByValue(x.mul(perSample(drawn, 0)), 0, 1) as tf.Tensor4D;
    const grey = coloured ? luma(bright) : bright;
    const contrasted = blend(bright, grey.mean([1, 2, 3], true), perSample(drawn, 1));
    if (!coloured) return selectSamples(perSample(drawn, 4), contrasted, x);
    const saturated = blend(contrasted, luma(contrasted), perSample(drawn, 2));
    return selectSamples(perSample(drawn, 4), turnHue(saturated, perSample(drawn, 3)), x);
  },
};
