import * as tf from '@tensorflow/tfjs';
import { AppError } from '../../../preload/contract/errors.ts';
import { float, int, type ParamsOf } from '../../core/params.ts';
import { chain, type Chained, type Named } from '../layers/chain.ts';
import { unitRows } from '../layers/initial.ts';
import { mlp } from '../layers/mlp.ts';
import { movedTargets } from '../layers/movingAverage.ts';
import { normaliseRows } from '../layers/normaliseRows.ts';
import { stopGradient } from '../layers/stopGradient.ts';
import type { BuildContext, BuiltMethod, SslMethod, Tensors } from '../method.ts';
import { EVERY_MODALITY, PAIRED_VIEWS } from '../views/presets.ts';

const params = {
  temperature: float(0.1, {
    min: 0.01,
    max: 10,
    log: true,
    doc: 'Divides similarities; lower punishes near negatives harder.',
  }),
  momentum: float(0.99, {
    min: 0,
    max: 1,
    step: 0.001,
    doc: 'Share of the key encoder that a step keeps.',
  }),
  queueSize: int(4096, {
    min: 2,
    max: 65536,
    doc: 'Keys of earlier batches that serve as negatives; a step replaces two batches of them.',
  }),
  normSplits: int(4, {
    min: 1,
    max: 16,
    doc: 'Parts of a batch with batch norm of their own, cut differently for queries and keys, so that statistics give no pair away.',
  }),
  projectorHidden: int(512, { min: 8, max: 8192, doc: 'Width of the projector’s hidden layer.' }),
  projectorDim: int(128, { min: 4, max: 4096, doc: 'Width of the embedding that the loss compares.' }),
} as const;

type Given = ParamsOf<typeof params>;

/** Key networks and what they are moving averages of. */
const TARGETS = { keyEncoder: 'encoder', keyProjector: 'projector' } as const;
/** The queue [queueSize, dim] among the tensors: unit rows, the newest first. */
export const QUEUE = 'queue/keys';

/** InfoNCE, equation 1 of the paper: -log softmax at the own key among it and the queue; unit rows q, k [n, dim], queue [K, dim]. */
export function infoNce(q: tf.Tensor2D, k: tf.Tensor2D, queue: tf.Tensor2D, temperature: number): tf.Scalar {
  const positive = q.mul(k).sum(1, true); // [n, 1]
  const negatives = tf.matMul(q, queue, false, true); // [n, K]
  const logits = tf.concat([positive, negatives], 1).div(temperature);
  return tf.logSoftmax(logits).slice([0, 0], [-1, 1]).mean().neg() as tf.Scalar;
}

/** The queue after a step: new keys in front, as many of the oldest dropped. */
export function enqueued(queue: tf.Tensor2D, keys: tf.Tensor2D): tf.Tensor2D {
  const kept = queue.slice([0, 0], [queue.shape[0] - keys.shape[0], -1]) as tf.Tensor2D;
  return tf.concat([keys, kept], 0);
}

/** Places of a batch, part by part, for keys: part p has p, p + splits, p + 2 splits ... while queries are cut into neighbours. */
export function dealt(count: number, splits: number): Int32Array {
  const each = count / splits;
  return Int32Array.from({ length: count }, (_, i) => (i % each) * splits + Math.floor(i / each));
}

/** Queries or keys of both views, unit rows [n, dim] each; every part of a batch has batch statistics of its own. */
function encodeInParts(
  networks: readonly Named[],
  tensors: Tensors,
  views: readonly tf.Tensor4D[],
  splits: number,
): Chained {
  const parts = views.flatMap((view) => tf.split(view, splits, 0));
  const { ys, updates } = chain(networks, tensors, parts);
  const joined = views.map((_, i) => tf.concat(ys.slice(i * splits, (i + 1) * splits), 0));
  return { ys: joined.map((y) => normaliseRows(y as tf.Tensor2D)), updates };
}

