import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';

import { gemm } from '../../../main/compiler/passes/gemm.ts';
import { graphText } from '../../../main/compiler/graphText.ts';
import { apply, cleaned, expectEqualResults, ops, record } from './harness.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const shapes = { a: [4, 6], b: [6, 3], c: [3] };
const product = (a?: tf.Tensor, b?: tf.Tensor): tf.Tensor => tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D);

test('a constant factor and a bias move into the product', async () => {
  const before = cleaned(
    await record(shapes, ({ a, b, c }) =>
      product(a, b)
        .mul(0.5)
        .add(c as tf.Tensor),
    ),
  );
  const after = apply(gemm, before);
  expect(ops(before)).toEqual(['Input', 'Input', 'Gemm', 'Constant', 'Mul', 'Input', 'Add']);
  expect(graphText(after)).toBe(
    [
      '%0 = Input() {"name":"inputs/a"} float32[4,6]',
      '%1 = Input() {"name":"inputs/b"} float32[6,3]',
      '%2 = Input() {"name":"inputs/c"} float32[3]',
      '%3 = Gemm(%0, %1, %2) {"transA":0,"transB":0,"alpha":{"float":0.5}} float32[4,3]',
      'outputs/y <- %3',
    ].join('\n'),
  );
  expectEqualResults(before, after);
});

test('a second branch of the same size is added by the product, through reshapes too', async () => {
  const before = cleaned(
    await record({ a: [4, 6], b: [6, 3], d: [2, 2, 3] }, ({ a, b, d }) =>
      product(a, b)
        .reshape([2, 2, 3])
        .add(d as tf.Tensor),
    ),
  );
  const after = apply(gemm, before);
  expect(ops(after)).toEqual(['Input', 'Input', 'Input', 'Reshape', 'Gemm', 'Reshape']);
  expectEqualResults(before, after);
});

test('a product that something else reads, or that is added after a bias, stays', async () => {
  const before = cleaned(
    await record(shapes, ({ a, b, c }) => {
      const y = product(a, b);
      return y.add(c as tf.Tensor).mul(y);
    }),
  );
  expect(graphText(apply(gemm, before))).toBe(graphText(before));
});
