import type * as tf from '@tensorflow/tfjs';
import { float, int, type ParamsOf } from '../../core/params.ts';
import { reordered, SEGMENTS } from '../layers/seriesTime.ts';
import type { View } from '../method.ts';
import { drawRows } from './drawing.ts';

const params = {
  segments: int(4, { min: 1, max: SEGMENTS, doc: 'Equal parts that are put in a random order.' }),
  p: float(1, { min: 0, max: 1, step: 0.05, doc: 'Probability that a sample is changed at all.' }),
} as const;

/** Segments of a series in random order. */
export const seriesPermutation: View = {
  id: 'seriesPermutation',
  title: 'Permutation',
  summary: 'Cuts a series into parts and puts them in a random order.',
  modalities: ['series'],
  params,
  reference: {
    paper:
      'Um et al.: Data augmentation of wearable sensor data for Parkinson’s disease monitoring using convolutional neural networks, ICMI 2017',
    url: 'https://arxiv.org/abs/1706.00527',
    code: 'https://github.com/terryum/Data-Augmentation-For-Wearable-Sensor-Data',
  },
  draw(rng, given, count) {
    const { segments, p } = given as ParamsOf<typeof params>;
    return drawRows(count, 1 + SEGMENTS, () => {
      const order =
        rng.uniform() < p ? [...rng.permutation(segments)] : Array.from({ length: segments }, (_, i) => i);
      return [segments, ...order];
    });
  },
  apply(x, drawn) {
    const numbers = drawn as tf.Tensor2D;
    return reordered(
      x,
      numbers.slice([0, 0], [-1, 1]) as tf.Tensor2D,
      numbers.slice([0, 1], [-1, SEGMENTS]) as tf.Tensor2D,
    );
  },
};
