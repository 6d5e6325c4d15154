import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import type { Params } from '../../../preload/contract/vocabulary.ts';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import { cropBatches, cropChoices } from '../../../main/engine/layers/crops.ts';
import { IMAGE } from '../../../main/engine/layout.ts';
import {
  CENTRE,
  dino,
  dinoHead,
  dinoLoss,
  movedCentre,
  sharpened,
} from '../../../main/engine/methods/dino.ts';
import { METRICS } from '../../../main/engine/metricNames.ts';
import { encoders } from '../../../main/engine/registries.ts';
import reference from '../reference/images.json' with { type: 'json' };
import { evaluate, largestDifference, tensorOf, wave } from '../tensors.ts';
import { referenceEngine, TINY_VIT, tinyConfig } from '../tiny.ts';
import { course } from './course.ts';

const onProcessor = () => onnx.activate({ device: 'cpu', threads: 1 });
const chirp = (shape: readonly number[], start: number, scale: number) =>
  tensorOf(shape, (i) => scale * Math.sin(0.37 * i * i + start));
const tenth = (shape: readonly number[], step: number, start: number) =>
  tensorOf(shape, (i) => 0.1 * Math.sin(step * i + start));

describe.each([
  ['cpu', referenceEngine],
  ['onnx', onProcessor],
])('DINO on %s is the authors’ code', (_name, engine) => {
  it('in loss, gradient and centre', async () => {
    const given = {
      x: tenth([12, 5], 0.7, 0.1),
      teacher: tenth([6, 5], 0.9, 0.3),
      centre: tenth([1, 5], 1.1, 0.1),
      temperature: tensorOf([], () => 0.04),
    };
    const found = await evaluate(await engine(), given, (tensors) => {
      const { teacher, centre } = tensors as Readonly<Record<string, tf.Tensor2D>>;
      const teachers = tf.split<tf.Tensor2D>(teacher as tf.Tensor2D, 2, 0);
      const targets = teachers.map((t) =>
        sharpened(t, centre as tf.Tensor2D, tensors['temperature'] as tf.Scalar),
      );
      const loss = (x: tf.Tensor) => dinoLoss(tf.split<tf.Tensor2D>(x as tf.Tensor2D, 4, 0), targets, 0.1);
      const x = tensors['x'] as tf.Tensor2D;
      return {
        loss: loss(x),
        dx: tf.grad(loss)(x),
        centre: movedCentre(centre as tf.Tensor2D, teachers, 0.9),
      };
    });
    expect(Math.abs((found['loss']?.[0] ?? NaN) - reference.dino.loss)).toBeLessThan(1e-5);
    expect(largestDifference(found['dx'] ?? [], reference.dino.dx)).toBeLessThan(1e-5);
    expect(largestDifference(found['centre'] ?? [], reference.dino.centre)).toBeLessThan(1e-6);
  });
  it('in its head, gradients included', async () => {
    const head = dinoHead(6, { hidden: 8, bottleneck: 4, outputs: 5 });
    const shapes = [[6, 8], [8], [8, 8], [8], [8, 4], [4]] as const;
    const names = [1, 2, 3].flatMap((layer) => [`linear${layer}/weight`, `linear${layer}/bias`]);
    const weights = names.map((name, i) => [
      name,
      chirp(shapes[i] as readonly number[], i, i % 2 === 0 ? 0.5 : 0.1),
    ]);
    const given = {
      ...(Object.fromEntries(weights) as Record<string, ReturnType<typeof wave>>),
      last: chirp([4, 5], 6, 1),
      x: wave([3, 6]),
      dy: wave([3, 5], 0.2),
    };
    const found = await evaluate(await engine(), given, (tensors) => {
      const y = (x: tf.Tensor, last: tf.Tensor) => head.apply({ ...tensors, last }, x, true).y;
      const of = [tensors['x'], tensors['last']] as [tf.Tensor, tf.Tensor];
      const [dx, dlast] = tf.grads((x: tf.Tensor, last: tf.Tensor) =>
        y(x, last)
          .mul(tensors['dy'] as tf.Tensor)
          .sum(),
      )(of) as [tf.Tensor, tf.Tensor];
      return { y: y(...of), dx, dlast };
    });
    for (const [key, expected] of Object.entries(reference['dino head']))
      expect([key, largestDifference(found[key] ?? [], expected) < 1e-5]).toEqual([key, true]);
  });
});

