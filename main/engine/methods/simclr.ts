import * as tf from '@tensorflow/tfjs';
import { bool, float, int, type ParamsOf } from '../../core/params.ts';
import { mlp } from '../layers/mlp.ts';
import { prefixed, within } from '../layers/names.ts';
import { normaliseRows } from '../layers/normaliseRows.ts';
import type { BuildContext, BuiltMethod, SslMethod } from '../method.ts';
import { EVERY_MODALITY, PAIRED_VIEWS } from '../views/presets.ts';

const params = {
  temperature: float(0.5, {
    min: 0.01,
    max: 10,
    log: true,
    doc: 'Divides similarities; lower punishes near negatives harder.',
  }),
  projectorHidden: int(128, { min: 8, max: 8192, doc: 'Width of the projector’s hidden layer.' }),
  projectorDim: int(64, { min: 4, max: 4096, doc: 'Width of the embedding that the loss compares.' }),
  projectorNorm: bool(
    true,
    'Batch norm in the projector’s hidden layer, as in the authors’ code; without it short runs learn little.',
  ),
} as const;

/** Logit of a pair that must not count, low enough to vanish in every softmax. */
const MASKED = -1e9;

/** Cosine similarities over temperature of all 2n embeddings [2n, 2n], each one's similarity to itself masked out. */
export function maskedSimilarities(z: tf.Tensor2D, temperature: number): tf.Tensor2D {
  const unit = normaliseRows(z);
  const similarities = tf.matMul(unit, unit, false, true).div(temperature);
  return similarities.add(tf.eye(z.shape[0]).mul(MASKED));
}

/**
 * NT-Xent, equation 1 of the paper: mean over all 2n embeddings of -log softmax at the other view of the same sample, among 2n - 1
 * candidates. z1, z2 [n, dim], not yet normalised.
 */
export function ntXent(z1: tf.Tensor2D, z2: tf.Tensor2D, temperature: number): tf.Scalar {
  const count = z1.shape[0];
  const logits = maskedSimilarities(tf.concat([z1, z2], 0), temperature);
  const partner = Int32Array.from({ length: 2 * count }, (_, i) => (i + count) % (2 * count));
  const positives = tf.oneHot(tf.tensor1d(partner, 'int32'), 2 * count).toFloat(); // [2n, 2n]
  return tf.logSoftmax(logits).mul(positives).sum(1).mean().neg() as tf.Scalar;
}

function build(given: ParamsOf<typeof params>, { encoder }: BuildContext): BuiltMethod {
  const projector = mlp({
    widths: [encoder.dim, given.projectorHidden, given.projectorDim],
    batchNorm: given.projectorNorm,
  });
  return {
    networks: { encoder, projector },
    embedding: 'projector',
    viewCount: 2,
    state: () => ({}),
    scalars: {},
    loss(tensors, { views }) {
      const both = tf.concat([...views], 0); // one batch, so that batch norm sees both views
      const h = encoder.apply(within(tensors, 'encoder'), both, true);
      const z = projector.apply(within(tensors, 'projector'), h.y, true);
      const [z1, z2] = tf.split(z.y as tf.Tensor2D, 2, 0) as [tf.Tensor2D, tf.Tensor2D];
      return {
        loss: ntXent(z1, z2, given.temperature),
        metrics: {},
        updates: { ...prefixed(h.updates, 'encoder'), ...prefixed(z.updates, 'projector') },
      };
    },
  };
}

/**
 * Pulls two views of a sample together and pushes all other samples of the batch away.
 * Deviations: the small-image recipe (no blur), SGD instead of LARS.
 */
export const simclr: SslMethod = {
  id: 'simclr',
  title: 'SimCLR',
  family: 'Contrastive',
  hint: 'NT-Xent',
  summary: 'Learns by recognising two views of the same sample among all other samples of the batch.',
  reference: {
    paper:
      'Chen, Kornblith, Norouzi, Hinton: A simple framework for contrastive learning of visual representations, ICML 2020',
    url: 'https://arxiv.org/abs/2002.05709',
    code: 'https://github.com/google-research/simclr',
  },
  modalities: EVERY_MODALITY,
  usesLabels: false,
  viewCount: 2,
  params,
  views: [
    { id: 'resizedCrop', params: { scale: [0.2, 1], ratio: [0.75, 4 / 3] }, enabled: true },
    { id: 'horizontalFlip', params: { p: 0.5 }, enabled: true },
    {
      id: 'colourJitter',
      params: { brightness: 0.8, contrast: 0.8, saturation: 0.8, hue: 0.2, p: 0.8 },
      enabled: true,
    },
    { id: 'grayscale', params: { p: 0.2 }, enabled: true },
  ],
  viewsByModality: PAIRED_VIEWS,
  build: (given, context) => build(given as ParamsOf<typeof params>, context),
};
