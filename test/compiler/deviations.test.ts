import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';

import { onCpu, onOnnx, worst } from './compare.ts';
import { cpuIsWrong, oblongResize, onnxDiffers } from './deviations.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe.each([
  ['TensorFlow.js is wrong', cpuIsWrong],
  ['ONNX Runtime differs', onnxDiffers],
])('%s', (_, list) => {
  test.each(list)('$name: $why', async ({ run, inputs, ours, cpu }) => {
    const actual = Array.from((await onOnnx(run, inputs)).data);
    const reference = Array.from(onCpu(run, inputs).data);
    expect(worst(actual, ours), `ours: ${actual.join(', ')}`).toBeLessThan(1e-5);
    expect(worst(reference, cpu), `cpu: ${reference.join(', ')}`).toBeLessThan(1e-5);
    expect([actual.length, reference.length]).toEqual([ours.length, cpu.length]);
  });
});

test('the gradient of resizing an oblong image exists here, and throws on the cpu kernels', async () => {
  const { run, inputs } = oblongResize;
  expect(() => onCpu(run, inputs)).toThrow(/does not match the shape of the input/);
  const { shape, data } = await onOnnx(run, inputs);
  expect(shape).toEqual([1, 2, 3, 1]);
  // Every target pixel is a mean of source pixels, so that the weights 1 ... 12 are all shared out.
  expect(Array.from(data).reduce((sum, value) => sum + value, 0)).toBeCloseTo(78, 3);
});
