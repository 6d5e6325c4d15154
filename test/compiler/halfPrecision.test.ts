import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';

import { compileStep, StateStore } from '../../main/compiler/index.ts';
import { makeNode, nodesOf } from '../../main/compiler/graph.ts';
import { halfPrecision } from '../../main/compiler/passes/halfPrecision.ts';

test('products are computed in half precision between conversions, once per value; the rest stays', () => {
  const input = (name: string) => makeNode('Input', [], { name }, [4, 4], 'float32');
  const [a, b] = [input('a'), input('b')];
  const first = makeNode('MatMul', [a, b], {}, [4, 4], 'float32');
  const second = makeNode('MatMul', [a, first], {}, [4, 4], 'float32');
  const sum = makeNode('Add', [second, a], {}, [4, 4], 'float32');
  const after = halfPrecision({ outputs: new Map([['y', sum]]) }, { mixed: true, processor: false });
  expect(
    nodesOf(after)
      .map(({ op, dtype }) => `${op} ${dtype}`)
      .sort(),
  ).toEqual([
    'Add float32',
    'Cast float16',
    'Cast float16',
    'Cast float16',
    'Cast float32',
    'Cast float32',
    'Input float32',
    'Input float32',
    'MatMul float16',
    'MatMul float16',
  ]);
});

test('a step in mixed precision differs from one in single by rounding to eleven bits, and is another session', async () => {
  const spec = { shape: [8, 8], dtype: 'float32' } as const;
  const x = { ...spec, data: Float32Array.from({ length: 64 }, (_, i) => Math.sin(0.37 * i)) };
  const values = async (precision: 'float32' | 'mixed') => {
    const step = await compileStep(
      (_state, inputs) => ({
        state: {},
        outputs: { y: tf.matMul(inputs['x'] as tf.Tensor2D, inputs['x'] as tf.Tensor2D) },
      }),
      { state: {}, inputs: { x: spec }, precision },
    );
    const { y } = await step.run(StateStore.from({}), { x });
    await step.dispose();
    return [...(y?.data ?? [])];
  };
  const [single, mixed] = [await values('float32'), await values('mixed')];
  const difference = Math.max(...single.map((value, i) => Math.abs(value - (mixed[i] ?? NaN))));
  expect(difference).toBeGreaterThan(1e-6);
  expect(difference).toBeLessThan(5e-3);
});

test('on the processor what goes in and comes out is rounded as half precision rounds, and overflows as it does', async () => {
  const spec = { shape: [1, 4], dtype: 'float32' } as const;
  const step = await compileStep(
    (_state, inputs) => ({ state: {}, outputs: { y: tf.matMul(inputs['x'] as tf.Tensor2D, tf.eye(4)) } }),
    { state: {}, inputs: { x: spec }, precision: 'mixed' },
  );
  const given = [2049, 0.1, 65519, -70000];
  const x = { ...spec, data: Float32Array.from([...given.slice(0, 3), 1]) };
  const { y } = await step.run(StateStore.from({}), { x });
  expect([...(y?.data ?? [])]).toEqual([2048, 0.0999755859375, 65504, 1]);
  const { y: beyond } = await step.run(StateStore.from({}), { x: { ...x, data: Float32Array.from(given) } });
  expect([...(beyond?.data ?? [])].every(Number.isFinite)).toBe(false);
  await step.dispose();
});
