import type * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import { chain } from '../../../main/engine/layers/chain.ts';
import { covariance, invariance, variance, vicregLoss } from '../../../main/engine/methods/vicreg.ts';
import { trainingSetup } from '../../../main/engine/trainingSetup.ts';
import { evaluate, tensorOf } from '../tensors.ts';
import { referenceEngine, tinyConfig, tinyData } from '../tiny.ts';
import { course, type Course, formula, fromTorch, meanLoss } from './course.ts';

const WEIGHTS = { invarianceWeight: 25, varianceWeight: 25, covarianceWeight: 1 };
const onProcessor = () => onnx.activate({ device: 'cpu', threads: 1 });

describe('the loss of VICReg', () => {
  it.each([
    ['cpu', referenceEngine],
    ['onnx', onProcessor],
  ])('and its gradients are torch’s on %s', async (_name, engine) => {
    const away = await fromTorch(await engine(), 'vicreg', (a, b) => vicregLoss(a, b, WEIGHTS));
    expect(away.loss).toBeLessThan(1e-5);
    expect(Math.max(away.da, away.db)).toBeLessThan(1e-5);
  });
  it('has the golden terms 0.0231764, 0.6029990 and 0.2414262, and is 15.8958112', async () => {
    const given = { a: formula(6, 4, 0), b: formula(6, 4, 0.2) };
    const found = await evaluate(await referenceEngine(), given, (tensors) => {
      const [a, b] = [tensors['a'] as tf.Tensor2D, tensors['b'] as tf.Tensor2D];
      return {
        invariance: invariance(a, b),
        variance: variance(a).add(variance(b)),
        covariance: covariance(a).add(covariance(b)),
        loss: vicregLoss(a, b, WEIGHTS),
      };
    });
    expect(found['invariance']?.[0]).toBeCloseTo(0.02317644114432651, 6);
    expect(found['variance']?.[0]).toBeCloseTo(0.6029989577915171, 6);
    expect(found['covariance']?.[0]).toBeCloseTo(0.24142619423977305, 6);
    expect(found['loss']?.[0]).toBeCloseTo(15.895811167635864, 5);
  });
});

/** The variance term of the embeddings of the pretraining samples after training: 0 where all numbers vary enough, 1 where none varies. */
async function spreadAfter({ last }: Course): Promise<number> {
  const [data, config] = [tinyData(), tinyConfig('vicreg')];
  const { encoder, projector } = trainingSetup({ config, data }).method.networks;
  if (!projector) throw new Error('There is no projector.');
  const x = data.read(data.splits.pretrain);
  const samples = tensorOf([data.splits.pretrain.length, ...data.shape], (i) => x[i] ?? NaN);
  const found = await evaluate(await onProcessor(), { ...last.tensors, samples }, (given) => {
    const networks = [['encoder', encoder], ['projector', projector]] as const; // prettier-ignore
    const { ys } = chain(networks, given, [given['samples'] as tf.Tensor]);
    return { spread: variance(ys[0] as tf.Tensor2D) };
  });
  return found['spread']?.[0] ?? NaN;
}

describe('training with VICReg', () => {
  it('lowers the loss within 20 steps; without the variance term the embedding shrinks to a point', async () => {
    const [whole, without] = [
      await course('vicreg', {}, 0.005),
      await course('vicreg', { varianceWeight: 0 }, 0.005),
    ];
    expect([...whole.losses, ...without.losses].every(Number.isFinite)).toBe(true);
    expect(meanLoss(whole, 15, 20)).toBeLessThan(0.95 * meanLoss(whole, 0, 5));
    expect(await spreadAfter(whole)).toBeLessThan(0.6);
    expect(await spreadAfter(without)).toBeGreaterThan(0.8);
  });
});
