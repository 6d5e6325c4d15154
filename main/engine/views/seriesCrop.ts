import type * as tf from '@tensorflow/tfjs';
import { range, type ParamsOf } from '../../core/params.ts';
import { playedAlong } from '../layers/seriesTime.ts';
import type { View } from '../method.ts';
import { drawRows } from './drawing.ts';

const params = {
  scale: range([0.5, 1], {
    min: 0.05,
    max: 1,
    step: 0.05,
    doc: 'Share of the series that is kept and stretched to its length.',
  }),
} as const;

/** A random stretch of a series, stretched to its length. */
export const seriesCrop: View = {
  id: 'seriesCrop',
  title: 'Crop in time',
  summary: 'Keeps a random stretch of a series and stretches it to the full length.',
  modalities: ['series'],
  params,
  reference: {
    paper:
      'Le Guennec, Malinowski, Tavenard: Data augmentation for time series classification using convolutional neural networks, ECML workshop 2016 (window slicing)',
    url: 'https://shs.hal.science/halshs-01357973',
    code: '',
  },
  draw(rng, given, count, [time]) {
    const { scale } = given as ParamsOf<typeof params>;
    return drawRows(count, time, () => {
      const share = scale[0] + (scale[1] - scale[0]) * rng.uniform();
      const start = (1 - share) * rng.uniform();
      return Array.from({ length: time }, (_, i) => start + (share * i) / Math.max(1, time - 1));
    });
  },
  apply: (x, drawn) => playedAlong(x, drawn as tf.Tensor2D),
};
