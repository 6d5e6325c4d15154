import * as tf from '@tensorflow/tfjs';
import { AppError } from '../../../preload/contract/errors.ts';
import { float, int, type ParamsOf } from '../../core/params.ts';
import type { Rng } from '../../core/rng.ts';
import { unitRows } from '../layers/initial.ts';
import { chain } from '../layers/chain.ts';
import { mlp } from '../layers/mlp.ts';
import { normaliseRows } from '../layers/normaliseRows.ts';
import { sphericalKMeans } from '../layers/sphericalKMeans.ts';
import { usage } from '../losses/entropy.ts';
import { METRICS } from '../metricNames.ts';
import type {
  BetweenEpochs,
  BuildContext,
  BuiltMethod,
  HostTensor,
  HostTensors,
  SslMethod,
  Tensors,
} from '../method.ts';

const params = {
  clusters: int(100, { min: 2, max: 30000, doc: 'Clusters of each clustering; about ten for each class.' }),
  clusterings: int(3, {
    min: 1,
    max: 8,
    doc: 'Clusterings from different starts, each with centroids of its own.',
  }),
  temperature: float(0.1, { min: 0.01, max: 10, log: true, doc: 'Divides cosines to centroids.' }),
  projectorHidden: int(512, { min: 8, max: 8192, doc: 'Width of the projector’s hidden layer.' }),
  projectorDim: int(128, { min: 4, max: 4096, doc: 'Width of embeddings and centroids.' }),
} as const;

type Given = ParamsOf<typeof params>;

/** The last embeddings of each view [views, slots, dim], the newest first, and whose they are [slots]. */
export const MEMORY = { embeddings: 'memory/embeddings', places: 'memory/places' } as const;
/** The centroids and every sample's cluster of one clustering; -1 where a sample was not in the memory. */
export const centroidsOf = (clustering: number): string => `clusters/${clustering}/centroids`;
export const assignmentsOf = (clustering: number): string => `clusters/${clustering}/assignments`;

const VIEWS = 2;

/** Cross-entropy of scores [n, K] over temperature with clusters [n], int32, over those that are known; 0 if none is. */
export function clusterLoss(scores: tf.Tensor2D, clusters: tf.Tensor1D, temperature: number): tf.Scalar {
  const known = clusters.greaterEqual(0).toFloat();
  const chosen = tf.oneHot(clusters, scores.shape[1]).toFloat();
  const losses = tf.logSoftmax(scores.div(temperature)).mul(chosen).sum(1).neg();
  return losses.mul(known).sum().div(tf.maximum(known.sum(), 1)) as tf.Scalar;
}

/** The memory after a step: new embeddings z [views, n, dim] and their places [n] in front, as many of the oldest dropped. */
export function remembered(tensors: Tensors, z: tf.Tensor3D, places: tf.Tensor1D): Tensors {
  const [old, owners] = [tensors[MEMORY.embeddings] as tf.Tensor3D, tensors[MEMORY.places] as tf.Tensor1D];
  const kept = old.shape[1] - z.shape[1];
  return {
    [MEMORY.embeddings]: tf.concat([z, old.slice([0, 0, 0], [-1, kept, -1])], 1),
    [MEMORY.places]: tf.concat([places, owners.slice([0], [kept])], 0),
  };
}

/** A memory of random directions, and clusters as random, until the first epoch begins. */
function initialState(
  { clusters, clusterings, projectorDim: dim }: Given,
  slots: number,
  samples: number,
  rng: Rng,
): HostTensors {
  const rows = unitRows(rng, VIEWS * slots, dim);
  const whole = (size: number, value: (i: number) => number): HostTensor => ({
    shape: [size],
    dtype: 'int32',
    data: Int32Array.from({ length: size }, (_, i) => value(i)),
  });
  const heads = Array.from({ length: clusterings }, (_, clustering) => ({
    [centroidsOf(clustering)]: unitRows(rng, clusters, dim),
    [assignmentsOf(clustering)]: whole(samples, () => rng.below(clusters)),
  }));
  return Object.assign(
    { [MEMORY.embeddings]: { ...rows, shape: [VIEWS, slots, dim] }, [MEMORY.places]: whole(slots, (i) => i) },
    ...heads,
  ) as HostTensors;
}

/** What the memory holds before the first step: the embeddings of samples 0, 1, 2 ... for both views. */
async function firstMemory({ embed }: BetweenEpochs, slots: number): Promise<HostTensors> {
  const { columns, data } = await embed();
  const unit = new Float32Array(VIEWS * slots * columns);
  for (let row = 0; row < slots; row++) {
    const values = data.subarray(row * columns, (row + 1) * columns);
    const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 1e-12));
    for (let view = 0; view < VIEWS; view++)
      unit.set(values.map((value) => value / length), (view * slots + row) * columns); // prettier-ignore
  }
  return {
    [MEMORY.embeddings]: { shape: [VIEWS, slots, columns], dtype: 'float32', data: unit },
    [MEMORY.places]: {
      shape: [slots],
      dtype: 'int32',
      data: Int32Array.from({ length: slots }, (_, i) => i),
    },
  };
}

