import type * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { Rng } from '../../../main/core/rng.ts';
import { IMAGE } from '../../../main/engine/layout.ts';
import { encoders } from '../../../main/engine/registries.ts';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import type { Engine } from '../../../main/engine/engine.ts';
import { fourRotations, quarterTurn, rotation } from '../../../main/engine/methods/rotation.ts';
import { initialNetworks } from '../../../main/engine/trainingStep.ts';
import { evaluate, tensorOf } from '../tensors.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await onnx.activate({ device: 'cpu', threads: 1 });
});

describe('quarter turns', () => {
  const image = tensorOf([1, 3, 3, 1], (i) => i + 1);
  const turned = async (turns: number): Promise<readonly number[]> => {
    const found = await evaluate(engine, { image }, (given) => ({
      y: quarterTurn(given['image'] as tf.Tensor4D, turns),
    }));
    return found['y'] ?? [];
  };
  it('are numpy’s rot90, without interpolation', async () => {
    expect(await turned(0)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await turned(1)).toEqual([3, 6, 9, 2, 5, 8, 1, 4, 7]);
    expect(await turned(2)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(await turned(3)).toEqual([7, 4, 1, 8, 5, 2, 9, 6, 3]);
  });
});

describe('the batch of rotation prediction', () => {
  it('holds all four rotations of every image with their codes', async () => {
    const images = tensorOf([2, 2, 2, 1], (i) => i + 1);
    const found = await evaluate(engine, { images }, (given) => {
      const all = fourRotations(given['images'] as tf.Tensor4D);
      return { images: all.images, turns: all.turns };
    });
    expect(found['turns']).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
    expect(found['images']?.slice(0, 8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(found['images']?.slice(8, 12)).toEqual([2, 4, 1, 3]);
    expect(
      new Set(Array.from({ length: 8 }, (_, i) => found['images']?.slice(4 * i, 4 * i + 4).join())).size,
    ).toBe(8);
  });
  it('carries no information about the turn where an image looks the same from all sides: the loss stays ln 4', async () => {
    const encoder = encoders.smallCnn.build({ width: 4 }, [8, 8, 1], IMAGE);
    const flat = tensorOf([4, 8, 8, 1], (i) => Math.floor(i / 64) / 4);
    const built = rotation.build({}, { encoder, shape: [8, 8, 1], layout: IMAGE, classes: 2, batchSize: 4 });
    const { values } = initialNetworks(built, (name) => Rng.stream(1, name));
    const found = await evaluate(engine, { ...values, flat }, (given) => ({
      ...built.loss(given, {
        views: [given['flat'] as tf.Tensor4D],
        samples: given['flat'] as tf.Tensor4D,
        drawn: {},
        labels: null,
        scalars: {},
      }).metrics,
    }));
    expect(found['pretextAccuracy']?.[0]).toBeCloseTo(0.25, 6);
  });
  it('refuses images that are not square', () => {
    const encoder = encoders.smallCnn.build({ width: 4 }, [8, 6, 1], IMAGE);
    expect(() =>
      rotation.build({}, { encoder, shape: [8, 6, 1], layout: IMAGE, classes: 2, batchSize: 4 }),
    ).toThrow(/square/);
  });
});