describe('crops', () => {
  const params = { localCrops: 3, localScale: [0.05, 0.4] as const, localSize: 4 };
  const pipeline = [
    { id: 'resizedCrop', params: { scale: [0.4, 1] as const }, enabled: true },
    { id: 'grayscale', params: { p: 0.2 }, enabled: true },
  ];
  it('of the small kind take another share of the area, the others and all else as it is', () => {
    expect(cropChoices(pipeline, 1, params)).toBe(pipeline);
    expect(cropChoices(pipeline, 2, params)).toEqual([
      { id: 'resizedCrop', params: { scale: [0.05, 0.4] }, enabled: true },
      pipeline[1],
    ]);
    expect(cropChoices(pipeline.slice(1), 2, params).map(({ id }) => id)).toEqual([
      'resizedCrop',
      'grayscale',
    ]);
  });
  it('are one batch per size, smaller ones by bilinear means', async () => {
    const found = await evaluate(await onProcessor(), { x: wave([2, 8, 8, 1]) }, ({ x }) => {
      const [large, small] = cropBatches(
        [1, 2, 3, 4, 5].map((factor) => (x as tf.Tensor4D).mul(factor)),
        params,
      );
      const halves = tf.avgPool(x as tf.Tensor4D, 2, 2, 'valid').mul(3);
      return { large: large as tf.Tensor, small: small as tf.Tensor, halves };
    });
    expect(found['large']?.length).toBe(4 * 64);
    expect(found['small']?.length).toBe(6 * 16);
    expect(largestDifference((found['small'] ?? []).slice(0, 32), found['halves'] ?? [])).toBeLessThan(1e-5);
  });
  it('have to fit the patches of an encoder', () => {
    const encoder = encoders.vit.build(TINY_VIT.params, [8, 8, 3], IMAGE);
    const build = (localSize: number) =>
      dino.build(
        { ...tinyConfig('dino').method.params, localSize },
        { encoder, shape: [8, 8, 3], layout: IMAGE, classes: 2, batchSize: 4 },
      );
    expect(() => build(5)).toThrow(/Small crops of 5 x 5 cannot be cut into the encoder’s patches of 2 x 2/);
    expect(build(6).viewCount).toBe(4);
  });
});

describe('training with DINO', () => {
  it('keeps its targets apart; without centring all aim at the same, without sharpening they become uniform', async () => {
    const params = { momentum: 0.9, freezeEpochs: 0, localCrops: 0 };
    const ends = async (change: Params): Promise<readonly number[]> => {
      const { losses, values } = await course('dino', { ...params, ...change }, 0.03, { epochs: 24 });
      expect(losses.every(Number.isFinite)).toBe(true);
      return [METRICS.targetUse, METRICS.targetEntropy].map((metric) => values(metric).at(-1) ?? NaN);
    };
    const [use = NaN, entropy = NaN] = await ends({});
    expect(use).toBeGreaterThan(0.3);
    expect(entropy).toBeLessThan(use - 0.05);
    expect((await ends({ centering: false }))[0]).toBeLessThan(0.1);
    expect((await ends({ teacherTemperature: 1, warmupTemperature: 1 }))[1]).toBeGreaterThan(0.99);
  });
  it('moves the teacher by the average alone, and holds the last layer still in its first epochs', async () => {
    const { first, last } = await course('dino', { momentum: 1, freezeEpochs: 6, localCrops: 0 });
    for (const [name, { data }] of Object.entries(first.tensors)) {
      if (!name.startsWith('target') || /(mean|variance)$/.test(name)) continue;
      expect([name, last.tensors[name]?.data]).toEqual([name, data]);
    }
    const frozen = await course('dino', { freezeEpochs: 12, localCrops: 0 });
    expect(frozen.last.tensors['head/last']).toEqual(frozen.first.tensors['head/last']);
    expect(last.tensors['head/last']).not.toEqual(first.tensors['head/last']);
    expect(last.tensors[CENTRE]).not.toEqual(first.tensors[CENTRE]);
  });
  it('takes a transformer, whose small crops have a grid of their own', async () => {
    const found = await course('dino', {}, 0.05, { encoder: TINY_VIT, epochs: 2 });
    expect(found.losses.length).toBe(6);
    expect(found.losses.every(Number.isFinite)).toBe(true);
  });
});
