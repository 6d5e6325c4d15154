import type * as tf from '@tensorflow/tfjs';
import { bool, int, type ParamsOf } from '../../core/params.ts';
import { chain } from '../layers/chain.ts';
import { mlp } from '../layers/mlp.ts';
import { normaliseRows } from '../layers/normaliseRows.ts';
import { stopGradient } from '../layers/stopGradient.ts';
import type { BuildContext, BuiltMethod, SslMethod } from '../method.ts';
import { EVERY_MODALITY, PAIRED_VIEWS } from '../views/presets.ts';

const params = {
  projectorHidden: int(2048, { min: 8, max: 8192, doc: 'Width of the projector’s hidden layer.' }),
  projectorDim: int(2048, { min: 4, max: 8192, doc: 'Width of the embedding.' }),
  predictorHidden: int(512, {
    min: 4,
    max: 4096,
    doc: 'Width of the predictor’s bottleneck, a quarter of the embedding’s in the paper.',
  }),
  stopGradient: bool(
    true,
    'Takes the other view’s embedding as given. Off only to watch the collapse that it prevents.',
  ),
} as const;

/** D(p, z), equation 1 of the paper: mean over the batch of minus the cosine; p, z [n, dim]. */
export function negativeCosine(p: tf.Tensor2D, z: tf.Tensor2D): tf.Scalar {
  return normaliseRows(p).mul(normaliseRows(z)).sum(1).mean().neg() as tf.Scalar;
}

/** Equation 4: each view's prediction against the other view's embedding, which counts as given. */
export function simSiamLoss(
  [p1, p2]: readonly [tf.Tensor2D, tf.Tensor2D],
  [z1, z2]: readonly [tf.Tensor2D, tf.Tensor2D],
): tf.Scalar {
  return negativeCosine(p1, stopGradient(z2))
    .add(negativeCosine(p2, stopGradient(z1)))
    .div(2);
}

/** The same without stop-gradient: the ablation of the paper's section 4.1. */
function withoutStop(
  [p1, p2]: readonly [tf.Tensor2D, tf.Tensor2D],
  [z1, z2]: readonly [tf.Tensor2D, tf.Tensor2D],
): tf.Scalar {
  return negativeCosine(p1, z2).add(negativeCosine(p2, z1)).div(2);
}

function build(given: ParamsOf<typeof params>, { encoder }: BuildContext): BuiltMethod {
  const { projectorHidden, projectorDim: dim, predictorHidden } = given;
  const widths = [encoder.dim, projectorHidden, dim];
  const projector = mlp({ widths, batchNorm: true, outputNorm: true });
  const predictor = mlp({ widths: [dim, predictorHidden, dim], batchNorm: true });
  const compare = given.stopGradient ? simSiamLoss : withoutStop;
  return {
    networks: { encoder, projector, predictor },
    embedding: 'projector',
    viewCount: 2,
    state: () => ({}),
    scalars: {},
    loss(tensors, { views }) {
      const z = chain(
        [
          ['encoder', encoder],
          ['projector', projector],
        ],
        tensors,
        views,
      );
      const p = chain([['predictor', predictor]], tensors, z.ys);
      const loss = compare(
        p.ys as unknown as [tf.Tensor2D, tf.Tensor2D],
        z.ys as unknown as [tf.Tensor2D, tf.Tensor2D],
      );
      return { loss, metrics: {}, updates: { ...z.updates, ...p.updates } };
    },
  };
}

/**
 * Predicts one view's embedding from the other's, which counts as given; no negatives and no target network.
 * The projector has two layers, as the paper's appendix D has it for CIFAR. Deviation: the predictor's learning rate follows the
 * schedule like the others', where the paper keeps it constant.
 */
export const simsiam: SslMethod = {
  id: 'simsiam',
  title: 'SimSiam',
  family: 'Distillation',
  hint: 'stop-gradient',
  summary: 'Learns by predicting one view’s embedding from another’s, with nothing to compare against.',
  reference: {
    paper: 'Chen, He: Exploring simple Siamese representation learning, CVPR 2021',
    url: 'https://arxiv.org/abs/2011.10566',
    code: 'https://github.com/facebookresearch/simsiam',
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
      params: { brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1, p: 0.8 },
      enabled: true,
    },
    { id: 'grayscale', params: { p: 0.2 }, enabled: true },
  ],
  viewsByModality: PAIRED_VIEWS,
  build: (given, context) => build(given as ParamsOf<typeof params>, context),
};
