import type * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import {
  barlowTwinsLoss,
  crossCorrelation,
  invariance,
  redundancy,
} from '../../../main/engine/methods/barlowTwins.ts';
import { evaluate } from '../tensors.ts';
import { referenceEngine } from '../tiny.ts';
import { course, formula, fromTorch, meanLoss } from './course.ts';

const onProcessor = () => onnx.activate({ device: 'cpu', threads: 1 });

describe('the loss of Barlow Twins', () => {
  it.each([
    ['cpu', referenceEngine],
    ['onnx', onProcessor],
  ])('and its gradients are torch’s on %s', async (_name, engine) => {
    const away = await fromTorch(await engine(), 'barlowTwins', (a, b) => barlowTwinsLoss(a, b, 5e-3));
    expect(away.loss).toBeLessThan(1e-6);
    expect(Math.max(away.da, away.db)).toBeLessThan(1e-5);
  });
  it('is 0.013435443 on the golden embeddings', async () => {
    const given = { a: formula(6, 4, 0), b: formula(6, 4, 0.2) };
    const found = await evaluate(await referenceEngine(), given, ({ a, b }) => ({
      loss: barlowTwinsLoss(a as tf.Tensor2D, b as tf.Tensor2D, 5e-3),
    }));
    expect(found['loss']?.[0]).toBeCloseTo(0.013435443103521306, 6);
  });
  it('has no invariance term for one and the same embedding, whose redundancy it still sees', async () => {
    const found = await evaluate(await referenceEngine(), { z: formula(6, 4, 0) }, ({ z }) => {
      const c = crossCorrelation(z as tf.Tensor2D, z as tf.Tensor2D);
      return { invariance: invariance(c), redundancy: redundancy(c) };
    });
    expect(found['invariance']?.[0]).toBeLessThan(1e-6);
    expect(found['redundancy']?.[0]).toBeGreaterThan(0.1);
  });
});

describe('training with Barlow Twins', () => {
  it('lowers the loss within 20 steps, with finite numbers', async () => {
    const found = await course('barlowTwins', {}, 0.005);
    expect(found.losses.every(Number.isFinite)).toBe(true);
    expect(meanLoss(found, 15, 20)).toBeLessThan(0.5 * meanLoss(found, 0, 5));
  });
  it('keeps the numbers of the embedding apart; without the redundancy term they tell the same', async () => {
    const [whole, without] = [
      await course('barlowTwins', { lambda: 0.05 }, 0.02, { epochs: 30 }),
      await course('barlowTwins', { lambda: 1e-5 }, 0.02, { epochs: 30 }),
    ];
    expect([...whole.losses, ...without.losses].every(Number.isFinite)).toBe(true);
    expect(without.rank).toBeLessThan(0.6 * whole.rank);
  });
});
