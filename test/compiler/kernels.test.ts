import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';

import type { HostTensor, StepTensors } from '../../main/compiler/index.ts';
import { compileStep, StateStore } from '../../main/compiler/index.ts';
import { worst } from './compare.ts';
import type { KernelCase } from './kernelCases.ts';
import * as families from './kernelFamilies.ts';
import { gradientsOf, inputsOf, weighed } from './kernelRuns.ts';
import { specsOf, toTensors } from './steps.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function orderedTensors(tensors: StepTensors): tf.Tensor[] {
  return Object.keys(tensors).map((key) => tensors[key] as tf.Tensor);
}

function compute(kernelCase: KernelCase, inputs: StepTensors): Record<string, tf.Tensor> {
  const { run, gradient } = kernelCase;
  const x = orderedTensors(inputs);
  const y = run(...x);
  if (gradient === 'none') return { y };
  const grads = gradientsOf(kernelCase, x);
  return { y, loss: weighed(y), ...Object.fromEntries(grads.map((grad, index) => [`g${index}`, grad])) };
}

/** A direction in the space of all inputs. */
const slope = (input: number, at: number, phase: number): number => Math.sin(phase + 2 * at + input);

function moved(inputs: Record<string, HostTensor>, by: number, phase: number): Record<string, HostTensor> {
  const shifted = Object.entries(inputs).map(([key, tensor], index) => {
    const data = Float32Array.from(tensor.data, (value, at) => value + by * slope(index, at, phase));
    return [key, { ...tensor, data }];
  });
  return Object.fromEntries(shifted) as Record<string, HostTensor>;
}

/** Central difference along one direction against the gradients' inner product with it. */
async function directional(
  outputs: Record<string, HostTensor>,
  inputs: Record<string, HostTensor>,
  loss: (inputs: Record<string, HostTensor>) => Promise<number>,
  phase: number,
): Promise<{ numeric: number; analytic: number }> {
  const size = 1e-3;
  const difference = (await loss(moved(inputs, size, phase))) - (await loss(moved(inputs, -size, phase)));
  let analytic = 0;
  Object.keys(inputs).forEach((_, index) => {
    outputs[`g${index}`]?.data.forEach((value, at) => (analytic += value * slope(index, at, phase)));
  });
  return { numeric: difference / (2 * size), analytic };
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
      for (const phase of [1, 2.6]) {
        const { numeric, analytic } = await directional(outputs, inputs, loss, phase);
        expect(Math.abs(numeric - analytic), `${numeric} and ${analytic}`).toBeLessThan(
          0.01 * (1 + Math.abs(analytic)),
        );
      }
    }
    await step.dispose();
  });
}

for (const [family, list] of Object.entries(families as Readonly<Record<string, readonly KernelCase[]>>))
  describe(family, () => list.forEach(check));
