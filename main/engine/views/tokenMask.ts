import type * as tf from '@tensorflow/tfjs';
import { float, type ParamsOf } from '../../core/params.ts';
import { ordinary } from '../layers/tokens.ts';
import { TOKENS } from '../layout.ts';
import type { View } from '../method.ts';
import { drawRows } from './drawing.ts';

const params = {
  rate: float(0.15, {
    min: 0,
    max: 1,
    step: 0.05,
    doc: 'Share of the tokens that are hidden, each by chance.',
  }),
} as const;

/** Random tokens replaced by the mask token. */
export const tokenMask: View = {
  id: 'tokenMask',
  title: 'Token mask',
  summary: 'Hides random tokens, so that the rest of the text must be enough.',
  modalities: ['text'],
  params,
  reference: {
    paper:
      'Devlin, Chang, Lee, Toutanova: BERT: pre-training of deep bidirectional transformers for language understanding, NAACL 2019',
    url: 'https://arxiv.org/abs/1810.04805',
    code: 'https://github.com/google-research/bert',
  },
  draw(rng, given, count, [length]) {
    const { rate } = given as ParamsOf<typeof params>;
    return drawRows(count, length, () => Array.from({ length }, () => (rng.uniform() < rate ? 1 : 0)));
  },
  apply(x, drawn) {
    const hidden = (drawn as tf.Tensor2D).mul(ordinary(x)).reshape(x.shape) as tf.Tensor4D;
    return x.mul(hidden.neg().add(1)).add(hidden.mul(TOKENS.mask));
  },
};
