import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import { negativeCosine, simSiamLoss } from '../../../main/engine/methods/simsiam.ts';
import { evaluate } from '../tensors.ts';
import { referenceEngine } from '../tiny.ts';
import { course, formula, fromTorch, meanLoss } from './course.ts';

const onProcessor = () => onnx.activate({ device: 'cpu', threads: 1 });
/** Predictions a and embeddings b, with the other view's in reverse order, as the reference has them. */
const loss = (a: tf.Tensor2D, b: tf.Tensor2D) => simSiamLoss([a, tf.reverse(a, 0)], [tf.reverse(b, 0), b]);

describe('the loss of SimSiam', () => {
  it.each([
    ['cpu', referenceEngine],
    ['onnx', onProcessor],
  ])('and its gradients are torch’s on %s; none reaches the embeddings', async (_name, engine) => {
    const away = await fromTorch(await engine(), 'simsiam', loss);
    expect(away.loss).toBeLessThan(1e-6);
    expect(away.da).toBeLessThan(1e-6);
    expect(away.db).toBe(0);
  });
  it('is made of the golden -0.9748158', async () => {
    const given = { p: formula(6, 4, 0), z: formula(6, 4, 0.2) };
    const found = await evaluate(await referenceEngine(), given, ({ p, z }) => ({
      value: negativeCosine(p as tf.Tensor2D, z as tf.Tensor2D),
    }));
    expect(found['value']?.[0]).toBeCloseTo(-0.9748158285362764, 6);
  });
});

describe('training with SimSiam', () => {
  it('lowers the loss within 20 steps; without stop-gradient the loss falls faster while the embedding loses its rank', async () => {
    const [whole, without] = [await course('simsiam'), await course('simsiam', { stopGradient: false })];
    expect([...whole.losses, ...without.losses].every(Number.isFinite)).toBe(true);
    expect(meanLoss(whole, 15, 20)).toBeLessThan(meanLoss(whole, 0, 5) - 0.08);
    expect(meanLoss(without, 30, 36)).toBeLessThan(meanLoss(whole, 30, 36) - 0.2);
    expect(without.rank).toBeLessThan(0.6 * whole.rank);
  });
});
