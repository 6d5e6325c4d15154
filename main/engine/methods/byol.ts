import type * as tf from '@tensorflow/tfjs';
import { bool, float, int, type ParamsOf } from '../../core/params.ts';
import { chain } from '../layers/chain.ts';
import { mlp } from '../layers/mlp.ts';
import { movedTargets } from '../layers/movingAverage.ts';
import { normaliseRows } from '../layers/normaliseRows.ts';
import { stopGradient } from '../layers/stopGradient.ts';
import type { BuildContext, BuiltMethod, SslMethod, Tensors } from '../method.ts';
import { EVERY_MODALITY, PAIRED_VIEWS } from '../views/presets.ts';

const params = {
  momentum: float(0.99, {
    min: 0,
    max: 1,
    step: 0.001,
    doc: 'Share of the target network that a step keeps at first; it rises to 1 along a cosine.',
  }),
  projectorHidden: int(1024, { min: 8, max: 8192, doc: 'Width of the projector’s hidden layer.' }),
  projectorDim: int(256, { min: 4, max: 4096, doc: 'Width of the embedding.' }),
  predictorHidden: int(1024, { min: 4, max: 8192, doc: 'Width of the predictor’s hidden layer.' }),
  predictor: bool(
    true,
    'Predicts the target’s embedding instead of comparing directly. Off only to watch the collapse that it prevents.',
  ),
} as const;

/** Target networks and what they are moving averages of. */
const TARGETS = { targetEncoder: 'encoder', targetProjector: 'projector' } as const;

/** Equation 2 of the paper: mean over the batch of 2 - 2 cos(p, z); p, z [n, dim], z counts as given. */
export function byolLoss(p: tf.Tensor2D, z: tf.Tensor2D): tf.Scalar {
  const cosine = normaliseRows(p)
    .mul(normaliseRows(stopGradient(z)))
    .sum(1);
  return cosine.mean().mul(-2).add(2) as tf.Scalar;
}

/** The paper's schedule (section 3.1): 1 - (1 - start) (cos(pi progress) + 1) / 2; progress in 0..1. */
export function momentumAt(start: number, progress: number): number {
  return 1 - ((1 - start) * (Math.cos(Math.PI * progress) + 1)) / 2;
}

function build(given: ParamsOf<typeof params>, { encoder }: BuildContext): BuiltMethod {
  const { projectorHidden, projectorDim: dim, predictorHidden } = given;
  const projector = mlp({ widths: [encoder.dim, projectorHidden, dim], batchNorm: true });
  const predictor = mlp({ widths: [dim, predictorHidden, dim], batchNorm: true });
  const online = [['encoder', encoder], ['projector', projector]] as const; // prettier-ignore
  const target = [['targetEncoder', encoder], ['targetProjector', projector]] as const; // prettier-ignore
  const head = [['predictor', predictor]] as const;
  return {
    networks: { encoder, projector, ...(given.predictor ? { predictor } : {}) },
    targets: TARGETS,
    embedding: 'projector',
    viewCount: 2,
    state: () => ({}),
    scalars: { momentum: (progress) => momentumAt(given.momentum, progress) },
    loss(tensors, { views }) {
      const p = chain(given.predictor ? [...online, ...head] : online, tensors, views);
      const z = chain(target, tensors, views);
      const [p1, p2] = p.ys as readonly [tf.Tensor2D, tf.Tensor2D];
      const [z1, z2] = z.ys as readonly [tf.Tensor2D, tf.Tensor2D];
      const loss = byolLoss(p1, z2).add(byolLoss(p2, z1)) as tf.Scalar;
      return { loss, metrics: {}, updates: { ...p.updates, ...z.updates } };
    },
    afterStep: (tensors: Tensors, _state, scalars) =>
      movedTargets(TARGETS, tensors, scalars['momentum'] as tf.Scalar),
  };
}

/**
 * Predicts what a slowly following copy of the network makes of another view.
 * Deviations: SGD or AdamW instead of LARS; the small-image recipe: momentum from 0.99, a projector of 1024 and 256, no blur and
 * no solarising.
 */
export const byol: SslMethod = {
  id: 'byol',
  title: 'BYOL',
  family: 'Distillation',
  hint: 'moving-average target',
  summary: 'Learns by predicting the embedding that a slowly following copy of itself gives another view.',
  reference: {
    paper:
      'Grill et al.: Bootstrap your own latent: a new approach to self-supervised learning, NeurIPS 2020',
    url: 'https://arxiv.org/abs/2006.07733',
    code: 'https://github.com/google-deepmind/deepmind-research/tree/master/byol',
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
