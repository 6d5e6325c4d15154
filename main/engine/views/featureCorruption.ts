import type * as tf from '@tensorflow/tfjs';
import { choice, float, type ParamsOf } from '../../core/params.ts';
import type { HostTensor, View } from '../method.ts';
import { DRAWN, drawChanges, fromMarginal } from './marginals.ts';

const params = {
  rate: float(0.6, {
    min: 0,
    max: 1,
    step: 0.05,
    doc: 'Share of the columns that are replaced, each by chance.',
  }),
  of: choice(
    'second',
    ['second', 'all'],
    'Which views are changed: the second alone, as the authors of SCARF do, or all.',
  ),
} as const;

/** x [n, 1, columns, 2] where the drawn numbers [n, 1, columns, 3] say so replaced by theirs. */
export function replaced(x: tf.Tensor4D, drawn: tf.Tensor): tf.Tensor4D {
  const changes = drawn as tf.Tensor4D;
  const mask = changes.slice([0, 0, 0, 0], [-1, -1, -1, 1]);
  const values = changes.slice([0, 0, 0, 1], [-1, -1, -1, 2]);
  return x.mul(mask.neg().add(1)).add(values.mul(mask));
}

/** Columns replaced by the values that they have in random rows of the pretrain split. */
export const featureCorruption: View = {
  id: 'featureCorruption',
  title: 'Feature corruption',
  summary: 'Replaces random columns by values from other rows.',
  modalities: ['table'],
  params,
  reference: {
    paper:
      'Bahri, Jiang, Tay, Metzler: SCARF: self-supervised contrastive learning using random feature corruption, ICLR 2022',
    url: 'https://arxiv.org/abs/2106.15147',
    code: '',
  },
  draw(rng, given, count, shape, { layout, passage }): HostTensor {
    const { rate, of } = given as ParamsOf<typeof params>;
    const own = of === 'all' || passage === 1 ? rate : 0;
    const data = drawChanges(layout, count, (column) =>
      rng.uniform() < own ? fromMarginal(rng, layout, column) : null,
    );
    return { shape: [count, 1, shape[1], DRAWN], dtype: 'float32', data };
  },
  apply: replaced,
};
