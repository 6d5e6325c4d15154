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
import { constantValues, truncatedNormal, xavierUniform } from '../layers/initial.ts';
import { movedTargets } from '../layers/movingAverage.ts';
import { within } from '../layers/names.ts';
import { normaliseRows } from '../layers/normaliseRows.ts';
import { gatedGradient } from '../layers/stopGradient.ts';
import { allTrainable, dense, gelu } from '../layers/transformer.ts';
import { meanEntropy, usage } from '../losses/entropy.ts';
import { METRICS } from '../metricNames.ts';
import type { BuildContext, BuiltMethod, HostTensor, Network, SslMethod, Tensors } from '../method.ts';
import { momentumAt } from './byol.ts';

const params = {
  studentTemperature: float(0.1, { min: 0.01, max: 10, log: true, doc: 'Divides the student’s outputs.' }),
  teacherTemperature: float(0.04, {
    min: 0.005,
    max: 10,
    log: true,
    doc: 'Divides the teacher’s outputs; below the student’s it sharpens them, which keeps them from becoming uniform.',
  }),
  warmupTemperature: float(0.04, {
    min: 0.005,
    max: 10,
    log: true,
    doc: 'The teacher’s temperature at first; it moves to the other in a straight line.',
  }),
  warmupShare: float(0.3, {
    min: 0,
    max: 1,
    step: 0.05,
    doc: 'Share of the training in which the teacher’s temperature moves.',
  }),
  centering: bool(
    true,
    'Takes the running mean off the teacher’s outputs. Off only to watch the collapse that it prevents.',
  ),
  centreMomentum: float(0.9, { min: 0, max: 0.9999, doc: 'Share of the running mean that a step keeps.' }),
  momentum: float(0.996, {
    min: 0,
    max: 1,
    step: 0.001,
    doc: 'Share of the teacher that a step keeps at first; it rises to 1 along a cosine.',
  }),
  outputs: int(2048, {
    min: 4,
    max: 65536,
    doc: 'Numbers that the head gives, whose softmax student and teacher are to agree on.',
  }),
  hidden: int(1024, { min: 8, max: 8192, doc: 'Width of the head’s two hidden layers.' }),
  bottleneck: int(256, { min: 4, max: 4096, doc: 'Width before the last layer, of length one.' }),
  freezeEpochs: int(1, {
    min: 0,
    max: 100,
    unit: 'epochs',
    doc: 'Epochs at first in which the last layer stands still.',
  }),
  ...cropParams,
} as const;

type Given = ParamsOf<typeof params>;

const TARGETS = { targetEncoder: 'encoder', targetHead: 'head' } as const;
/** The running mean of the teacher's outputs [1, outputs] among the tensors. */
export const CENTRE = 'centre/mean';

/** The teacher's distributions: softmax((t - c) / temperature); t [n, outputs], c [1, outputs]. */
export function sharpened(t: tf.Tensor2D, centre: tf.Tensor2D, temperature: tf.Scalar): tf.Tensor2D {
  return tf.softmax(t.sub(centre).div(temperature));
}

/** Mean cross-entropy between each teacher's distribution and the student's of every other crop; the first crops are the teacher's. */
export function dinoLoss(
  students: readonly tf.Tensor2D[],
  targets: readonly tf.Tensor2D[],
  temperature: number,
): tf.Scalar {
  const logs = students.map((s) => tf.logSoftmax(s.div(temperature)));
  const terms = targets.flatMap((q, own) =>
    logs.filter((_, crop) => crop !== own).map((log) => q.mul(log).sum(1).mean().neg()),
  );
  return tf.addN(terms).div(terms.length) as tf.Scalar;
}

/** The running mean after a step; teachers: outputs [n, outputs] of each large crop. */
export function movedCentre(
  centre: tf.Tensor2D,
  teachers: readonly tf.Tensor2D[],
  momentum: number,
): tf.Tensor2D {
  const batch = tf.concat([...teachers], 0).mean(0, true);
  return centre.mul(momentum).add(batch.mul(1 - momentum));
}

