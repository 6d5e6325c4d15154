import * as tf from '@tensorflow/tfjs';
import { AppError } from '../../../preload/contract/errors.ts';
import { accuracy, crossEntropy } from '../losses/crossEntropy.ts';
import { mlp } from '../layers/mlp.ts';
import { prefixed, within } from '../layers/names.ts';
import { EVERY_MODALITY } from '../views/presets.ts';
import type { BuildContext, BuiltMethod, SslMethod } from '../method.ts';

function build({ encoder, classes }: BuildContext): BuiltMethod {
  const head = mlp({ widths: [encoder.dim, classes], batchNorm: false });
  return {
    networks: { encoder, head },
    embedding: null,
    viewCount: 1,
    state: () => ({}),
    scalars: {},
    loss(params, { views, labels }) {
      if (!labels)
        throw new AppError({ code: 'internal', message: 'The supervised twin was given no labels.' });
      const { y: h, updates } = encoder.apply(within(params, 'encoder'), views[0] as tf.Tensor4D, true);
      const logits = head.apply(within(params, 'head'), h, true).y as tf.Tensor2D; // [n, classes]
      return {
        loss: crossEntropy(logits, tf.oneHot(labels, classes).toFloat() as tf.Tensor2D),
        metrics: { pretextAccuracy: accuracy(logits, labels) },
        updates: prefixed(updates, 'encoder'),
      };
    },
  };
}

/**
 * The supervised twin: the same encoder, views and budget, trained with the labels, to tell what self-supervision changes. Its own head is
 * thrown away; like every run it is judged by a kNN vote and a linear probe on the frozen representation.
 */
export const supervised: SslMethod = {
  id: 'supervised',
  title: 'Supervised twin',
  family: 'Supervised',
  hint: 'cross-entropy',
  summary: 'The same encoder trained with labels, as the comparison for every self-supervised run.',
  reference: {
    paper:
      'Yfantidou et al.: Evaluating fairness in self-supervised and supervised models for sequential data, arXiv 2401.01640 (supervised twin of equal architecture)',
    url: 'https://arxiv.org/abs/2401.01640',
    code: 'https://github.com/Nokia-Bell-Labs/SSLfairness',
  },
  modalities: EVERY_MODALITY,
  usesLabels: true,
  viewCount: 1,
  baseline: 'supervisedTwin',
  params: {},
  views: [
    { id: 'resizedCrop', params: { scale: [0.6, 1], ratio: [0.75, 4 / 3] }, enabled: true },
    { id: 'horizontalFlip', params: { p: 0.5 }, enabled: true },
  ],
  build: (_params, context) => build(context),
};
