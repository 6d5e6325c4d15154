import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';

import type { HostTensor, StepTensors } from '../../main/compiler/index.ts';
import { compileStep, StateStore } from '../../main/compiler/index.ts';
import * as images from './imageCases.ts';
import type { KernelCase } from './kernelCases.ts';
import * as cases from './kernelCases.ts';
import { host, specsOf, toTensors } from './steps.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function inputsOf({ shapes, shift }: KernelCase): Record<string, HostTensor> {
  const entries = shapes.map((shape, index) => {
    const tensor = host(shape, index + 3);
    return [`x${index}`, { ...tensor, data: tensor.data.map((value) => value + shift) }];
  });
  return Object.fromEntries(entries) as Record<string, HostTensor>;
}

function orderedTensors(tensors: StepTensors): tf.Tensor[] {
  return Object.keys(tensors).map((key) => tensors[key] as tf.Tensor);
}

/** A scalar that weighs every element of the result differently. */
function weighed(y: tf.Tensor): tf.Scalar {
  const weights = Array.from({ length: y.size }, (_, index) => Math.cos(1 + 3 * index));
  return y.toFloat().mul(tf.tensor(weights, y.shape)).sum();
}

function compute({ run, gradient }: KernelCase, inputs: StepTensors): Record<string, tf.Tensor> {
  const x = orderedTensors(inputs);
  const y = run(...x);
  if (gradient === 'none') return { y };
  const grads = tf.grads((...args: tf.Tensor[]) => weighed(run(...args)))(x);
  return { y, loss: weighed(y), ...Object.fromEntries(grads.map((grad, index) => [`g${index}`, grad])) };
}

function worst(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let error = 0;
  for (let index = 0; index < expected.length; index++) {
    const [a = 0, b = 0] = [actual[index], expected[index]];
    if (a !== b && !(Number.isNaN(a) && Number.isNaN(b)))
      error = Math.max(error, Math.abs(a - b) / (1 + Math.abs(b)));
  }
  return error;
}

function moved(inputs: Record<string, HostTensor>, by: number): Record<string, HostTensor> {
  const shifted = Object.entries(inputs).map(([key, tensor], index) => {
    const data = Float32Array.from(tensor.data, (value, at) => value + by * Math.sin(1 + 2 * at + index));
    return [key, { ...tensor, data }];
  });
  return Object.fromEntries(shifted) as Record<string, HostTensor>;
}

/** Central difference along one direction against the gradients' inner product with it. */
async function directional(
  outputs: Record<string, HostTensor>,
  inputs: Record<string, HostTensor>,
  loss: (inputs: Record<string, HostTensor>) => Promise<number>,
): Promise<{ numeric: number; analytic: number }> {
  const size = 2e-3;
  const numeric = ((await loss(moved(inputs, size))) - (await loss(moved(inputs, -size)))) / (2 * size);
  let analytic = 0;
  Object.keys(inputs).forEach((_, index) => {
    outputs[`g${index}`]?.data.forEach((value, at) => (analytic += value * Math.sin(1 + 2 * at + index)));
  });
  return { numeric, analytic };
}

function check(kernelCase: KernelCase): void {
  test(kernelCase.name, async () => {
    const inputs = inputsOf(kernelCase);
    const fn = (_: StepTensors, x: StepTensors) => ({ state: {}, outputs: compute(kernelCase, x) });
    const step = await compileStep(fn, { state: {}, inputs: specsOf(inputs) }, { name: kernelCase.name });
    const store = StateStore.from({});
    const outputs = await step.run(store, inputs);
    const reference = compute(kernelCase, toTensors(inputs));
    for (const [key, tensor] of Object.entries(reference)) {
      if (key.startsWith('g') && kernelCase.gradient === 'difference') continue;
      expect(outputs[key]?.shape, key).toEqual(tensor.shape);
      expect(outputs[key]?.dtype, key).toBe(tensor.dtype);
      expect(worst(outputs[key]?.data ?? [], tensor.dataSync()), key).toBeLessThan(2e-4);
    }
    if (kernelCase.gradient === 'both' || kernelCase.gradient === 'difference') {
      const loss = async (x: Record<string, HostTensor>): Promise<number> =>
        (await step.run(store, x))['loss']?.data[0] ?? NaN;
      const { numeric, analytic } = await directional(outputs, inputs, loss);
      expect(Math.abs(numeric - analytic)).toBeLessThan(0.02 * (1 + Math.abs(analytic)));
    }
    await step.dispose();
  });
}

const families = { ...cases, ...images } as Readonly<Record<string, readonly KernelCase[]>>;
for (const [family, list] of Object.entries(families)) describe(family, () => list.forEach(check));
