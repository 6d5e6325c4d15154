import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';

import { registerBackend } from '../../main/compiler/index.ts';
import { compiledKernels } from '../../main/compiler/register.ts';
import * as families from './kernelFamilies.ts';
import type { KernelCase } from './kernelCases.ts';
import { gradientsOf, inputsOf } from './kernelRuns.ts';
import { toTensors } from './steps.ts';
import * as values from './valueCases.ts';
import type { ValueCase } from './valueCases.ts';

beforeAll(async () => {
  registerBackend();
  await tf.setBackend('cpu');
});

async function kernelsOf(run: () => tf.TensorContainer): Promise<string[]> {
  const { kernelNames } = await tf.profile(() => tf.tidy(run));
  return kernelNames;
}

const kernelCases = Object.values(families).flat() as readonly KernelCase[];
const valueCases = Object.values(values).filter(Array.isArray).flat() as readonly ValueCase[];

test('every kernel that compiles is compared with the cpu kernels by some case', async () => {
  const seen = new Set<string>();
  for (const own of kernelCases) {
    const tensors = Object.values(toTensors(inputsOf(own)));
    for (const name of await kernelsOf(() => own.run(...tensors))) seen.add(name);
    if (own.gradient === 'none') continue;
    for (const name of await kernelsOf(() => gradientsOf(own, tensors))) seen.add(name);
  }
  for (const { run, inputs } of valueCases) {
    const tensors = inputs.map(({ data, shape, dtype }) => tf.tensor(data, [...shape], dtype));
    for (const name of await kernelsOf(() => run(...tensors))) seen.add(name);
  }
  expect(compiledKernels().filter((name) => !seen.has(name))).toEqual([]);
});

/** Kernels with a gradient that no difference can check. */
const UNCHECKED: Readonly<Record<string, string>> = {
  ComplexAbs: 'TensorFlow.js has no gradient from a complex number to the real ones it is made of',
  FloorDiv: 'TensorFlow.js gives it the gradient of division, although its own is zero',
};

test('every kernel with a gradient is checked by a central difference', async () => {
  const seen = new Set<string>();
  for (const own of kernelCases) {
    if (own.gradient !== 'both' && own.gradient !== 'difference') continue;
    const tensors = Object.values(toTensors(inputsOf(own)));
    for (const name of await kernelsOf(() => own.run(...tensors))) seen.add(name);
  }
  const differentiable = compiledKernels().filter((name) => tf.getGradient(name) !== undefined);
  expect(differentiable.filter((name) => !seen.has(name)).sort()).toEqual(Object.keys(UNCHECKED).sort());
});
