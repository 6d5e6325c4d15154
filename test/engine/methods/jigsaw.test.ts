import type * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../main/core/rng.ts';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import { IMAGE } from '../../../main/engine/layout.ts';
import { distantOrders, jigsaw, normalisedTiles, tilesOf } from '../../../main/engine/methods/jigsaw.ts';
import { METRICS } from '../../../main/engine/metricNames.ts';
import { encoders } from '../../../main/engine/registries.ts';
import reference from '../reference/images.json' with { type: 'json' };
import { evaluate, largestDifference, tensorOf, wave } from '../tensors.ts';
import { referenceEngine, TINY_VIT, tinyConfig } from '../tiny.ts';
import { course, meanLoss } from './course.ts';

const onProcessor = () => onnx.activate({ device: 'cpu', threads: 1 });

describe('the orders of tiles', () => {
  it('are those that the authors’ choice by largest Hamming distance gives', () => {
    expect(distantOrders(4, 24)).toEqual(reference['permutations 4']);
    expect(distantOrders(9, 12)).toEqual(reference['permutations 9']);
  });
  it('are all different, however many are asked for', () => {
    const orders = distantOrders(4, 1000);
    expect(new Set(orders.map(String)).size).toBe(24);
    expect(
      distantOrders(4, 4)
        .slice(1)
        .every((order) => order.every((tile, place) => tile !== place)),
    ).toBe(true);
  });
});

describe.each([
  ['cpu', referenceEngine],
  ['onnx', onProcessor],
])('tiles on %s', (_name, engine) => {
  it('are cut at their places, pixel by pixel', async () => {
    const given = {
      x: tensorOf([2, 6, 6, 1], (i) => i),
      offsets: tensorOf([2, 4, 2], (i) => [0, 0, 1, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0][i] ?? 0),
    };
    const found = await evaluate(await engine(), given, ({ x, offsets }) => ({
      tiles: tilesOf(x as tf.Tensor4D, offsets as tf.Tensor3D, 2, 1),
    }));
    const at = (sample: number, row: number, column: number) =>
      [0, 1, 6, 7].map((step) => sample * 36 + row * 6 + column + step);
    expect(found['tiles']).toEqual(
      [
        at(0, 0, 0), at(0, 1, 3), at(0, 3, 1), at(0, 4, 4),
        at(1, 1, 1), at(1, 0, 3), at(1, 3, 0), at(1, 3, 3),
      ].flat(), // prettier-ignore
    );
  });
  it('are normalised one by one as in torch, flat ones to 0', async () => {
    const tiles = tensorOf([2, 3, 3, 2], (i) => (i >= 18 && i % 2 === 0 ? 0.5 : Math.sin(0.9 * i + 0.1)));
    const found = await evaluate(await engine(), { tiles }, (given) => ({
      y: normalisedTiles(given['tiles'] as tf.Tensor4D),
    }));
    expect(largestDifference(found['y'] ?? [], reference.tiles)).toBeLessThan(1e-5);
  });
});

/** A method built for 8 x 8 images. */
function build(params: object, encoder: 'smallCnn' | 'vit' = 'smallCnn') {
  const given = encoder === 'vit' ? TINY_VIT.params : { width: 4 };
  return jigsaw.build(
    { ...tinyConfig('jigsaw').method.params, ...params },
    {
      encoder: encoders[encoder].build(given, [8, 8, 3], IMAGE),
      shape: [8, 8, 3],
      layout: IMAGE,
      classes: 2,
      batchSize: 6,
    },
  );
}

describe('jigsaw puzzles', () => {
  it('draw for each sample an order, its number, and places within the gap', () => {
    const { order, code, offsets } = build({ gap: 1 }).draw?.(Rng.stream(1, 'draw')) ?? {};
    const orders = distantOrders(4, 24);
    [...(code?.data ?? [])].forEach((number, sample) =>
      expect([...(order?.data ?? [])].slice(4 * sample, 4 * sample + 4)).toEqual(orders[number]),
    );
    expect(new Set(offsets?.data)).toEqual(new Set([0, 1]));
  });
  it('refuse tiles that are too small or do not fit patches, and orders that there are not', () => {
    expect(() => build({ gap: 3 })).toThrow(/would be 1 x 1 pixels/);
    expect(() => build({ gap: 1 }, 'vit')).toThrow(
      /Tiles of 3 x 3 cannot be cut into the encoder’s patches of 2 x 2/,
    );
    expect(() => build({ permutations: 25 })).toThrow(/4 tiles have 24 orders/);
    expect(build({ gap: 2 }, 'vit').viewCount).toBe(1);
  });
  it('are learnt: the loss falls below guessing', async () => {
    const found = await course('jigsaw', { permutations: 2, gap: 0, normaliseTiles: false }, 0.1, {
      epochs: 20,
    });
    expect(found.losses.every(Number.isFinite)).toBe(true);
    expect(meanLoss(found, 50, 60)).toBeLessThan(0.6 * Math.log(2));
    expect(found.values(METRICS.pretextAccuracy).at(-1)).toBeGreaterThan(0.6);
  });
  it('carry no information where all tiles of an image look the same: the tiles’ order does not move the loss', async () => {
    const built = build({ gap: 0 });
    const flat = tensorOf([6, 8, 8, 3], (i) => Math.floor(i / 192) / 6);
    const drawn = built.draw?.(Rng.stream(1, 'draw')) ?? {};
    const other = {
      ...drawn,
      order: {
        ...(drawn['order'] ?? wave([0])),
        data: Int32Array.from(drawn['order']?.data ?? []).reverse(),
      },
    };
    const { initialNetworks } = await import('../../../main/engine/trainingStep.ts');
    const { values } = initialNetworks(built, (name) => Rng.stream(1, name));
    const lossOf = async (numbers: typeof drawn) => {
      const found = await evaluate(await referenceEngine(), { ...values, flat, ...numbers }, (given) => {
        const samples = given['flat'] as tf.Tensor4D;
        return {
          loss: built.loss(given, { views: [samples], samples, drawn: given, labels: null, scalars: {} })
            .loss,
        };
      });
      return found['loss']?.[0];
    };
    expect(await lossOf(other)).toBe(await lossOf(drawn));
  });
});