/** Clusters the memory anew: clustering 0 that of the first view, 1 that of the second, and so on by turns. */
async function clustered(
  given: BetweenEpochs,
  memory: HostTensors,
  { clusters, clusterings }: Given,
  samples: number,
): Promise<HostTensors> {
  const { shape, data } = memory[MEMORY.embeddings] as HostTensor;
  const [, slots = 0, dim = 0] = shape;
  const owners = (memory[MEMORY.places] as HostTensor).data;
  const result: Record<string, HostTensor> = {};
  for (let clustering = 0; clustering < clusterings; clustering++) {
    const start = (clustering % VIEWS) * slots * dim;
    const z = {
      shape: [slots, dim],
      dtype: 'float32',
      data: (data as Float32Array).slice(start, start + slots * dim),
    } as const;
    const { centroids, assignments } = await sphericalKMeans(given.engine, z, clusters, given.rng);
    const codes = new Int32Array(samples).fill(-1);
    owners.forEach((place, slot) => (codes[place] = assignments.data[slot] ?? -1));
    result[centroidsOf(clustering)] = centroids;
    result[assignmentsOf(clustering)] = { shape: [samples], dtype: 'int32', data: codes };
  }
  return result;
}

/** @throws AppError invalidConfig if there are more clusters than samples in the memory */
function check(clusters: number, slots: number): void {
  if (clusters <= slots) return;
  throw new AppError({
    code: 'invalidConfig',
    message: `Method deepCluster makes ${clusters} clusters, but an epoch has only ${slots} samples.`,
    hint: `Set method.params.clusters to ${Math.max(2, Math.floor(slots / 10))} or less.`,
  });
}

function build(given: Given, { encoder, batchSize, course }: BuildContext): BuiltMethod {
  const samples = course?.samples ?? batchSize;
  const slots = Math.max(1, Math.floor(samples / batchSize)) * batchSize;
  if (course) check(given.clusters, slots);
  const projector = mlp({
    widths: [encoder.dim, given.projectorHidden, given.projectorDim],
    batchNorm: true,
  });
  const networks = [['encoder', encoder], ['projector', projector]] as const; // prettier-ignore
  return {
    networks: { encoder, projector },
    embedding: 'projector',
    viewCount: VIEWS,
    usesPlaces: true,
    state: (rng) => initialState(given, slots, samples, rng),
    scalars: {},
    async beforeEpoch(between) {
      const memory = between.epoch === 0 ? await firstMemory(between, slots) : between.tensors;
      const clusters = await clustered(between, memory, given, samples);
      return between.epoch === 0 ? { ...memory, ...clusters } : clusters;
    },
    loss(tensors, { views, places }) {
      const owners = places as tf.Tensor1D;
      const { ys, updates } = chain(networks, tensors, views);
      const units = ys.map((y) => normaliseRows(y));
      const all = tf.concat<tf.Tensor2D>(units, 0);
      const terms = Array.from({ length: given.clusterings }, (_, clustering) => {
        const clusters = tf.gather(tensors[assignmentsOf(clustering)] as tf.Tensor1D, owners);
        const scores = tf.matMul<tf.Tensor2D>(
          all,
          tensors[centroidsOf(clustering)] as tf.Tensor2D,
          false,
          true,
        );
        return clusterLoss(scores, tf.concat([clusters, clusters], 0), given.temperature);
      });
      const first = tf.gather(tensors[assignmentsOf(0)] as tf.Tensor1D, owners);
      return {
        loss: tf.addN(terms).div(terms.length) as tf.Scalar,
        metrics: { [METRICS.targetUse]: usage(tf.oneHot(first, given.clusters).toFloat() as tf.Tensor2D) },
        updates: { ...updates, ...remembered(tensors, tf.stack(units) as tf.Tensor3D, owners) },
      };
    },
  };
}

/**
 * Clusters what it remembers of every sample and learns to tell the clusters, over and over.
 * The authors' version 2: unit embeddings remembered from the epoch before, spherical k-means, centroids in place of a classifier. Deviations:
 * the first epoch's memory is of unchanged samples in evaluation mode; no small crops; SGD or AdamW instead of LARS.
 */
export const deepCluster: SslMethod = {
  id: 'deepCluster',
  title: 'DeepCluster v2',
  family: 'Clustering',
  hint: 'k-means each epoch',
  summary: 'Learns by telling to which cluster a sample belonged when all samples were last clustered.',
  reference: {
    paper:
      'Caron, Bojanowski, Joulin, Douze: Deep clustering for unsupervised learning of visual features, ECCV 2018; version 2 in Caron et al., NeurIPS 2020',
    url: 'https://arxiv.org/abs/1807.05520',
    code: 'https://github.com/facebookresearch/swav/blob/main/main_deepclusterv2.py',
  },
  modalities: ['image'],
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
  build: (given, context) => build(given as Given, context),
};
