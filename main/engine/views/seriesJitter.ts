import type * as tf from '@tensorflow/tfjs';
import { float, type ParamsOf } from '../../core/params.ts';
import type { HostTensor, View } from '../method.ts';

const params = {
  sigma: float(0.05, {
    min: 0,
    max: 2,
    step: 0.01,
    doc: 'Standard deviation of the noise, in deviations of the channel.',
  }),
} as const;

/** Normal noise on every measured step. */
export const seriesJitter: View = {
  id: 'seriesJitter',
  title: 'Jitter',
  summary: 'Adds independent noise to every step, like that of a sensor.',
  modalities: ['series'],
  params,
  reference: {
    paper:
      'Um et al.: Data augmentation of wearable sensor data for Parkinson’s disease monitoring using convolutional neural networks, ICMI 2017',
    url: 'https://arxiv.org/abs/1706.00527',
    code: 'https://github.com/terryum/Data-Augmentation-For-Wearable-Sensor-Data',
  },
  draw(rng, given, count, [time, , channels]): HostTensor {
    const { sigma } = given as ParamsOf<typeof params>;
    const data = Float32Array.from({ length: count * time * channels }, (_, i) =>
      (i + 1) % channels === 0 ? 0 : sigma * rng.normal(),
    );
    return { shape: [count, time, 1, channels], dtype: 'float32', data };
  },
  apply(x, drawn) {
    const present = x.slice([0, 0, 0, x.shape[3] - 1], [-1, -1, 1, 1]);
    return x.add((drawn as tf.Tensor4D).mul(present));
  },
};
