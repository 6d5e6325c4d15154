import type * as tf from '@tensorflow/tfjs';
import { range, type ParamsOf } from '../../core/params.ts';
import { ordinary, tokensKept, withoutTokens } from '../layers/tokens.ts';
import type { View } from '../method.ts';
import { drawRows } from './drawing.ts';

const params = {
  scale: range([0.5, 1], { min: 0.05, max: 1, step: 0.05, doc: 'Share of the tokens that is kept.' }),
} as const;

/** A random stretch of neighbouring tokens; at least one stays. */
export const tokenCrop: View = {
  id: 'tokenCrop',
  title: 'Token crop',
  summary: 'Keeps a random stretch of a text.',
  modalities: ['text'],
  params,
  reference: {
    paper:
      'Giorgi, Nitski, Wang, Bader: DeCLUTR: deep contrastive learning for unsupervised textual representations, ACL 2021 (spans of a text as views)',
    url: 'https://arxiv.org/abs/2006.03659',
    code: 'https://github.com/JohnGiorgi/DeCLUTR',
  },
  draw(rng, given, count) {
    const { scale } = given as ParamsOf<typeof params>;
    return drawRows(count, 2, () => [scale[0] + (scale[1] - scale[0]) * rng.uniform(), rng.uniform()]);
  },
  apply(x, drawn) {
    const [share, at] = [0, 1].map((column) => drawn.slice([0, column], [-1, 1])) as [tf.Tensor, tf.Tensor];
    const words = ordinary(x);
    const count = words.sum(1, true); // [n, 1]
    const kept = count.mul(share).round().maximum(1);
    const first = count.sub(kept).add(1).mul(at).floor();
    const place = words.cumsum(1).sub(1); // which ordinary token it is, from 0
    const inside = place
      .greaterEqual(first)
      .toFloat()
      .mul(place.less(first.add(kept)).toFloat());
    const special = tokensKept(x).sub(words);
    return withoutTokens(x, special.add(words.mul(inside)) as tf.Tensor2D);
  },
};
