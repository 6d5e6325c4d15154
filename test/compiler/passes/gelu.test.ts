import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';

import { gelu } from '../../../main/compiler/passes/gelu.ts';
import { prune } from '../../../main/compiler/passes/registry.ts';
import { graphText } from '../../../main/compiler/graphText.ts';
import { apply, cleaned, count, expectEqualResults, ops, record } from './harness.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const share = (x: tf.Tensor): tf.Tensor => x.mul(Math.SQRT1_2).erf().add(1);

const spellings: Readonly<Record<string, (x: tf.Tensor) => tf.Tensor>> = {
  '(x (1 + erf)) / 2': (x) => x.mul(share(x)).mul(0.5),
  'x ((1 + erf) / 2)': (x) => x.mul(share(x).div(2)),
  '(x / 2) (1 + erf)': (x) => x.mul(0.5).mul(tf.add(1, x.div(Math.SQRT2).erf())),
};

test('the forward pass becomes one operator', async () => {
  const before = cleaned(
    await record({ a: [2, 3] }, ({ a }) => spellings['(x (1 + erf)) / 2']?.(a as tf.Tensor) as tf.Tensor),
  );
  const after = apply(gelu, before);
  expect(ops(before)).toEqual([
    'Input',
    'Constant',
    'Mul',
    'Erf',
    'Constant',
    'Add',
    'Mul',
    'Constant',
    'Mul',
  ]);
  expect(graphText(after)).toBe(
    [
      '%0 = Input() {"name":"inputs/a"} float32[2,3]',
      '%1 = com.microsoft:Gelu(%0) float32[2,3]',
      'outputs/y <- %1',
    ].join('\n'),
  );
  expectEqualResults(before, after);
});

test.each(Object.keys(spellings))('%s: the gradient keeps x alone and takes fewer passes', async (key) => {
  const before = cleaned(
    await record({ a: [4, 6] }, ({ a }) => {
      const run = (x: tf.Tensor): tf.Tensor =>
        (spellings[key] as (x: tf.Tensor) => tf.Tensor)(x).square().sum();
      return tf.grad(run)(a as tf.Tensor);
    }),
  );
  const after = apply(prune, apply(gelu, before));
  expect(count(after, 'com.microsoft:Gelu')).toBe(1);
  const wide = (graph: typeof before): number => ops(graph).filter((op) => op !== 'Constant').length;
  expect(wide(after)).toBeLessThan(wide(before) - 2);
  expectEqualResults(before, after);
});

test('another function of erf is left alone', async () => {
  const before = cleaned(
    await record({ a: [2, 3] }, ({ a }) => share((a as tf.Tensor).mul(2)).mul(a as tf.Tensor)),
  );
  expect(graphText(apply(gelu, before))).toBe(graphText(before));
});
