import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import { normaliseRows } from '../../../main/engine/layers/normaliseRows.ts';
import { stopGradient } from '../../../main/engine/layers/stopGradient.ts';
import { PROTOTYPES, sinkhorn, swavLoss } from '../../../main/engine/methods/swav.ts';
import { METRICS } from '../../../main/engine/metricNames.ts';
import golden from '../reference/images.json' with { type: 'json' };
import { evaluate, largestDifference, tensorOf } from '../tensors.ts';
import { referenceEngine } from '../tiny.ts';
import { course, formula, meanLoss } from './course.ts';

const onProcessor = () => onnx.activate({ device: 'cpu', threads: 1 });
/** Codes of the golden embeddings, computed with the authors' code. */
const CODES = [
  [0.9425007959537517, 0.04287518749402696, 0.014624016552221307],
  [0.004239738209072176, 0.995591554055941, 0.00016870773498670803],
  [7.625437331272356e-7, 5.566678477159445e-5, 0.9999435706714954],
  [0.9999999999968953, 1.468308973070604e-13, 2.957967673244137e-12],
  [1.301174710270541e-11, 0.9999974326775527, 2.5673094356973025e-6],
  [1.6256700057140395e-15, 7.469876608095867e-8, 0.9999999253012323],
];

describe('the codes of SwAV', () => {
  it.each([
    ['cpu', referenceEngine],
    ['onnx', onProcessor],
  ])('are the golden ones on %s', async (_name, engine) => {
    // M(3, 4, 0.5, 0.1): sin(0.5 (1 + 3 i + 7 j + 0.5 i j) + 0.1)
    const prototypes = tensorOf([3, 4], (index) => {
      const [i, j] = [Math.floor(index / 4), index % 4];
      return Math.sin(0.5 * (1 + 3 * i + 7 * j + 0.5 * i * j) + 0.1);
    });
    const found = await evaluate(await engine(), { z: formula(6, 4, 0), prototypes }, (given) => {
      const unit = (name: string) => normaliseRows(given[name] as tf.Tensor2D);
      return { codes: sinkhorn(tf.matMul(unit('z'), unit('prototypes'), false, true), 0.05, 3) };
    });
    expect(largestDifference(found['codes'] ?? [], CODES.flat())).toBeLessThan(1e-5);
  });
  it('give each prototype the same share after many iterations, whatever the scores are', async () => {
    const scores = tensorOf([8, 4], (i) => (i % 4 === 0 ? 50 : Math.sin(i)));
    const found = await evaluate(await referenceEngine(), { scores }, (given) => {
      const q = sinkhorn(given['scores'] as tf.Tensor2D, 5, 50);
      return { samples: q.sum(1), prototypes: q.sum(0) };
    });
    for (const sum of found['samples'] ?? []) expect(sum).toBeCloseTo(1, 4);
    for (const sum of found['prototypes'] ?? []) expect(sum).toBeCloseTo(2, 2);
  });
});

describe('the loss of SwAV', () => {
  it.each([
    ['cpu', referenceEngine],
    ['onnx', onProcessor],
  ])(
    'and its gradient are those of the authors’ code on %s; none reaches the codes',
    async (_name, engine) => {
      const x = tensorOf([12, 5], (i) => 0.3 * Math.sin(0.7 * i + 0.1));
      const found = await evaluate(await engine(), { x }, (given) => {
        const loss = (all: tf.Tensor) => {
          const crops = tf.split<tf.Tensor2D>(all as tf.Tensor2D, 3, 0);
          return swavLoss(
            crops,
            crops.slice(0, 2).map((scores) => stopGradient(sinkhorn(scores, 0.05, 3))),
            0.1,
          );
        };
        return { loss: loss(given['x'] as tf.Tensor), dx: tf.grad(loss)(given['x'] as tf.Tensor) };
      });
      expect(Math.abs((found['loss']?.[0] ?? NaN) - golden.swav.loss)).toBeLessThan(1e-5);
      expect(largestDifference(found['dx'] ?? [], golden.swav.dx)).toBeLessThan(1e-5);
    },
  );
});

describe('training with SwAV', () => {
  it('uses its prototypes; without Sinkhorn all samples come to one', async () => {
    const params = { freezeEpochs: 0, localCrops: 0 };
    const [whole, without] = [
      await course('swav', params, 0.3),
      await course('swav', { ...params, sinkhorn: false }, 0.3),
    ];
    expect([...whole.losses, ...without.losses].every(Number.isFinite)).toBe(true);
    expect(meanLoss(whole, 30, 36)).toBeLessThan(meanLoss(whole, 0, 6));
    expect(whole.values(METRICS.targetUse).at(-1)).toBeGreaterThan(0.9);
    expect(without.values(METRICS.targetUse).at(-1)).toBeLessThan(0.3);
  });
  it('keeps prototypes at length one, and still in the first epochs', async () => {
    const { first, last } = await course('swav', { freezeEpochs: 6, localCrops: 0 });
    const dim = last.tensors[PROTOTYPES]?.shape[1] ?? NaN;
    const rows = last.tensors[PROTOTYPES]?.data ?? new Float32Array();
    for (let at = 0; at < rows.length; at += dim)
      expect(Math.hypot(...rows.subarray(at, at + dim))).toBeCloseTo(1, 5);
    expect(rows).not.toEqual(first.tensors[PROTOTYPES]?.data);
    const frozen = await course('swav', { freezeEpochs: 12 });
    const moved = largestDifference(
      [...(frozen.first.tensors[PROTOTYPES]?.data ?? [])],
      [...(frozen.last.tensors[PROTOTYPES]?.data ?? [])],
    );
    expect(moved).toBeLessThan(1e-6);
  });
});
