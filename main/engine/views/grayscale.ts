import * as tf from '@tensorflow/tfjs';
import { float, type ParamsOf } from '../../core/params.ts';
import type { View } from '../method.ts';
import { drawRows, perSample, selectSamples } from './drawing.ts';
import { lumaOf, planesOf } from './planes.ts';

const params = {
  p: float(0.2, { min: 0, max: 1, step: 0.05, doc: 'Probability of losing all colour.' }),
} as const;

/** Takes all colour away with probability p; images of one channel stay as they are. */
export const grayscale: View = {
  id: 'grayscale',
  title: 'Grayscale',
  summary: 'Takes all colour away, so that colour cannot be what the encoder relies on.',
  modalities: ['image'],
  params,
  reference: {
    paper:
      'Chen, Kornblith, Norouzi, Hinton: A simple framework for contrastive learning of visual representations, ICML 2020',
    url: 'https://arxiv.org/abs/2002.05709',
    code: 'https://github.com/pytorch/vision/blob/main/torchvision/transforms/transforms.py (RandomGrayscale)',
  },
  draw(rng, given, count) {
    const { p } = given as ParamsOf<typeof params>;
    return drawRows(count, 1, () => [rng.uniform() < p ? 1 : 0]);
  },
  apply(x, drawn) {
    if (x.shape[3] !== 3) return x;
    const [count, height, width] = x.shape;
    const luma = lumaOf(planesOf(x)).reshape([count, height, width, 1]);
    const grey = tf.concat([luma, luma, luma], 3) as tf.Tensor4D;
    return selectSamples(perSample(drawn, 0), grey, x);
  },
};
