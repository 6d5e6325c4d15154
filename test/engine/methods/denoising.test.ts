import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../main/core/rng.ts';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import { denoisingLoss, drawNoise } from '../../../main/engine/methods/denoising.ts';
import reference from '../reference/images.json' with { type: 'json' };
import { evaluate, largestDifference, wave } from '../tensors.ts';
import { referenceEngine } from '../tiny.ts';
import { course, meanLoss } from './course.ts';

const onProcessor = () => onnx.activate({ device: 'cpu', threads: 1 });

describe('the loss of the denoising autoencoder', () => {
  it.each([
    ['cpu', referenceEngine],
    ['onnx', onProcessor],
  ])('and its gradient are torch’s on %s', async (_name, engine) => {
    const given = { x: wave([2, 5, 6]), clean: wave([2, 5, 6], 0.9, 0.3) };
    const found = await evaluate(await engine(), given, (tensors) => {
      const loss = (x: tf.Tensor) => denoisingLoss(x, tensors['clean'] as tf.Tensor);
      return { loss: loss(tensors['x'] as tf.Tensor), dx: tf.grad(loss)(tensors['x'] as tf.Tensor) };
    });
    expect(Math.abs((found['loss']?.[0] ?? NaN) - reference.denoising.loss)).toBeLessThan(1e-6);
    expect(largestDifference(found['dx'] ?? [], reference.denoising.dx)).toBeLessThan(1e-6);
  });
});

describe('the noise', () => {
  const draw = (noise: 'gaussian' | 'masking') =>
    drawNoise(Rng.stream(1, 'noise'), { noise, sigma: 0.2, share: 0.3 }, 20, [10, 10, 3]);
  it('is normal with the deviation asked for, number by number', () => {
    const { shape, data } = draw('gaussian');
    expect(shape).toEqual([20, 10, 10, 3]);
    const squares = [...data].reduce((sum, value) => sum + value * value, 0) / data.length;
    expect(Math.abs(Math.sqrt(squares) - 0.2)).toBeLessThan(0.01);
  });
  it('or sets the share of pixels asked for to 0, in all channels', () => {
    const { shape, data } = draw('masking');
    expect(shape).toEqual([20, 10, 10, 1]);
    expect([...data].filter((value) => value === 0).length / data.length).toBeCloseTo(0.3, 1);
    expect([...new Set(data)].sort()).toEqual([0, 1]);
  });
});

describe('training by denoising', () => {
  it.each(['gaussian', 'masking'])('lowers the loss with %s noise, with finite numbers', async (noise) => {
    const found = await course('denoising', { noise }, 0.1);
    expect(found.losses.every(Number.isFinite)).toBe(true);
    expect(meanLoss(found, 30, 36)).toBeLessThan(0.7 * meanLoss(found, 0, 6));
  });
});
