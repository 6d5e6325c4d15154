import * as tf from '@tensorflow/tfjs';
import { float, type ParamsOf } from '../../core/params.ts';
import type { View } from '../method.ts';
import { drawRows, perSample, selectSamples } from './drawing.ts';

const params = { p: float(0.5, { min: 0, max: 1, step: 0.05, doc: 'Probability of a flip.' }) } as const;

/** Mirrors left and right with probability p. */
export const horizontalFlip: View = {
  id: 'horizontalFlip',
  title: 'Horizontal flip',
  summary: 'Mirrors left and right; harmful where left and right carry meaning, as in writing.',
  modalities: ['image'],
  params,
  reference: {
    paper:
      'Krizhevsky, Sutskever, Hinton: ImageNet classification with deep convolutional neural networks, NeurIPS 2012',
    url: 'https://papers.nips.cc/paper/4824-imagenet-classification-with-deep-convolutional-neural-networks',
    code: 'https://github.com/pytorch/vision/blob/main/torchvision/transforms/transforms.py (RandomHorizontalFlip)',
  },
  draw(rng, given, count) {
    const { p } = given as ParamsOf<typeof params>;
    return drawRows(count, 1, () => [rng.uniform() < p ? 1 : 0]);
  },
  apply: (x, drawn) => selectSamples(perSample(drawn, 0), tf.reverse(x, 2), x),
};
