import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';

import { orderedScatter } from '../../../main/compiler/passes/orderedScatter.ts';
import { apply, cleaned, context, count, expectEqualResults, ops, record } from './harness.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const onProcessor = { ...context, processor: true };

test('scattered rows are added in one order', async () => {
  const before = cleaned(
    await record(
      { x: [9, 4], t: [9] },
      ({ x, t }) => tf.unsortedSegmentSum(x as tf.Tensor, (t as tf.Tensor1D).abs(), 6),
      ['t'],
    ),
  );
  const after = orderedScatter(before, onProcessor);
  expect(count(before, 'ScatterND')).toBe(1);
  expect(ops(after)).not.toContain('ScatterND');
  expect(count(after, 'ScatterElements')).toBe(1);
  expectEqualResults(before, after);
  expect(orderedScatter(before, context)).toBe(before);
});

test('so are scattered single elements, by tuples of indices', async () => {
  const before = cleaned(
    await record(
      { x: [12], t: [12, 2] },
      ({ x, t }) => tf.scatterND((t as tf.Tensor).abs().toInt(), x as tf.Tensor, [6, 6]),
      ['t'],
    ),
  );
  const after = orderedScatter(before, onProcessor);
  expect([count(after, 'ScatterND'), count(after, 'ScatterElements')]).toEqual([0, 1]);
  expectEqualResults(before, apply(orderedScatter, after));
});
