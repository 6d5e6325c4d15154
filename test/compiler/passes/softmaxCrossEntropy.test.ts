import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';

import { softmaxCrossEntropy } from '../../../main/compiler/passes/softmaxCrossEntropy.ts';
import { graphText } from '../../../main/compiler/graphText.ts';
import type { Inputs } from './harness.ts';
import { apply, cleaned, context, count, expectEqualResults, ops, record } from './harness.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const shapes = { x: [12, 4], t: [12] };
const onProcessor = { ...context, processor: true };

/** Classes run from -1 to 5, so that some rows have no one at all. */
function loss({ x, t }: Inputs): tf.Scalar {
  const target = tf.oneHot(t as tf.Tensor1D, 4);
  return tf.neg(
    tf
      .logSoftmax(x as tf.Tensor)
      .mul(target)
      .sum(1)
      .mean(),
  ) as tf.Scalar;
}

test('the loss is a gather from one operator', async () => {
  const before = cleaned(await record(shapes, loss, ['t']));
  const after = softmaxCrossEntropy(before, onProcessor);
  expect(ops(before)).toContain('OneHot');
  expect(ops(after).filter((op) => op !== 'Constant' && op !== 'Reshape')).toEqual(
    'Input Cast Clip Equal Input LogSoftmax GatherElements Where ReduceMean Neg'.split(' '),
  );
  expect(graphText(after)).toMatch(/LogSoftmax\(%\d+\) {"axis":1} float32\[12,4\]/);
  expectEqualResults(before, after);
});

test('the gradient compares indices instead of multiplying tables', async () => {
  const before = cleaned(
    await record(shapes, (inputs) => tf.grad((x) => loss({ ...inputs, x }))(inputs['x'] as tf.Tensor), ['t']),
  );
  const after = softmaxCrossEntropy(before, onProcessor);
  expect([count(before, 'OneHot'), count(after, 'OneHot')]).toEqual([1, 0]);
  expect([count(before, 'ReduceSum'), count(after, 'ReduceSum')]).toEqual([2, 0]);
  expectEqualResults(before, after);
});

test('elsewhere than on the processor the log-softmax stays spelled out', async () => {
  const before = cleaned(await record(shapes, loss, ['t']));
  expect(ops(apply(softmaxCrossEntropy, before))).not.toContain('LogSoftmax');
  expectEqualResults(before, apply(softmaxCrossEntropy, before));
});

test('one-hot rows that are summed over other axes keep their meaning', async () => {
  const before = cleaned(
    await record(shapes, ({ x, t }) => (x as tf.Tensor).mul(tf.oneHot(t as tf.Tensor1D, 4)).sum(0), ['t']),
  );
  expectEqualResults(before, apply(softmaxCrossEntropy, before));
});
