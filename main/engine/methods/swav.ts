import * as tf from '@tensorflow/tfjs';
import { bool, float, int, type ParamsOf } from '../../core/params.ts';
import {
  checkCrops,
  cropBatches,
  cropChoices,
  cropParams,
  GLOBAL_CROPS,
  throughCrops,
} from '../layers/crops.ts';
import { mlp } from '../layers/mlp.ts';
import { normaliseRows } from '../layers/normaliseRows.ts';
import { unitRows } from '../layers/initial.ts';
import { gatedGradient, stopGradient } from '../layers/stopGradient.ts';
import { usage } from '../losses/entropy.ts';
import { METRICS } from '../metricNames.ts';
import type { BuildContext, BuiltMethod, Network, SslMethod, Tensors } from '../method.ts';

const params = {
  prototypes: int(512, {
    min: 2,
    max: 30000,
    doc: 'Unit vectors among which every embedding finds its code; about ten for each class.',
  }),
  temperature: float(0.1, {
    min: 0.01,
    max: 10,
    log: true,
    doc: 'Divides similarities to prototypes when codes are predicted.',
  }),
  epsilon: float(0.05, {
    min: 0.01,
    max: 1,
    log: true,
    doc: 'Softness of the codes; larger spreads each over more prototypes.',
  }),
  iterations: int(3, { min: 1, max: 20, doc: 'Iterations of Sinkhorn and Knopp.' }),
  sinkhorn: bool(
    true,
    'Codes that use all prototypes alike within a batch. Off only to watch the collapse that this prevents.',
  ),
  freezeEpochs: int(1, {
    min: 0,
    max: 100,
    unit: 'epochs',
    doc: 'Epochs at first in which the prototypes stand still.',
  }),
  projectorHidden: int(512, { min: 8, max: 8192, doc: 'Width of the projector’s hidden layer.' }),
  projectorDim: int(128, { min: 4, max: 4096, doc: 'Width of embeddings and prototypes.' }),
  ...cropParams,
} as const;

type Given = ParamsOf<typeof params>;

/** The prototypes [prototypes, dim] among the tensors: unit rows. */
export const PROTOTYPES = 'prototypes/rows';

/**
 * Codes [n, K] of scores [n, K]: exp(scores / epsilon) scaled by turns so that all prototypes get n / K samples and every sample one code
 * (Sinkhorn & Knopp), as in the authors' code, whose last scaling is of the samples.
 */
export function sinkhorn(scores: tf.Tensor2D, epsilon: number, iterations: number): tf.Tensor2D {
  const [, prototypes] = scores.shape;
  // Less the largest: a factor of all entries, which the scaling takes out again, so that nothing overflows.
  let q = scores.sub(scores.max()).div(epsilon).exp();
  q = q.div(q.sum());
  for (let iteration = 0; iteration < iterations; iteration++) {
    q = q.div(q.sum(0, true)).div(prototypes);
    q = q.div(q.sum(1, true));
  }
  return q as tf.Tensor2D;
}

/** Codes of each large crop predicted from every other crop; scores [n, K] per crop, codes [n, K] per large crop. */
export function swavLoss(
  scores: readonly tf.Tensor2D[],
  codes: readonly tf.Tensor2D[],
  temperature: number,
): tf.Scalar {
  const logs = scores.map((score) => tf.logSoftmax(score.div(temperature)));
  const terms = codes.flatMap((q, own) =>
    logs.filter((_, crop) => crop !== own).map((log) => q.mul(log).sum(1).mean().neg()),
  );
  return tf.addN(terms).div(terms.length) as tf.Scalar;
}

/** Cosines to unit prototypes: z [n, dim] -> scores [n, prototypes]. */
function prototypeNetwork({ prototypes, projectorDim: dim }: Given): Network {
  return {
    dim: prototypes,
    init: (rng) => ({ values: { rows: unitRows(rng, prototypes, dim) }, trainable: ['rows'], decay: [] }),
    apply: (tensors, z) => ({
      y: tf.matMul(normaliseRows(z as tf.Tensor2D), tensors['rows'] as tf.Tensor2D, false, true),
      updates: {},
    }),
  };
}

function build(given: Given, { encoder, batchSize, course }: BuildContext): BuiltMethod {
  checkCrops(given, encoder);
  const projector = mlp({
    widths: [encoder.dim, given.projectorHidden, given.projectorDim],
    batchNorm: true,
  });
  const prototypes = prototypeNetwork(given);
  const frozen = course ? given.freezeEpochs / course.epochs : 0;
  const networks = [['encoder', encoder], ['projector', projector], ['prototypes', prototypes]] as const; // prettier-ignore
  const codesOf = (scores: tf.Tensor2D): tf.Tensor2D =>
    stopGradient(
      given.sinkhorn
        ? sinkhorn(scores, given.epsilon, given.iterations)
        : tf.softmax(scores.div(given.epsilon)),
    );
  return {
    networks: { encoder, projector, prototypes },
    embedding: 'projector',
    viewCount: GLOBAL_CROPS + given.localCrops,
    viewChoices: (choices, view) => cropChoices(choices, view, given),
    state: () => ({}),
    scalars: { prototypes: (progress) => (progress < frozen ? 0 : 1) },
    loss(tensors, { views, scalars }) {
      const rows = gatedGradient(tensors[PROTOTYPES] as tf.Tensor2D, scalars['prototypes'] as tf.Scalar);
      const batches = cropBatches(views, given);
      const { crops, updates } = throughCrops(
        networks,
        { ...tensors, [PROTOTYPES]: rows },
        batches,
        batchSize,
      );
      const codes = crops.slice(0, GLOBAL_CROPS).map(codesOf);
      const chosen = tf.softmax(
        tf.concat(crops.slice(0, GLOBAL_CROPS), 0).div(given.temperature),
      ) as tf.Tensor2D;
      return {
        loss: swavLoss(crops, codes, given.temperature),
        metrics: { [METRICS.targetUse]: usage(tf.concat(codes, 0)), [METRICS.predictionUse]: usage(chosen) },
        updates,
      };
    },
    afterStep: (tensors: Tensors) => ({ [PROTOTYPES]: normaliseRows(tensors[PROTOTYPES] as tf.Tensor2D) }),
  };
}

/**
 * Predicts to which prototypes another crop of the same sample was assigned, where assignments share the prototypes out evenly.
 * Deviations: SGD or AdamW instead of LARS; no queue of earlier embeddings, so that a batch should hold at least as many samples as a third of
 * the prototypes; small crops are cut at full size and then made smaller; the small-image recipe without blur.
 */
export const swav: SslMethod = {
  id: 'swav',
  title: 'SwAV',
  family: 'Clustering',
  hint: 'swapped assignments',
  summary:
    'Learns by predicting, from one crop, to which prototypes another crop of the same sample was assigned.',
  reference: {
    paper:
      'Caron, Misra, Mairal, Goyal, Bojanowski, Joulin: Unsupervised learning of visual features by contrasting cluster assignments, NeurIPS 2020',
    url: 'https://arxiv.org/abs/2006.09882',
    code: 'https://github.com/facebookresearch/swav',
  },
  modalities: ['image'],
  usesLabels: false,
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
  build: (given, context) => build(given as Given, context),
};
