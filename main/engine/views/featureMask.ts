import { float, type ParamsOf } from '../../core/params.ts';
import type { HostTensor, View } from '../method.ts';
import { replaced } from './featureCorruption.ts';
import { DRAWN, drawChanges, missingValue } from './marginals.ts';

const params = {
  rate: float(0.3, {
    min: 0,
    max: 1,
    step: 0.05,
    doc: 'Share of the columns that are hidden, each by chance.',
  }),
} as const;

/** Columns made to look as if they had not been known. */
export const featureMask: View = {
  id: 'featureMask',
  title: 'Feature mask',
  summary: 'Hides random columns: numbers count as missing, categories as unknown.',
  modalities: ['table'],
  params,
  reference: {
    paper:
      'Somepalli et al.: SAINT: improved neural networks for tabular data via row attention and contrastive pre-training, 2021; Yoon et al.: VIME, NeurIPS 2020 (masks of columns)',
    url: 'https://arxiv.org/abs/2106.01342',
    code: 'https://github.com/somepago/saint',
  },
  draw(rng, given, count, shape, { layout }): HostTensor {
    const { rate } = given as ParamsOf<typeof params>;
    const data = drawChanges(layout, count, (column) =>
      rng.uniform() < rate ? missingValue(layout, column) : null,
    );
    return { shape: [count, 1, shape[1], DRAWN], dtype: 'float32', data };
  },
  apply: replaced,
};
