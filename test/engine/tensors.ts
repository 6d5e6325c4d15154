import type * as tf from '@tensorflow/tfjs';
import type { Engine } from '../../main/engine/engine.ts';
import type { HostTensor, HostTensors, Tensors } from '../../main/engine/method.ts';
import { signatureOf } from '../../main/engine/trainingStep.ts';

/** A float tensor whose values come from a formula of the index. */
export function tensorOf(shape: readonly number[], value: (index: number) => number): HostTensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return { shape, dtype: 'float32', data: Float32Array.from({ length: size }, (_, index) => value(index)) };
}

/** sin(step i + start), the input of the reference numbers. */
export function wave(shape: readonly number[], step = 0.7, start = 0.1): HostTensor {
  return tensorOf(shape, (index) => Math.sin(step * index + start));
}

/** Runs a function of tensors once on an engine and answers the values of its results. */
export async function evaluate(
  engine: Engine,
  inputs: HostTensors,
  compute: (inputs: Tensors) => Readonly<Record<string, tf.Tensor>>,
): Promise<Readonly<Record<string, readonly number[]>>> {
  const state = await engine.createState({});
  const step = await engine.compile(
    (_state, given) => ({ state: {}, outputs: compute(given) }),
    signatureOf({}, inputs),
    'test',
  );
  const outputs = await step.run(state, inputs);
  await step.dispose();
  await state.dispose();
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, [...data]]));
}

/** The largest absolute difference; NaN if lengths differ. */
export function largestDifference(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return NaN;
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? NaN))));
}
