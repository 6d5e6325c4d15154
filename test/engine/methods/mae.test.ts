import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../main/core/rng.ts';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import { patchesOf } from '../../../main/engine/layers/patches.ts';
import { IMAGE } from '../../../main/engine/layout.ts';
import type { HostTensors, MethodInputs } from '../../../main/engine/method.ts';
import { drawMasks, mae, maskedPatchLoss, normalisedPatches } from '../../../main/engine/methods/mae.ts';
import { encoders } from '../../../main/engine/registries.ts';
import { initialNetworks } from '../../../main/engine/trainingStep.ts';
import reference from '../reference/images.json' with { type: 'json' };
import { evaluate, largestDifference, tensorOf, wave } from '../tensors.ts';
import { referenceEngine, TINY_VIT, tinyConfig } from '../tiny.ts';
import { course, meanLoss } from './course.ts';

const onProcessor = () => onnx.activate({ device: 'cpu', threads: 1 });
const SHAPE = [8, 8, 3] as const;

describe('the loss of MAE', () => {
  it.each([
    ['cpu', referenceEngine, false],
    ['onnx', onProcessor, false],
    ['onnx', onProcessor, true],
  ] as const)(
    'and its gradient are those of the authors’ code on %s, targets normalised: %3$s',
    async (_name, engine, normalised) => {
      const hidden = tensorOf([2, 5], (i) => [1, 0, 1, 1, 0, 0, 1, 0, 1, 1][i] ?? 0);
      const given = { x: wave([2, 5, 6]), targets: wave([2, 5, 6], 0.9, 0.3), hidden };
      const found = await evaluate(await engine(), given, (tensors) => {
        const targets = tensors['targets'] as tf.Tensor3D;
        const loss = (x: tf.Tensor) =>
          maskedPatchLoss(
            x as tf.Tensor3D,
            normalised ? normalisedPatches(targets) : targets,
            tensors['hidden'] as tf.Tensor2D,
          );
        const x = tensors['x'] as tf.Tensor;
        return { loss: loss(x), dx: tf.grad(loss)(x) };
      });
      const expected = reference[normalised ? 'mae normalised' : 'mae'];
      expect(Math.abs((found['loss']?.[0] ?? NaN) - expected.loss)).toBeLessThan(1e-5);
      expect(largestDifference(found['dx'] ?? [], expected.dx)).toBeLessThan(1e-5);
    },
  );
});

