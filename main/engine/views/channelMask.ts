import type * as tf from '@tensorflow/tfjs';
import { float, type ParamsOf } from '../../core/params.ts';
import type { View } from '../method.ts';
import { channelFactors } from './channelFactors.ts';

const params = {
  rate: float(0.2, {
    min: 0,
    max: 1,
    step: 0.05,
    doc: 'Share of the channels that are silenced, each by chance.',
  }),
} as const;

/** Random channels set to their mean, which is 0. */
export const channelMask: View = {
  id: 'channelMask',
  title: 'Channel mask',
  summary: 'Silences random channels, so that no single sensor is enough.',
  modalities: ['series'],
  params,
  reference: {
    paper:
      'Tang, Perez-Pozuelo, Spathis, Mascolo: Exploring contrastive learning in human activity recognition for healthcare, 2020',
    url: 'https://arxiv.org/abs/2011.11542',
    code: 'https://github.com/iantangc/ContrastiveLearningHAR',
  },
  draw(rng, given, count, shape) {
    const { rate } = given as ParamsOf<typeof params>;
    return channelFactors(count, shape, (channels) =>
      Array.from({ length: channels }, () => (rng.uniform() < rate ? 0 : 1)),
    );
  },
  apply: (x, drawn) => x.mul(drawn as tf.Tensor4D),
};
