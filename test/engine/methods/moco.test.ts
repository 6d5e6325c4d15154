import type * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { IMAGE } from '../../../main/engine/layout.ts';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import { normaliseRows } from '../../../main/engine/layers/normaliseRows.ts';
import { stopGradient } from '../../../main/engine/layers/stopGradient.ts';
import { dealt, enqueued, infoNce, moco, QUEUE } from '../../../main/engine/methods/moco.ts';
import { encoders } from '../../../main/engine/registries.ts';
import { trainSteps } from '../parity/steps.ts';
import { evaluate, tensorOf } from '../tensors.ts';
import { referenceEngine, tinyConfig } from '../tiny.ts';
import { course, formula, fromTorch, meanLoss } from './course.ts';

const onProcessor = () => onnx.activate({ device: 'cpu', threads: 1 });
const queue = formula(5, 4, 0.9);

describe('InfoNCE with a queue', () => {
  it.each([
    ['cpu', referenceEngine],
    ['onnx', onProcessor],
  ])('and its gradients are torch’s on %s; none reaches the keys', async (_name, engine) => {
    const { tensor2d } = await import('@tensorflow/tfjs');
    const away = await fromTorch(await engine(), 'moco', (a, b) =>
      infoNce(
        normaliseRows(a),
        stopGradient(normaliseRows(b)),
        normaliseRows(tensor2d(queue.data as Float32Array, [5, 4])),
        0.1,
      ),
    );
    expect(away.loss).toBeLessThan(1e-5);
    expect(away.da).toBeLessThan(1e-5);
    expect(away.db).toBe(0);
  });
});

describe('the queue', () => {
  it('is first in, first out', async () => {
    const given = { queue: tensorOf([4, 1], (i) => i), keys: tensorOf([2, 1], (i) => 10 + i) };
    const found = await evaluate(await referenceEngine(), given, (tensors) => ({
      queue: enqueued(tensors['queue'] as tf.Tensor2D, tensors['keys'] as tf.Tensor2D),
    }));
    expect(found['queue']).toEqual([10, 11, 0, 1]);
  });
  it('holds unit rows of the run’s seed; a step moves them down by the keys of its two views', async () => {
    const { batchSize, method } = tinyConfig('moco');
    const dim = Number(method.params['projectorDim']);
    const after = async (steps: number): Promise<Float32Array> => {
      const { state } = await trainSteps(await onProcessor(), 'moco', {}, 0.01, steps);
      return state[QUEUE]?.data as Float32Array;
    };
    const [start, one, two] = [await after(0), await after(1), await after(2)];
    for (const rows of [start, one, two])
      for (let at = 0; at < rows.length; at += dim)
        expect(Math.hypot(...rows.subarray(at, at + dim))).toBeCloseTo(1, 4);
    const made = 2 * batchSize * dim;
    expect(start.length).toBeGreaterThan(made);
    expect(one.subarray(made)).toEqual(start.subarray(0, -made));
    expect(two.subarray(made)).toEqual(one.subarray(0, -made));
    expect(two.subarray(0, made)).not.toEqual(one.subarray(0, made));
  });
});

describe('the parts of a batch', () => {
  it('of keys hold one sample in so many of each part of queries, and every sample once', () => {
    expect([...dealt(8, 2)]).toEqual([0, 2, 4, 6, 1, 3, 5, 7]);
    expect([...dealt(12, 4)].sort((a, b) => a - b)).toEqual([...Array(12).keys()]);
  });
  it('have to be equal, of two samples or more, and fit the queue', () => {
    const build = (batchSize: number, params: object) => {
      const encoder = encoders.smallCnn.build({ width: 4 }, [8, 8, 3], IMAGE);
      const given = { ...tinyConfig('moco').method.params, ...params };
      return moco.build(given, { encoder, shape: [8, 8, 3], layout: IMAGE, classes: 2, batchSize });
    };
    expect(() => build(6, { normSplits: 4 })).toThrow(/4 equal parts/);
    expect(() => build(4, { normSplits: 4 })).toThrow(/4 equal parts/);
    expect(() => build(64, { queueSize: 100 })).toThrow(/queueSize is 100/);
    expect(build(8, { normSplits: 4 }).viewCount).toBe(2);
  });
});

describe('training with MoCo', () => {
  it('lowers the loss once the queue is full of real keys, with finite numbers', async () => {
    const found = await course('moco');
    expect(found.losses.every(Number.isFinite)).toBe(true);
    expect(meanLoss(found, 30, 36)).toBeLessThan(meanLoss(found, 6, 12) - 0.5);
  });
  it('changes key weights by the moving average alone: at momentum 1 not at all, at 0 to the query’s', async () => {
    const { method } = tinyConfig('moco');
    const after = async (momentum: number) =>
      (
        await trainSteps(await onProcessor(), 'moco', {
          method: { ...method, params: { ...method.params, momentum } },
        })
      ).state;
    const [kept, copied] = [await after(1), await after(0)];
    const filters = (state: typeof kept, network: string) => state[`${network}/block1/filter`]?.data;
    expect(filters(copied, 'keyEncoder')).toEqual(filters(copied, 'encoder'));
    expect(filters(kept, 'keyEncoder')).not.toEqual(filters(kept, 'encoder'));
  });
});
