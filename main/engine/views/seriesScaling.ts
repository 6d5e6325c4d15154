import type * as tf from '@tensorflow/tfjs';
import { float, type ParamsOf } from '../../core/params.ts';
import type { View } from '../method.ts';
import { channelFactors } from './channelFactors.ts';

const params = {
  sigma: float(0.1, {
    min: 0,
    max: 2,
    step: 0.01,
    doc: 'Standard deviation of the factor, which is 1 on average.',
  }),
} as const;

/** Every channel of every sample times a factor of its own, normal around 1. */
export const seriesScaling: View = {
  id: 'seriesScaling',
  title: 'Scaling',
  summary: 'Multiplies every channel by a factor near 1, as if a sensor were worn differently.',
  modalities: ['series'],
  params,
  reference: {
    paper:
      'Um et al.: Data augmentation of wearable sensor data for Parkinson’s disease monitoring using convolutional neural networks, ICMI 2017',
    url: 'https://arxiv.org/abs/1706.00527',
    code: 'https://github.com/terryum/Data-Augmentation-For-Wearable-Sensor-Data',
  },
  draw(rng, given, count, shape) {
    const { sigma } = given as ParamsOf<typeof params>;
    return channelFactors(count, shape, (channels) =>
      Array.from({ length: channels }, () => 1 + sigma * rng.normal()),
    );
  },
  apply: (x, drawn) => x.mul(drawn as tf.Tensor4D),
};
