import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../../main/core/rng.ts';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import { reordered, SEGMENTS } from '../../../main/engine/layers/seriesTime.ts';
import { orders, temporalOrder } from '../../../main/engine/methods/temporalOrder.ts';
import { encoders } from '../../../main/engine/registries.ts';
import { evaluate, tensorOf } from '../tensors.ts';
import { collectEvents, tinyConfig, valuesOf } from '../tiny.ts';
import { tinySeries } from '../tinySeries.ts';

describe('the orders of parts', () => {
  it('are all there are, each once, the unchanged one first', () => {
    expect(orders(3)).toEqual([[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]); // prettier-ignore
    expect(new Set(orders(5).map((order) => order.join())).size).toBe(120);
  });
  it('move whole parts within the length of a series; what is left over stays', async () => {
    // One series of 7 of 8 steps: three parts of 2 steps, one step left over, one of filling.
    const x = tensorOf([1, 8, 1, 2], (i) => (i % 2 === 1 ? (i < 14 ? 1 : 0) : i < 14 ? 1 + i / 2 : 0));
    const order = tensorOf([1, SEGMENTS], (i) => [2, 0, 1][i] ?? 0);
    const { y = [] } = await evaluate(
      await onnx.activate({ device: 'cpu', threads: 1 }),
      { x, order },
      (given) => ({
        y: reordered(given['x'] as tf.Tensor4D, tf.tensor2d([[3]]), given['order'] as tf.Tensor2D),
      }),
    );
    expect(y.filter((_, i) => i % 2 === 0)).toEqual([5, 6, 1, 2, 3, 4, 7, 0]);
    expect(y.filter((_, i) => i % 2 === 1)).toEqual([1, 1, 1, 1, 1, 1, 1, 0]);
  });
});

describe('temporal order', () => {
  it('draws classes and the orders they stand for', () => {
    const { shape, layout } = tinySeries();
    const encoder = encoders.conv1d.build({ width: 4, dropout: 0 }, shape, layout);
    const method = temporalOrder.build(
      { segments: 3, hidden: 8 },
      { encoder, shape, layout, classes: 2, batchSize: 50 },
    );
    const { classes, order } = method.draw?.(Rng.stream(1, 'd')) ?? {};
    expect(new Set(classes?.data)).toEqual(new Set([0, 1, 2, 3, 4, 5]));
    classes?.data.forEach((code, row) =>
      expect([...(order?.data.slice(row * SEGMENTS, row * SEGMENTS + 3) ?? [])]).toEqual(orders(3)[code]),
    );
  });
  it('is learnt better than chance on series with a direction', async () => {
    const engine = await onnx.activate({ device: 'cpu', threads: 1 });
    const plain = tinySeries();
    // Numbers that only rise: their order shows.
    const rising = {
      ...plain,
      read: (indices: Uint32Array) =>
        plain
          .read(indices)
          .map((value, i) => (i % 3 === 2 ? value : (Math.floor(i / 3) % 16) / 8 - 1 + 0.05 * value)),
    };
    const config = tinyConfig('temporalOrder', {
      epochs: 15,
      batchSize: 16,
      encoder: { id: 'conv1d', params: { width: 8, dropout: 0 } },
      optimizer: {
        id: 'adamW',
        params: { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
      },
    });
    const right = valuesOf(await collectEvents(config, rising, engine), 'pretextAccuracy').slice(-9);
    expect(right.reduce((sum, share) => sum + share, 0) / right.length).toBeGreaterThan(0.4);
  });
});
