import * as tf from '@tensorflow/tfjs';
import { float, int, type ParamsOf } from '../../core/params.ts';
import { chain } from '../layers/chain.ts';
import { mlp } from '../layers/mlp.ts';
import type { BuildContext, BuiltMethod, SslMethod } from '../method.ts';
import { EVERY_MODALITY, PAIRED_VIEWS } from '../views/presets.ts';

const params = {
  lambda: float(5e-3, {
    min: 1e-5,
    max: 1,
    log: true,
    doc: 'Weight of the redundancy term against the invariance term.',
  }),
  scale: float(0.1, {
    min: 1e-3,
    max: 10,
    log: true,
    doc: 'Multiplies the whole loss; 0.1 is the small-image recipe.',
  }),
  projectorHidden: int(2048, { min: 8, max: 8192, doc: 'Width of the projector’s two hidden layers.' }),
  projectorDim: int(2048, { min: 4, max: 8192, doc: 'Width of the embedding; the method likes it wide.' }),
} as const;

/** Added to the variance of the batch, as PyTorch's batch norm does. */
const EPSILON = 1e-5;

/** Columns with mean 0 and variance 1 over the batch (divided by n); z [n, dim]. */
export function standardised(z: tf.Tensor2D): tf.Tensor2D {
  const centred = z.sub(z.mean(0));
  return centred.mul(centred.square().mean(0).add(EPSILON).rsqrt());
}

/** Cross-correlation of the two views' embeddings over the batch, equation 2 of the paper: [dim, dim]. */
export function crossCorrelation(z1: tf.Tensor2D, z2: tf.Tensor2D): tf.Tensor2D {
  return tf.matMul(standardised(z1), standardised(z2), true, false).div(z1.shape[0]);
}

/** Invariance term: sum over i of (1 - C_ii)^2. */
export function invariance(c: tf.Tensor2D): tf.Scalar {
  const identity = tf.eye(c.shape[0]);
  return c.sub(1).square().mul(identity).sum() as tf.Scalar;
}

/** Redundancy term: sum over i and j != i of C_ij^2. */
export function redundancy(c: tf.Tensor2D): tf.Scalar {
  const others = tf.scalar(1).sub(tf.eye(c.shape[0]));
  return c.square().mul(others).sum() as tf.Scalar;
}

/** Equation 1 of the paper; z1, z2 [n, dim]. */
export function barlowTwinsLoss(z1: tf.Tensor2D, z2: tf.Tensor2D, lambda: number): tf.Scalar {
  const c = crossCorrelation(z1, z2);
  return invariance(c).add(redundancy(c).mul(lambda));
}

function build(given: ParamsOf<typeof params>, { encoder }: BuildContext): BuiltMethod {
  const { projectorHidden: hidden, projectorDim } = given;
  const projector = mlp({ widths: [encoder.dim, hidden, hidden, projectorDim], batchNorm: true });
  return {
    networks: { encoder, projector },
    embedding: 'projector',
    viewCount: 2,
    state: () => ({}),
    scalars: {},
    loss(tensors, { views }) {
      const { ys, updates } = chain(
        [
          ['encoder', encoder],
          ['projector', projector],
        ],
        tensors,
        views,
      );
      const [z1, z2] = ys as [tf.Tensor2D, tf.Tensor2D];
      return { loss: barlowTwinsLoss(z1, z2, given.lambda).mul(given.scale), metrics: {}, updates };
    },
  };
}

/**
 * Makes the embeddings' numbers agree between two views and tell different things.
 * Deviations: SGD or AdamW instead of LARS, one learning rate for weights and biases; the small-image recipe without blur and solarising.
 */
export const barlowTwins: SslMethod = {
  id: 'barlowTwins',
  title: 'Barlow Twins',
  family: 'Redundancy reduction',
  hint: 'cross-correlation',
  summary:
    'Learns by making each number of the embedding agree between two views and differ from all others.',
  reference: {
    paper:
      'Zbontar, Jing, Misra, LeCun, Deny: Barlow Twins: self-supervised learning via redundancy reduction, ICML 2021',
    url: 'https://arxiv.org/abs/2103.03230',
    code: 'https://github.com/facebookresearch/barlowtwins',
  },
  modalities: EVERY_MODALITY,
  usesLabels: false,
  viewCount: 2,
  params,
  views: [
    { id: 'resizedCrop', params: { scale: [0.08, 1], ratio: [0.75, 4 / 3] }, enabled: true },
    { id: 'horizontalFlip', params: { p: 0.5 }, enabled: true },
    {
      id: 'colourJitter',
      params: { brightness: 0.4, contrast: 0.4, saturation: 0.2, hue: 0.1, p: 0.8 },
      enabled: true,
    },
    { id: 'grayscale', params: { p: 0.2 }, enabled: true },
  ],
  viewsByModality: PAIRED_VIEWS,
  build: (given, context) => build(given as ParamsOf<typeof params>, context),
};
