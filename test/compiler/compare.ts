import * as tf from '@tensorflow/tfjs';

import type { HostTensor, StepTensors } from '../../main/compiler/index.ts';
import { compileStep, StateStore } from '../../main/compiler/index.ts';
import { specsOf, toTensors } from './steps.ts';

/** A computation of tensors, given in the order of its inputs. */
export type Computation = (...x: tf.Tensor[]) => tf.Tensor;

function namedInputs(inputs: readonly HostTensor[]): Record<string, HostTensor> {
  return Object.fromEntries(inputs.map((tensor, index) => [`x${index}`, tensor]));
}

/** Result of a computation that was recorded, compiled and run once. */
export async function onOnnx(run: Computation, inputs: readonly HostTensor[]): Promise<HostTensor> {
  const given = namedInputs(inputs);
  const fn = (_: StepTensors, x: StepTensors): { state: StepTensors; outputs: StepTensors } => ({
    state: {},
    outputs: { y: run(...inputs.map((_tensor, index) => x[`x${index}`] as tf.Tensor)) },
  });
  const step = await compileStep(fn, { state: {}, inputs: specsOf(given) }, { threads: 1 });
  try {
    return (await step.run(StateStore.from({}), given))['y'] as HostTensor;
  } finally {
    await step.dispose();
  }
}

/** Result on TensorFlow.js's own kernels; `cpu` must be the current backend. */
export function onCpu(run: Computation, inputs: readonly HostTensor[]): HostTensor {
  return tf.tidy(() => {
    const x = toTensors(namedInputs(inputs));
    const y = run(...inputs.map((_, index) => x[`x${index}`] as tf.Tensor));
    return { shape: y.shape, dtype: y.dtype as 'float32', data: y.dataSync() as Float32Array };
  });
}

/** Largest relative difference; 0 for equal infinities and two NaN, infinite where only one is. */
export function worst(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let error = 0;
  for (let index = 0; index < expected.length; index++) {
    const [a = NaN, b = NaN] = [actual[index], expected[index]];
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    const difference = Math.abs(a - b) / (1 + Math.abs(b));
    error = Math.max(error, Number.isNaN(difference) ? Infinity : difference);
  }
  return error;
}
