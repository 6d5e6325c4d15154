import type * as tf from '@tensorflow/tfjs';
import { float, type ParamsOf } from '../../core/params.ts';
import type { View } from '../method.ts';
import { channelFactors } from './channelFactors.ts';

const params = {
  p: float(0.5, { min: 0, max: 1, step: 0.05, doc: 'Probability that a sample is changed at all.' }),
} as const;

/** All channels of a sample times -1. The authors always do it, in both views; half of the time keeps what the encoder meets later in sight. */
export const seriesNegation: View = {
  id: 'seriesNegation',
  title: 'Negation',
  summary: 'Turns all channels upside down.',
  modalities: ['series'],
  params,
  reference: {
    paper:
      'Tang, Perez-Pozuelo, Spathis, Mascolo: Exploring contrastive learning in human activity recognition for healthcare, 2020',
    url: 'https://arxiv.org/abs/2011.11542',
    code: 'https://github.com/iantangc/ContrastiveLearningHAR',
  },
  draw(rng, given, count, shape) {
    const { p } = given as ParamsOf<typeof params>;
    return channelFactors(count, shape, (channels) => {
      const sign = rng.uniform() < p ? -1 : 1;
      return Array.from({ length: channels }, () => sign);
    });
  },
  apply: (x, drawn) => x.mul(drawn as tf.Tensor4D),
};
