import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';

import { nodesOf } from '../../main/compiler/graph.ts';
import { traceStep } from '../../main/compiler/trace.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const signature = { state: {}, inputs: { x: { shape: [64, 64], dtype: 'float32' as const } } };

test('the ones that a gradient multiplies by are not kept element by element', async () => {
  const { graph } = await traceStep(
    (_, { x }) => ({ state: {}, outputs: { y: tf.grad((t) => t.mean())(x as tf.Tensor) } }),
    signature,
    'ones',
  );
  const sizes = nodesOf(graph).map((node) => node.data?.length ?? 0);
  expect(Math.max(...sizes)).toBe(1);
});

test('a step may still read a constant that it made', async () => {
  const seen: number[] = [];
  await traceStep(
    (_, { x }) => {
      const threes = tf.fill([64, 64], 3).dataSync();
      seen.push(threes.length, threes[4095] ?? NaN);
      return { state: {}, outputs: { y: (x as tf.Tensor).mul(threes[0] as number) } };
    },
    signature,
    'threes',
  );
  expect(seen).toEqual([4096, 3, 4096, 3]);
});
