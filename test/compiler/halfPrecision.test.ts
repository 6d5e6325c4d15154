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
  const after = halfPrecision({ outputs: new Map([['y', sum]]) });
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
        outputs: { y: (inputs['x'] as NonNullable<(typeof inputs)[string]>).matMul(inputs['x'] as never) },
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
