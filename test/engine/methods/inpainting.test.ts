import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../main/core/rng.ts';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import { imageDecoder } from '../../../main/engine/layers/imageDecoder.ts';
import { IMAGE } from '../../../main/engine/layout.ts';
import { weightedSquaredError } from '../../../main/engine/losses/reconstruction.ts';
import { inpainting } from '../../../main/engine/methods/inpainting.ts';
import { encoders } from '../../../main/engine/registries.ts';
import reference from '../reference/images.json' with { type: 'json' };
import { evaluate, largestDifference, tensorOf, wave } from '../tensors.ts';
import { referenceEngine, tinyConfig } from '../tiny.ts';
import { course, meanLoss } from './course.ts';

const onProcessor = () => onnx.activate({ device: 'cpu', threads: 1 });

describe('the decoder of images', () => {
  it.each([
    ['cpu', referenceEngine],
    ['onnx', onProcessor],
  ])('has torch’s transposed convolution on %s, gradients included', async (_name, engine) => {
    const given = { x: wave([2, 3, 2, 4]), filters: wave([4, 4, 3, 4], 0.3), dy: wave([2, 6, 4, 3], 0.2) };
    const found = await evaluate(await engine(), given, (tensors) => {
      const up = (x: tf.Tensor, filters: tf.Tensor) =>
        tf.conv2dTranspose(x as tf.Tensor4D, filters as tf.Tensor4D, [2, 6, 4, 3], 2, 'same');
      const of = [tensors['x'], tensors['filters']] as [tf.Tensor, tf.Tensor];
      const gradients = tf.grads((x: tf.Tensor, filters: tf.Tensor) =>
        up(x, filters)
          .mul(tensors['dy'] as tf.Tensor)
          .sum(),
      )(of);
      const [dx, dfilters] = gradients as [tf.Tensor, tf.Tensor];
      return { y: up(...of), dx, dfilters };
    });
    for (const [key, expected] of Object.entries(reference['transposed convolution']))
      expect([key, largestDifference(found[key] ?? [], expected) < 1e-5]).toEqual([key, true]);
  });
  it.each([[[28, 28, 1]], [[7, 10, 3]]] as const)(
    'makes images of %j, cutting off what stands over',
    async (shape) => {
      const decoder = imageDecoder({ from: 5, shape, width: 4 });
      const { values, trainable, decay } = decoder.init(Rng.stream(1, 'init'));
      const found = await evaluate(await onProcessor(), { ...values, h: wave([3, 5]) }, (given) => {
        const { y, updates } = decoder.apply(given, given['h'] as tf.Tensor, true);
        return { y, ...updates };
      });
      expect(found['y']?.length).toBe(3 * shape[0] * shape[1] * shape[2]);
      expect(
        Object.keys(found)
          .filter((name) => name !== 'y')
          .sort(),
      ).toEqual(
        Object.keys(values)
          .filter((name) => !trainable.includes(name))
          .sort(),
      );
      expect(decay).toEqual(['start/weight', 'up1/filter', 'up2/filter']);
    },
  );
});

describe('the loss of inpainting', () => {
  it('is the mean squared error where something was covered, and blind to the rest', async () => {
    const weight = tensorOf([1, 2, 2, 1], (i) => (i < 2 ? 1 : 0));
    const given = { a: wave([1, 2, 2, 3]), b: tensorOf([1, 2, 2, 3], (i) => (i < 6 ? 0.5 : 100)), weight };
    const found = await evaluate(await referenceEngine(), given, ({ a, b, weight: where }) => ({
      loss: weightedSquaredError(a as tf.Tensor4D, b as tf.Tensor4D, where as tf.Tensor4D),
    }));
    const errors = [...given.a.data].slice(0, 6).map((value) => (value - 0.5) ** 2);
    expect(found['loss']?.[0]).toBeCloseTo(errors.reduce((sum, error) => sum + error, 0) / 6, 6);
  });
});

describe('training by inpainting', () => {
  it('lowers the loss, with finite numbers', async () => {
    const found = await course('inpainting', { patch: 2 }, 0.1);
    expect(found.losses.every(Number.isFinite)).toBe(true);
    expect(meanLoss(found, 30, 36)).toBeLessThan(0.7 * meanLoss(found, 0, 6));
  });
  it('refuses patches of which none is left or covered', () => {
    const encoder = encoders.smallCnn.build({ width: 4 }, [8, 8, 3], IMAGE);
    const build = (params: object) =>
      inpainting.build(
        { ...tinyConfig('inpainting').method.params, ...params },
        { encoder, shape: [8, 8, 3], layout: IMAGE, classes: 2, batchSize: 4 },
      );
    expect(() => build({ patch: 8 })).toThrow(/Of 1 patches, method.params.maskRatio 0.5 covers/);
    expect(() => build({ maskRatio: 0.05 })).toThrow(/covers 0/);
  });
});
