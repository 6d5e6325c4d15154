import * as tf from '@tensorflow/tfjs';
import { float, int, type ParamsOf } from '../../core/params.ts';
import { chain } from '../layers/chain.ts';
import { mlp } from '../layers/mlp.ts';
import type { BuildContext, BuiltMethod, SslMethod } from '../method.ts';
import { EVERY_MODALITY, PAIRED_VIEWS } from '../views/presets.ts';

const params = {
  invarianceWeight: float(25, { min: 0, max: 1000, doc: 'Weight of the distance between the two views.' }),
  varianceWeight: float(25, {
    min: 0,
    max: 1000,
    doc: 'Weight of the term that keeps every number of the embedding varying; at 0 the embedding collapses.',
  }),
  covarianceWeight: float(1, {
    min: 0,
    max: 1000,
    doc: 'Weight of the term that keeps numbers of the embedding apart.',
  }),
  projectorHidden: int(2048, { min: 8, max: 8192, doc: 'Width of the projector’s two hidden layers.' }),
  projectorDim: int(2048, { min: 4, max: 8192, doc: 'Width of the embedding that the loss compares.' }),
} as const;

/** Added to the variance, so that its root has a gradient at 0. */
const EPSILON = 1e-4;
/** The standard deviation from which a number of the embedding varies enough. */
const ENOUGH = 1;

/** s(Z, Z'), equation 5 of the paper, as the code has it: mean squared difference over samples and dimensions. */
export function invariance(z1: tf.Tensor2D, z2: tf.Tensor2D): tf.Scalar {
  return z1.sub(z2).square().mean() as tf.Scalar;
}

/** v(Z), equation 1: mean over dimensions of how far the standard deviation (divided by n - 1) is below 1; z [n, dim]. */
export function variance(z: tf.Tensor2D): tf.Scalar {
  const deviation = z
    .sub(z.mean(0))
    .square()
    .sum(0)
    .div(z.shape[0] - 1)
    .add(EPSILON)
    .sqrt();
  return tf.relu(deviation.neg().add(ENOUGH)).mean() as tf.Scalar;
}

/** c(Z), equation 4: sum of squared covariances (divided by n - 1) of different dimensions over their number; z [n, dim]. */
export function covariance(z: tf.Tensor2D): tf.Scalar {
  const [count, dim] = z.shape;
  const centred = z.sub(z.mean(0)) as tf.Tensor2D;
  const matrix = tf.matMul(centred, centred, true, false).div(count - 1);
  const others = tf.scalar(1).sub(tf.eye(dim));
  return matrix.square().mul(others).sum().div(dim) as tf.Scalar;
}

/** Equation 6: the three terms with their weights, variance and covariance summed over both views. */
export function vicregLoss(
  z1: tf.Tensor2D,
  z2: tf.Tensor2D,
  weights: Pick<ParamsOf<typeof params>, 'invarianceWeight' | 'varianceWeight' | 'covarianceWeight'>,
): tf.Scalar {
  return invariance(z1, z2)
    .mul(weights.invarianceWeight)
    .add(variance(z1).add(variance(z2)).mul(weights.varianceWeight))
    .add(covariance(z1).add(covariance(z2)).mul(weights.covarianceWeight));
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
      return { loss: vicregLoss(z1, z2, given), metrics: {}, updates };
    },
  };
}

/**
 * Pulls two views together while every number of the embedding keeps varying and tells something of its own.
 * The variance terms of both views are summed, as in the paper and in solo-learn; the authors' code halves the sum, which is a
 * `varianceWeight` of 12.5 here. Deviations: SGD or AdamW instead of LARS; the small-image recipe without blur and solarising.
 */
export const vicreg: SslMethod = {
  id: 'vicreg',
  title: 'VICReg',
  family: 'Redundancy reduction',
  hint: 'variance, invariance, covariance',
  summary:
    'Learns by bringing two views together while each number of the embedding keeps varying on its own.',
  reference: {
    paper:
      'Bardes, Ponce, LeCun: VICReg: variance-invariance-covariance regularization for self-supervised learning, ICLR 2022',
    url: 'https://arxiv.org/abs/2105.04906',
    code: 'https://github.com/facebookresearch/vicreg',
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
      params: { brightness: 0.4, contrast: 0.4, saturation: 0.2, hue: 0.1, p: 0.8 },
      enabled: true,
    },
    { id: 'grayscale', params: { p: 0.2 }, enabled: true },
  ],
  viewsByModality: PAIRED_VIEWS,
  build: (given, context) => build(given as ParamsOf<typeof params>, context),
};
