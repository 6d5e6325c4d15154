import * as tf from '@tensorflow/tfjs';
import { float, range, type ParamsOf } from '../../core/params.ts';
import type { HostTensor, View } from '../method.ts';

const params = {
  sigma: range([0.05, 0.1], {
    min: 0,
    max: 1,
    step: 0.01,
    doc: 'Standard deviation of the noise, drawn per sample; brightness is 0 to 1.',
  }),
  p: float(1, { min: 0, max: 1, step: 0.05, doc: 'Probability that a sample is changed at all.' }),
} as const;

/** Independent normal noise on every value, kept in 0..1. */
export const gaussianNoise: View = {
  id: 'gaussianNoise',
  title: 'Gaussian noise',
  summary: 'Adds independent noise to every value.',
  modalities: ['image'],
  params,
  reference: {
    paper:
      'Vincent, Larochelle, Bengio, Manzagol: Extracting and composing robust features with denoising autoencoders, ICML 2008',
    url: 'https://doi.org/10.1145/1390156.1390294',
    code: 'https://github.com/pytorch/vision/blob/main/torchvision/transforms/v2/_misc.py (GaussianNoise)',
  },
  draw(rng, given, count, shape): HostTensor {
    const { sigma, p } = given as ParamsOf<typeof params>;
    const size = shape[0] * shape[1] * shape[2];
    const data = new Float32Array(count * size);
    for (let sample = 0; sample < count; sample++) {
      const applied = rng.uniform() < p;
      const scale = sigma[0] + (sigma[1] - sigma[0]) * rng.uniform();
      if (applied) for (let i = sample * size; i < (sample + 1) * size; i++) data[i] = scale * rng.normal();
    }
    return { shape: [count, ...shape], dtype: 'float32', data };
  },
  apply: (x, drawn) => tf.clipByValue(x.add(drawn), 0, 1) as tf.Tensor4D,
};
