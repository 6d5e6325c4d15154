import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { Rng } from '../../../main/core/rng.ts';
import { IMAGE } from '../../../main/engine/layout.ts';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import { smallCnn } from '../../../main/engine/encoders/smallCnn.ts';
import type { Engine } from '../../../main/engine/engine.ts';
import { batchNorm } from '../../../main/engine/layers/batchNorm.ts';
import type { HostTensors } from '../../../main/engine/method.ts';
import reference from '../reference/torch.json' with { type: 'json' };
import { evaluate, largestDifference, tensorOf, wave } from '../tensors.ts';
import { referenceEngine } from '../tiny.ts';

const engines: Record<string, Engine> = {};
beforeAll(async () => {
  engines['cpu'] = await referenceEngine();
  engines['onnx'] = await onnx.activate({ device: 'cpu', threads: 1 });
});

const inputs: HostTensors = {
  x: wave([2, 3, 3, 4]),
  dy: wave([2, 3, 3, 4], 0.2),
  gamma: wave([4], 0.7, 1),
  beta: wave([4], 0.7, 2),
  mean: tensorOf([4], () => 0),
  variance: tensorOf([4], () => 1),
};

describe.each(['cpu', 'onnx'])('batch norm on %s agrees with torch', (name) => {
  it('in values, running statistics and gradients', async () => {
    const found = await evaluate(engines[name] as Engine, inputs, (given) => {
      const { y, updates } = batchNorm(given, given['x'] as tf.Tensor4D, true);
      const gradients = tf.grads((x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor) =>
        batchNorm({ ...given, gamma, beta }, x, true)
          .y.mul(given['dy'] as tf.Tensor)
          .sum(),
      )([given['x'] as tf.Tensor, given['gamma'] as tf.Tensor, given['beta'] as tf.Tensor]);
      const [dx, dgamma, dbeta] = gradients as [tf.Tensor, tf.Tensor, tf.Tensor];
      const running = { ...given, ...updates };
      const evaluated = batchNorm(running, given['x'] as tf.Tensor4D, false).y;
      return {
        y,
        dx,
        dgamma,
        dbeta,
        evaluated,
        mean: updates['mean'] as tf.Tensor,
        variance: updates['variance'] as tf.Tensor,
      };
    });
    for (const [key, expected] of Object.entries(reference.batchNorm))
      expect([key, largestDifference(found[key] ?? [], expected) < 5e-6]).toEqual([key, true]);
  });
});

describe('the small CNN', () => {
  const network = smallCnn.build({ width: 8 }, [12, 12, 3], IMAGE);
  const { values, trainable, decay } = network.init(Rng.stream(1, 'init'));
  it('has six convolutions w, w, 2w, 2w, 4w, 4w with batch norm, and a representation of 4w', async () => {
    const filters = [1, 2, 3, 4, 5, 6].map((i) => values[`block${i}/filter`]?.shape);
    expect(filters).toEqual([[3, 3, 3, 8], [3, 3, 8, 8], [3, 3, 8, 16], [3, 3, 16, 16], [3, 3, 16, 32], [3, 3, 32, 32]]); // prettier-ignore
    expect(network.dim).toBe(32);
    const found = await evaluate(
      engines['onnx'] as Engine,
      { ...values, x: wave([2, 12, 12, 3]) },
      (given) => ({
        h: network.apply(given, given['x'] as tf.Tensor, false).y,
      }),
    );
    expect(found['h']?.length).toBe(64);
  });
  it('lets the optimiser move filters, gamma and beta, decays filters only, and keeps running statistics apart', () => {
    expect(decay).toEqual(trainable.filter((name) => name.endsWith('filter')));
    expect(trainable.some((name) => name.endsWith('mean') || name.endsWith('variance'))).toBe(false);
    const statistics = Object.keys(values).filter(
      (name) => name.endsWith('mean') || name.endsWith('variance'),
    );
    expect(statistics.length + trainable.length).toBe(Object.keys(values).length);
  });
  it('starts with He’s variance 2 / fan-in', () => {
    const { data } = values['block6/filter'] as { data: Float32Array };
    const variance = data.reduce((sum, value) => sum + value ** 2, 0) / data.length;
    expect(variance / (2 / (9 * 32))).toBeCloseTo(1, 1);
  });
});
