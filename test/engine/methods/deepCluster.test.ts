import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../main/core/rng.ts';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import { sphericalKMeans } from '../../../main/engine/layers/sphericalKMeans.ts';
import { IMAGE } from '../../../main/engine/layout.ts';
import {
  assignmentsOf,
  centroidsOf,
  clusterLoss,
  deepCluster,
  MEMORY,
  remembered,
} from '../../../main/engine/methods/deepCluster.ts';
import { encoders } from '../../../main/engine/registries.ts';
import reference from '../reference/images.json' with { type: 'json' };
import { evaluate, largestDifference, tensorOf } from '../tensors.ts';
import { referenceEngine, tinyConfig } from '../tiny.ts';
import { course, meanLoss } from './course.ts';

const onProcessor = () => onnx.activate({ device: 'cpu', threads: 1 });

describe('the loss of DeepCluster', () => {
  it.each([
    ['cpu', referenceEngine],
    ['onnx', onProcessor],
  ])('and its gradient are torch’s on %s; samples without a cluster do not count', async (_name, engine) => {
    const x = tensorOf([6, 5], (i) => 0.3 * Math.sin(0.7 * i + 0.1));
    const found = await evaluate(await engine(), { x }, (given) => {
      const clusters = tf.tensor1d([2, -1, 0, 4, 1, 1], 'int32');
      const loss = (scores: tf.Tensor) => clusterLoss(scores as tf.Tensor2D, clusters, 0.1);
      const scores = given['x'] as tf.Tensor;
      const none = clusterLoss(scores as tf.Tensor2D, tf.tensor1d([-1, -1, -1, -1, -1, -1], 'int32'), 0.1);
      return { loss: loss(scores), dx: tf.grad(loss)(scores), none };
    });
    expect(Math.abs((found['loss']?.[0] ?? NaN) - reference.deepCluster.loss)).toBeLessThan(1e-5);
    expect(largestDifference(found['dx'] ?? [], reference.deepCluster.dx)).toBeLessThan(1e-5);
    expect(found['none']).toEqual([0]);
  });
});

/** Rows around three directions, one after the other by turns. */
const planted = tensorOf([60, 3], (i) => {
  const [row, column] = [Math.floor(i / 3), i % 3];
  return (row % 3 === column ? 1 : 0) + 0.1 * Math.sin(7 * i);
});

describe.each([
  ['cpu', referenceEngine],
  ['onnx', onProcessor],
])('spherical k-means on %s', (_name, engine) => {
  it('finds planted directions, the same again for the same stream', async () => {
    const find = async (seed: number) => sphericalKMeans(await engine(), planted, 3, Rng.stream(seed, 'k'));
    const found = await find(3);
    expect(await find(3)).toEqual(found);
    const codes = [...found.assignments.data];
    expect(new Set(codes.slice(0, 3)).size).toBe(3);
    codes.forEach((code, row) => expect(code).toBe(codes[row % 3]));
    const rows = found.centroids.data;
    for (let at = 0; at < rows.length; at += 3)
      expect(Math.hypot(...rows.subarray(at, at + 3))).toBeCloseTo(1, 5);
  });
});

describe('the memory', () => {
  it('takes in the newest embeddings and drops the oldest, with the places they belong to', async () => {
    const given = { old: tensorOf([2, 4, 1], (i) => i), z: tensorOf([2, 2, 1], (i) => 10 + i) };
    const found = await evaluate(await referenceEngine(), given, (tensors) => {
      const memory = {
        [MEMORY.embeddings]: tensors['old'] as tf.Tensor,
        [MEMORY.places]: tf.tensor1d([5, 6, 7, 8], 'int32'),
      };
      const after = remembered(memory, tensors['z'] as tf.Tensor3D, tf.tensor1d([1, 2], 'int32'));
      return { z: after[MEMORY.embeddings] as tf.Tensor, places: after[MEMORY.places] as tf.Tensor };
    });
    expect(found).toEqual({ z: [10, 11, 0, 1, 12, 13, 4, 5], places: [1, 2, 5, 6] });
  });
});

describe('training with DeepCluster', () => {
  it('clusters all samples of the epoch before anew, and keeps the clusters within an epoch', async () => {
    const { losses, first, last } = await course('deepCluster', {}, 0.1);
    expect(losses.every(Number.isFinite)).toBe(true);
    for (const { tensors } of [first, last]) {
      const places = [...(tensors[MEMORY.places]?.data ?? [])];
      expect([...places].sort((a, b) => a - b)).toEqual([...Array(48).keys()]);
      const codes = [...(tensors[assignmentsOf(0)]?.data ?? [])];
      expect(codes.length).toBe(48);
      expect(Math.min(...codes)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...codes)).toBeLessThan(4);
    }
    expect(last.tensors[centroidsOf(0)]).not.toEqual(first.tensors[centroidsOf(0)]);
    expect(last.tensors[assignmentsOf(1)]).not.toEqual(last.tensors[assignmentsOf(2)]);
  });
  it('lowers the loss below that of guessing', async () => {
    const found = await course('deepCluster', { clusterings: 1 }, 0.1);
    expect(meanLoss(found, 30, 36)).toBeLessThan(0.7 * Math.log(4));
  });
  it('leaves out samples that were in no batch of the epoch before', async () => {
    const { last } = await course('deepCluster', { clusterings: 1 }, 0.1, { maxSamples: 40, epochs: 2 });
    const codes = [...(last.tensors[assignmentsOf(0)]?.data ?? [])];
    expect(codes.filter((code) => code === -1).length).toBe(40 - 32);
  });
  it('refuses more clusters than an epoch has samples', () => {
    const encoder = encoders.smallCnn.build({ width: 4 }, [8, 8, 3], IMAGE);
    const context = { encoder, shape: [8, 8, 3], layout: IMAGE, classes: 2, batchSize: 16 } as const;
    const params = { ...tinyConfig('deepCluster').method.params, clusters: 50 };
    expect(() => deepCluster.build(params, { ...context, course: { samples: 48, epochs: 1 } })).toThrow(
      /makes 50 clusters, but an epoch has only 48 samples/,
    );
    expect(deepCluster.build(params, context).viewCount).toBe(2);
  });
});
