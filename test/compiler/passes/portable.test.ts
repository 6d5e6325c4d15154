import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';

import { lowerGraph } from '../../../main/compiler/lower.ts';
import { portable } from '../../../main/compiler/passes/portable.ts';
import { layout } from '../../../main/compiler/passes/registry.ts';
import { count, expectEqualResults, none, ops, record } from './harness.ts';

/** Any device but the processor. */
const elsewhere = { processor: false };

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const gradientOf = (size: number, stride: number, pad: 'same' | 'valid'): ReturnType<typeof record> =>
  record({ a: [2, 7, 6, 3] }, ({ a }) =>
    tf.grad((x) =>
      tf
        .maxPool(x as tf.Tensor4D, size, stride, pad)
        .square()
        .sum(),
    )(a as tf.Tensor),
  );

test('the gradient of a maximum pool asks for no positions, and is the same', async () => {
  for (const [size, stride, pad] of [
    [2, 2, 'valid'],
    [3, 2, 'same'],
    [3, 1, 'same'],
    [2, 3, 'valid'],
  ] as const) {
    const before = await gradientOf(size, stride, pad);
    const after = portable(before, elsewhere);
    expect(count(before, 'MaxPool2DGradient')).toBe(1);
    expect(count(after, 'MaxPool2DGradient')).toBe(0);
    expect(count(after, 'Equal')).toBe(size * size);
    expect(portable(before, { processor: true })).toBe(before);
    expect(count(layout(before, none), 'ScatterElements')).toBe(1);
    expect(count(layout(after, none), 'ScatterElements')).toBe(0);
    expectEqualResults(before, after);
  }
});

test('equal maxima: the first takes all of the gradient', async () => {
  const before = await record({ a: [1, 4, 4, 1] }, ({ a }) =>
    tf
      .grad((x) => tf.maxPool(x.sub(x).relu() as tf.Tensor4D, 2, 2, 'valid').sum())(a as tf.Tensor)
      .add(
        tf.grad((x) =>
          tf
            .maxPool(x.step() as tf.Tensor4D, 3, 1, 'same')
            .mul(x.sum())
            .sum(),
        )(a as tf.Tensor),
      ),
  );
  expectEqualResults(before, portable(before, elsewhere));
});

test('what has no maximum pool stays as it is', async () => {
  const before = await record({ a: [3] }, ({ a }) => (a as tf.Tensor).exp());
  expect(ops(portable(before, elsewhere))).toEqual(ops(before));
});

test('positions of maxima are computed only where they are used', async () => {
  const pooled = (graph: Awaited<ReturnType<typeof record>>): string =>
    new TextDecoder('latin1').decode(lowerGraph(layout(graph, none)).bytes);
  const forward = await record({ a: [1, 4, 4, 1] }, ({ a }) => tf.maxPool(a as tf.Tensor4D, 2, 2, 'valid'));
  const names = (bytes: string): number => new Set(bytes.match(/t\d+_[01]/g)).size;
  expect(names(pooled(forward))).toBe(1);
  expect(names(pooled(await gradientOf(2, 2, 'valid')))).toBe(2);
});