/** The projection head: three dense layers with GELU, length one, and a last layer whose columns have length one. */
export function dinoHead(
  from: number,
  { hidden, bottleneck, outputs }: Pick<Given, 'hidden' | 'bottleneck' | 'outputs'>,
): Network {
  const widths = [from, hidden, hidden, bottleneck];
  return {
    dim: outputs,
    init(rng) {
      const layers = [1, 2, 3].map((layer) => ({
        [`linear${layer}/weight`]: xavierUniform(rng, widths[layer - 1] as number, widths[layer] as number),
        [`linear${layer}/bias`]: constantValues([widths[layer] as number], 0),
      }));
      const last = truncatedNormal(rng, [bottleneck, outputs], 1);
      return allTrainable(Object.assign({}, ...layers, { last }) as Readonly<Record<string, HostTensor>>);
    },
    apply(tensors, x) {
      const first = gelu(dense(within(tensors, 'linear1'), x));
      const z = dense(
        within(tensors, 'linear3'),
        gelu(dense(within(tensors, 'linear2'), first)),
      ) as tf.Tensor2D;
      const columns = normaliseRows((tensors['last'] as tf.Tensor2D).transpose() as tf.Tensor2D);
      return { y: tf.matMul(normaliseRows(z), columns, false, true), updates: {} };
    },
  };
}

/** The teacher's temperature by progress in 0..1. */
function temperatureAt(
  { teacherTemperature: to, warmupTemperature: from, warmupShare }: Given,
  progress: number,
): number {
  return progress >= warmupShare ? to : from + ((to - from) * progress) / warmupShare;
}

function build(given: Given, { encoder, batchSize, course }: BuildContext): BuiltMethod {
  checkCrops(given, encoder);
  const head = dinoHead(encoder.dim, given);
  const frozen = course ? given.freezeEpochs / course.epochs : 0;
  return {
    networks: { encoder, head },
    targets: TARGETS,
    embedding: 'head',
    viewCount: GLOBAL_CROPS + given.localCrops,
    viewChoices: (choices, view) => cropChoices(choices, view, given),
    state: () => ({ [CENTRE]: constantValues([1, given.outputs], 0) }),
    scalars: {
      momentum: (progress) => momentumAt(given.momentum, progress),
      teacherTemperature: (progress) => temperatureAt(given, progress),
      lastLayer: (progress) => (progress < frozen ? 0 : 1),
    },
    loss(tensors, { views, scalars }) {
      const batches = cropBatches(views, given);
      const gate = scalars['lastLayer'] as tf.Scalar;
      const online = { ...tensors, 'head/last': gatedGradient(tensors['head/last'] as tf.Tensor2D, gate) };
      const students = throughCrops([['encoder', encoder], ['head', head]], online, batches, batchSize); // prettier-ignore
      const teachers = throughCrops([['targetEncoder', encoder], ['targetHead', head]], tensors, batches.slice(0, 1), batchSize); // prettier-ignore
      const centre = tensors[CENTRE] as tf.Tensor2D;
      const targets = teachers.crops.map((t) =>
        sharpened(t, centre, scalars['teacherTemperature'] as tf.Scalar),
      );
      const all = tf.concat([...targets], 0);
      return {
        loss: dinoLoss(students.crops, targets, given.studentTemperature),
        metrics: { [METRICS.targetEntropy]: meanEntropy(all), [METRICS.targetUse]: usage(all) },
        updates: {
          ...students.updates,
          ...teachers.updates,
          ...(given.centering ? { [CENTRE]: movedCentre(centre, teachers.crops, given.centreMomentum) } : {}),
        },
      };
    },
    afterStep: (tensors: Tensors, _state, scalars) =>
      movedTargets(TARGETS, tensors, scalars['momentum'] as tf.Scalar),
  };
}

/**
 * Has a student agree, from any crop, with a slowly following teacher that sees large crops.
 * The authors' code: centring, sharpening, several crop sizes, a last layer of unit columns that stands still at first. Deviations: small crops are cut
 * at full size and then made smaller; no clipped gradients and no schedule of the weight decay; the small-image recipe without blur and solarising.
 */
export const dino: SslMethod = {
  id: 'dino',
  title: 'DINO',
  family: 'Distillation',
  hint: 'self-distillation',
  summary:
    'Learns by agreeing, from small crops, with what a slowly following copy of itself says of large ones.',
  reference: {
    paper:
      'Caron, Touvron, Misra, Jégou, Mairal, Bojanowski, Joulin: Emerging properties in self-supervised vision transformers, ICCV 2021',
    url: 'https://arxiv.org/abs/2104.14294',
    code: 'https://github.com/facebookresearch/dino',
  },
  modalities: ['image'],
  usesLabels: false,
  params,
  views: [
    { id: 'resizedCrop', params: { scale: [0.4, 1], ratio: [0.75, 4 / 3] }, enabled: true },
    { id: 'horizontalFlip', params: { p: 0.5 }, enabled: true },
    {
      id: 'colourJitter',
      params: { brightness: 0.4, contrast: 0.4, saturation: 0.2, hue: 0.1, p: 0.8 },
      enabled: true,
    },
    { id: 'grayscale', params: { p: 0.2 }, enabled: true },
  ],
  build: (given, context) => build(given as Given, context),
};
