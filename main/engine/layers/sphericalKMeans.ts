import * as tf from '@tensorflow/tfjs';
import type { Rng } from '../../core/rng.ts';
import type { Engine } from '../engine.ts';
import type { HostTensor } from '../method.ts';
import { signatureOf } from '../trainingStep.ts';
import { normaliseRows } from './normaliseRows.ts';

/** Rounds of assigning samples and moving centroids, as in the authors' code of DeepCluster v2. */
const ROUNDS = 10;

/** Clusters of unit vectors. */
export interface Clusters {
  /** Unit rows [K, dim]. */
  readonly centroids: HostTensor;
  /** The nearest centroid of every sample [n], int32. */
  readonly assignments: HostTensor;
}

/** Places of the centroid with the largest cosine [n], and the centroids moved to the mean direction of theirs; an empty cluster stays. */
function round(z: tf.Tensor2D, centroids: tf.Tensor2D): { assignments: tf.Tensor1D; moved: tf.Tensor2D } {
  const [count] = centroids.shape;
  const assignments = tf.matMul(z, centroids, false, true).argMax(1) as tf.Tensor1D;
  const members = tf.oneHot(assignments, count).toFloat() as tf.Tensor2D; // [n, K]
  const sizes = members.sum(0).reshape([count, 1]);
  const means = normaliseRows(tf.matMul(members, z, true, false));
  return { assignments, moved: tf.where(sizes.greater(0).broadcastTo(means.shape), means, centroids) };
}

/**
 * Spherical k-means of unit rows z [n, dim], begun with K of them that `rng` picks. Runs on the engine, for tens of thousands of samples; the
 * same numbers and stream give the same clusters.
 */
export async function sphericalKMeans(
  engine: Engine,
  z: HostTensor,
  count: number,
  rng: Rng,
): Promise<Clusters> {
  const [rows = 0, dim = 0] = z.shape;
  const first = rng.permutation(rows).subarray(0, count);
  const start = new Float32Array(count * dim);
  first.forEach((row, at) =>
    start.set((z.data as Float32Array).subarray(row * dim, (row + 1) * dim), at * dim),
  );
  const initial = { z, centroids: { shape: [count, dim], dtype: 'float32', data: start } } as const;
  const state = await engine.createState(initial);
  const step = await engine.compile(
    (tensors) => {
      const { assignments, moved } = round(tensors['z'] as tf.Tensor2D, tensors['centroids'] as tf.Tensor2D);
      return { state: { centroids: moved }, outputs: { assignments } };
    },
    signatureOf(initial, {}),
    'clusters',
  );
  for (let index = 0; index < ROUNDS; index++) await step.run(state, {});
  const { centroids } = await state.read();
  const { assignments } = await step.run(state, {});
  await step.dispose();
  state.dispose();
  return { centroids, assignments } as Clusters;
}
