import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';

import { layerNorm } from '../../../main/compiler/passes/layerNorm.ts';
import { graphText } from '../../../main/compiler/graphText.ts';
import type { Inputs } from './harness.ts';
import { apply, cleaned, count, expectEqualResults, record } from './harness.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const shapes = { x: [2, 5, 8], gain: [8], shift: [8] };

function normalised({ x, gain, shift }: Inputs, axis = -1): tf.Tensor {
  const { mean, variance } = tf.moments(x as tf.Tensor, axis, true);
  const unit = (x as tf.Tensor).sub(mean).mul(tf.rsqrt(variance.add(1e-5)));
  return unit.mul(gain as tf.Tensor).add(shift as tf.Tensor);
}

test('the forward pass becomes one operator', async () => {
  const before = cleaned(await record(shapes, (inputs) => normalised(inputs)));
  const after = apply(layerNorm, before);
  expect(count(before, 'ReduceMean')).toBe(2);
  expect(graphText(after)).toBe(
    [
      '%0 = Input() {"name":"inputs/x"} float32[2,5,8]',
      '%1 = Input() {"name":"inputs/gain"} float32[8]',
      '%2 = Input() {"name":"inputs/shift"} float32[8]',
      '%3 = LayerNormalization(%0, %1, %2) {"axis":-1,"epsilon":{"float":0.000009999999747378752},"result":0} float32[2,5,8]',
      'outputs/y <- %3',
    ].join('\n'),
  );
  expectEqualResults(before, after);
});

test('the gradient reads mean and deviation from it', async () => {
  const before = cleaned(
    await record(shapes, (inputs) =>
      tf.grad((x) => tf.sin(normalised({ ...inputs, x })).sum())(inputs['x'] as tf.Tensor),
    ),
  );
  const after = apply(layerNorm, before);
  expect(count(after, 'LayerNormalization')).toBe(3);
  expect([count(before, 'Sqrt'), count(after, 'Sqrt')]).toEqual([1, 0]);
  expectEqualResults(before, after, 1e-4);
});

test('a norm over another axis is left alone', async () => {
  const square = { x: [2, 8, 8], gain: [8], shift: [8] };
  const before = cleaned(await record(square, (inputs) => normalised(inputs, 1)));
  expect(graphText(apply(layerNorm, before))).toBe(graphText(before));
});