/** The same for keys: samples are dealt to the parts, and their keys put back in order. */
function keysOf(
  networks: readonly Named[],
  tensors: Tensors,
  views: readonly tf.Tensor4D[],
  splits: number,
): Chained {
  const places = dealt(views[0]?.shape[0] ?? 0, splits);
  const order = tf.tensor1d(places, 'int32');
  const back = tf.tensor1d(
    places.map((_, i) => places.indexOf(i)),
    'int32',
  );
  const shuffled = views.map((view) => tf.gather(view, order));
  const { ys, updates } = encodeInParts(networks, tensors, shuffled, splits);
  return { ys: ys.map((k) => stopGradient(tf.gather(k, back))), updates };
}

/** @throws AppError invalidConfig if the batch cannot be cut into the parts, or does not fit the queue */
function check({ normSplits, queueSize }: Given, batchSize: number): void {
  if (batchSize % normSplits !== 0 || batchSize / normSplits < 2)
    throw new AppError({
      code: 'invalidConfig',
      message: `Method moco cuts each batch into ${normSplits} equal parts of 2 samples or more, but batchSize is ${batchSize}.`,
      hint: `Set batchSize to a multiple of ${normSplits} from ${2 * normSplits} on, or method.params.normSplits to 1.`,
    });
  if (2 * batchSize > queueSize)
    throw new AppError({
      code: 'invalidConfig',
      message: `A step puts ${2 * batchSize} keys into the queue, but method.params.queueSize is ${queueSize}.`,
      hint: `Set method.params.queueSize to ${2 * batchSize} or more, or lower batchSize.`,
    });
}

function build(given: Given, { encoder, batchSize }: BuildContext): BuiltMethod {
  check(given, batchSize);
  const { temperature, normSplits, projectorHidden, projectorDim: dim } = given;
  const projector = mlp({ widths: [encoder.dim, projectorHidden, dim], batchNorm: false });
  const online = [['encoder', encoder], ['projector', projector]] as const; // prettier-ignore
  const target = [['keyEncoder', encoder], ['keyProjector', projector]] as const; // prettier-ignore
  return {
    networks: { encoder, projector },
    targets: TARGETS,
    embedding: 'projector',
    viewCount: 2,
    // Random unit rows, as the authors fill the queue.
    state: (rng) => ({ [QUEUE]: unitRows(rng, given.queueSize, dim) }),
    scalars: { momentum: () => given.momentum },
    loss(tensors, { views }) {
      const q = encodeInParts(online, tensors, views, normSplits);
      const k = keysOf(target, tensors, views, normSplits);
      const [q1, q2] = q.ys as readonly [tf.Tensor2D, tf.Tensor2D];
      const [k1, k2] = k.ys as readonly [tf.Tensor2D, tf.Tensor2D];
      const queue = tensors[QUEUE] as tf.Tensor2D;
      const loss = infoNce(q1, k2, queue, temperature).add(infoNce(q2, k1, queue, temperature)) as tf.Scalar;
      const keys = tf.concat([k2, k1], 0);
      return { loss, metrics: {}, updates: { ...q.updates, ...k.updates, [QUEUE]: enqueued(queue, keys) } };
    },
    // After the optimiser is the same as before the next step's keys, where the authors do it.
    afterStep: (tensors, _state, scalars) => movedTargets(TARGETS, tensors, scalars['momentum'] as tf.Scalar),
  };
}

/**
 * Recognises a view's key among a queue of keys that a slowly following copy of the network made.
 * The authors' small-image recipe: symmetric loss, queue of 4096, and batch norm in parts on one device. Instead of drawing a
 * permutation, samples are dealt to the key parts as cards are: batches are in random order already. 4 parts instead of 8, which
 * compile in half the time.
 */
export const moco: SslMethod = {
  id: 'moco',
  title: 'MoCo v2',
  family: 'Contrastive',
  hint: 'InfoNCE with a queue',
  summary: 'Learns by recognising a sample’s other view among a long queue of earlier samples.',
  reference: {
    paper: 'Chen, Fan, Girshick, He: Improved baselines with momentum contrastive learning, arXiv 2020',
    url: 'https://arxiv.org/abs/2003.04297',
    code: 'https://github.com/facebookresearch/moco',
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
  build: (given, context) => build(given as Given, context),
};
