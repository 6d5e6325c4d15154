import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import { IMAGE } from '../../../main/engine/layout.ts';
import { divergence, reconstruction, vae } from '../../../main/engine/methods/vae.ts';
import { METRICS } from '../../../main/engine/metricNames.ts';
import { encoders } from '../../../main/engine/registries.ts';
import reference from '../reference/images.json' with { type: 'json' };
import { evaluate, largestDifference, tensorOf, wave } from '../tensors.ts';
import { referenceEngine, tinyConfig } from '../tiny.ts';
import { course, meanLoss } from './course.ts';

const onProcessor = () => onnx.activate({ device: 'cpu', threads: 1 });

describe('the evidence lower bound', () => {
  it.each([
    ['cpu', referenceEngine],
    ['onnx', onProcessor],
  ])(
    'and its gradients are torch’s on %s, the divergence that of torch.distributions',
    async (_name, engine) => {
      const given = {
        mean: wave([3, 4]),
        logVariance: wave([3, 4], 0.4, 0.9),
        logits: wave([3, 6], 0.3),
        x: tensorOf([3, 6], (i) => Math.abs(Math.sin(0.8 * i + 0.1))),
      };
      const found = await evaluate(await engine(), given, (tensors) => {
        const x = tensors['x'] as tf.Tensor;
        const parts = (mean: tf.Tensor, logVariance: tf.Tensor, logits: tf.Tensor) => ({
          reconstruction: reconstruction(logits, x, { likelihood: 'bernoulli', sigma: 1 }),
          divergence: divergence(mean as tf.Tensor2D, logVariance as tf.Tensor2D),
        });
        const loss = (...of: [tf.Tensor, tf.Tensor, tf.Tensor]) => {
          const { reconstruction: nats, divergence: kl } = parts(...of);
          return nats.add(kl.mul(4)).div(6);
        };
        const of = [tensors['mean'], tensors['logVariance'], tensors['logits']] as [
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
        ];
        const gradients = tf.grads((mean: tf.Tensor, logVariance: tf.Tensor, logits: tf.Tensor) =>
          loss(mean, logVariance, logits),
        )(of);
        const [dmean, dlogVariance, dlogits] = gradients as [tf.Tensor, tf.Tensor, tf.Tensor];
        return { ...parts(...of), loss: loss(...of), dmean, dlogVariance, dlogits };
      });
      for (const [key, expected] of Object.entries(reference.vae))
        expect([key, largestDifference(found[key] ?? [], [expected].flat()) < 1e-5]).toEqual([key, true]);
    },
  );
  it('has a normal likelihood, too: half the squared error over the variance', async () => {
    const given = { decoded: wave([2, 3]), x: wave([2, 3], 0.4) };
    const found = await evaluate(await referenceEngine(), given, ({ decoded, x }) => ({
      nats: reconstruction(decoded as tf.Tensor, x as tf.Tensor, { likelihood: 'gaussian', sigma: 0.5 }),
    }));
    const squares = [...given.x.data].map((value, i) => (value - (given.decoded.data[i] ?? 0)) ** 2);
    expect(found['nats']?.[0]).toBeCloseTo(
      squares.reduce((sum, square) => sum + square, 0) / (2 * 0.25) / 2,
      5,
    );
  });
});

describe('training a VAE', () => {
  it('lowers the loss; a high beta leaves the code nothing to tell', async () => {
    const whole = await course('vae', { warmupShare: 0 }, 0.1);
    const strong = await course('vae', { warmupShare: 0, beta: 100 }, 0.02);
    expect([...whole.losses, ...strong.losses].every(Number.isFinite)).toBe(true);
    expect(meanLoss(whole, 30, 36)).toBeLessThan(meanLoss(whole, 0, 6));
    const nats = ({ values }: typeof whole) => values(METRICS.divergence).at(-1) ?? NaN;
    expect(nats(strong)).toBeLessThan(0.5 * nats(whole));
  });
  it('raises beta from 0 in the share of the training asked for', () => {
    const encoder = encoders.smallCnn.build({ width: 4 }, [8, 8, 3], IMAGE);
    const params = { ...tinyConfig('vae').method.params, beta: 4, warmupShare: 0.5 };
    const { scalars } = vae.build(params, {
      encoder,
      shape: [8, 8, 3],
      layout: IMAGE,
      classes: 2,
      batchSize: 4,
    });
    expect([0, 0.25, 0.5, 1].map((progress) => scalars['beta']?.(progress))).toEqual([0, 2, 4, 4]);
  });
});