describe('the masks of MAE', () => {
  it('hide the same number in each image, each another choice, and put every patch back in its place', () => {
    const { visible, restore, hidden } = drawMasks(Rng.stream(1, 'masks'), 3, 8, 2);
    const rows = (data: ArrayLike<number> | undefined, width: number) =>
      [0, 1, 2].map((row) => Array.from({ length: width }, (_, i) => data?.[row * width + i] ?? NaN));
    const chosen = rows(visible?.data, 2);
    expect(new Set(chosen.map(String)).size).toBe(3);
    rows(hidden?.data, 8).forEach((marks, image) => {
      const seen = marks.flatMap((mark, place) => (mark === 0 ? [place] : []));
      expect(seen).toEqual([...(chosen[image] ?? [])].sort((a, b) => a - b));
    });
    rows(restore?.data, 8).forEach((places, image) => {
      expect([...places].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      expect((chosen[image] ?? []).map((place) => places[place])).toEqual([0, 1]);
    });
  });
});

/** The loss of two images, of which some numbers are changed before; the same weights and masks each time. */
async function lossOf(
  change: (value: number, visible: boolean) => number,
  only: 'both' | 'targets',
): Promise<number> {
  const encoder = encoders.vit.build(TINY_VIT.params, SHAPE, IMAGE);
  const method = { ...tinyConfig('mae').method.params, normaliseTargets: false };
  const built = mae.build(method, { encoder, shape: SHAPE, layout: IMAGE, classes: 2, batchSize: 2 });
  const { values } = initialNetworks(built, (name) => Rng.stream(1, name));
  const drawn = built.draw?.(Rng.stream(1, 'masks')) as HostTensors;
  const x = wave([2, ...SHAPE]);
  const patchOf = (i: number) =>
    Math.floor(i / 192) * 16 + Math.floor((i % 192) / 48) * 4 + Math.floor((i % 24) / 6);
  const other = tensorOf([2, ...SHAPE], (i) =>
    change(x.data[i] ?? 0, drawn['hidden']?.data[patchOf(i)] === 0),
  );
  const found = await evaluate(await referenceEngine(), { ...values, ...drawn, x, other }, (given) => {
    const inputs = {
      samples: given['x'],
      labels: null,
      scalars: {},
      drawn: given,
    } as unknown as MethodInputs;
    const [original, changed] = [given['x'], given['other']] as [tf.Tensor4D, tf.Tensor4D];
    if (only === 'both') return { loss: built.loss(given, { ...inputs, views: [changed] }).loss };
    const predicted = patchesOf(original, 2);
    return { loss: maskedPatchLoss(predicted, patchesOf(changed, 2), given['hidden'] as tf.Tensor2D) };
  });
  return found['loss']?.[0] ?? NaN;
}

describe('what MAE looks at', () => {
  it('does not change by visible pixels of the target, but does by hidden ones', async () => {
    const plain = await lossOf((value) => value, 'targets');
    expect(plain).toBe(0);
    expect(await lossOf((value, visible) => (visible ? 9 : value), 'targets')).toBe(0);
    expect(await lossOf((value, visible) => (visible ? value : 9), 'targets')).toBeGreaterThan(1);
  });
  it('is the visible pixels alone: hidden ones move the loss only as targets', async () => {
    const [plain, shifted, twice] = [
      await lossOf((value) => value, 'both'),
      await lossOf((value, visible) => (visible ? value : value + 1), 'both'),
      await lossOf((value, visible) => (visible ? value : value + 2), 'both'),
    ];
    // With predictions p that stay the same, mean (p - t - s)^2 is quadratic in s with leading coefficient 1.
    expect(twice - 2 * shifted + plain).toBeCloseTo(2, 4);
    const seen = await lossOf((value, visible) => (visible ? value + 1 : value), 'both');
    expect(Math.abs(seen - plain)).toBeGreaterThan(1e-6);
  });
});

describe('MAE refuses', () => {
  const build = (encoder: 'vit' | 'smallCnn', params: object = {}, encoderParams: object = {}) =>
    mae.build(
      { ...tinyConfig('mae').method.params, ...params },
      {
        encoder: encoders[encoder].build(
          { ...(encoder === 'vit' ? TINY_VIT.params : { width: 4 }), ...encoderParams },
          SHAPE,
          IMAGE,
        ),
        shape: SHAPE,
        layout: IMAGE,
        classes: 2,
        batchSize: 4,
      },
    );
  it('an encoder without patches, masks that hide all or nothing, and a decoder that does not come out even', () => {
    expect(() => build('smallCnn')).toThrow(
      /encodes visible patches alone, which the chosen encoder cannot do/,
    );
    expect(() => build('vit', { maskRatio: 0.95 })).toThrow(/leaves 0 visible/);
    expect(() => build('vit', {}, { patch: 8 })).toThrow(/Of 1 patches/);
    expect(() => build('vit', { decoderWidth: 16 })).toThrow(/no multiple of 4 and of its 3 heads/);
    expect(build('vit').viewCount).toBe(1);
  });
});

describe('training with MAE', () => {
  it.each(['mean', 'token'])('lowers the loss with %s pooling', async (pooling) => {
    const encoder = { ...TINY_VIT, params: { ...TINY_VIT.params, pooling } };
    const found = await course('mae', {}, 0.5, { encoder });
    expect(found.losses.every(Number.isFinite)).toBe(true);
    expect(meanLoss(found, 30, 36)).toBeLessThan(0.9 * meanLoss(found, 0, 6));
  });
});
