import type * as tf from '@tensorflow/tfjs';
import { float, type ParamsOf } from '../../core/params.ts';
import { ordinary, tokensKept, withoutTokens } from '../layers/tokens.ts';
import type { View } from '../method.ts';
import { drawRows } from './drawing.ts';

const params = {
  rate: float(0.15, {
    min: 0,
    max: 1,
    step: 0.05,
    doc: 'Share of the tokens that are taken out, each by chance.',
  }),
} as const;

/** Random tokens taken out; those behind move up. */
export const tokenDeletion: View = {
  id: 'tokenDeletion',
  title: 'Token deletion',
  summary: 'Takes random tokens out of a text.',
  modalities: ['text'],
  params,
  reference: {
    paper:
      'Wu, Wang, Gu, Khabsa, Sun, Ma: CLEAR: contrastive learning for sentence representation, 2020 (word deletion, span deletion)',
    url: 'https://arxiv.org/abs/2012.15466',
    code: '',
  },
  draw(rng, given, count, [length]) {
    const { rate } = given as ParamsOf<typeof params>;
    return drawRows(count, length, () => Array.from({ length }, () => (rng.uniform() < rate ? 1 : 0)));
  },
  apply(x, drawn) {
    const gone = (drawn as tf.Tensor2D).mul(ordinary(x));
    return withoutTokens(x, tokensKept(x).sub(gone) as tf.Tensor2D);
  },
};
