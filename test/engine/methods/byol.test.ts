import type * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import { movedTargets } from '../../../main/engine/layers/movingAverage.ts';
import { byolLoss, momentumAt } from '../../../main/engine/methods/byol.ts';
import { evaluate, tensorOf } from '../tensors.ts';
import { referenceEngine } from '../tiny.ts';
import { course, formula, fromTorch, meanLoss } from './course.ts';

const onProcessor = () => onnx.activate({ device: 'cpu', threads: 1 });

describe('the loss of BYOL', () => {
  it.each([
    ['cpu', referenceEngine],
    ['onnx', onProcessor],
  ])('and its gradients are torch’s on %s; none reaches the target', async (_name, engine) => {
    const away = await fromTorch(await engine(), 'byol', byolLoss);
    expect(away.loss).toBeLessThan(1e-6);
    expect(away.da).toBeLessThan(1e-6);
    expect(away.db).toBe(0);
  });
  it('is the golden 0.0503683', async () => {
    const given = { p: formula(6, 4, 0), z: formula(6, 4, 0.2) };
    const found = await evaluate(await referenceEngine(), given, ({ p, z }) => ({
      value: byolLoss(p as tf.Tensor2D, z as tf.Tensor2D),
    }));
    expect(found['value']?.[0]).toBeCloseTo(0.050368342927447296, 6);
  });
});

describe('the target of BYOL', () => {
  it('is moved by a momentum that rises to 1 along a cosine', () => {
    expect(momentumAt(0.99, 0)).toBeCloseTo(0.99, 12);
    expect(momentumAt(0.99, 0.5)).toBeCloseTo(0.995, 12);
    expect(momentumAt(0.99, 1)).toBe(1);
  });
  it('keeps its share of the weights, and all of its running statistics', async () => {
    const given = {
      'encoder/norm/gamma': tensorOf([2], () => 1),
      'encoder/norm/mean': tensorOf([2], () => 1),
      'target/norm/gamma': tensorOf([2], () => 3),
      'target/norm/mean': tensorOf([2], () => 3),
      momentum: tensorOf([], () => 0.75),
    };
    const moved = await evaluate(await referenceEngine(), given, (tensors) => ({
      ...movedTargets({ target: 'encoder' }, tensors, tensors['momentum'] as tf.Scalar),
    }));
    expect(moved).toEqual({ 'target/norm/gamma': [2.5, 2.5] });
  });
});

describe('training with BYOL', () => {
  it('lowers the loss within 20 steps; without the predictor the embeddings draw together', async () => {
    const [whole, without] = [await course('byol'), await course('byol', { predictor: false })];
    expect([...whole.losses, ...without.losses].every(Number.isFinite)).toBe(true);
    expect(meanLoss(whole, 15, 20)).toBeLessThan(0.7 * meanLoss(whole, 0, 5));
    expect(without.std).toBeLessThan(0.5 * whole.std);
    expect(Object.keys(without.last.tensors).some((name) => name.startsWith('predictor'))).toBe(false);
  });
  it('starts with a copy as target, which takes no gradient', async () => {
    const { first, last } = await course('byol', { momentum: 1 });
    for (const [name, { data }] of Object.entries(first.tensors)) {
      if (!name.startsWith('target') || /(mean|variance)$/.test(name)) continue;
      expect([name, last.tensors[name]?.data]).toEqual([name, data]);
    }
  });
});
