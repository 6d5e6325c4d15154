import * as tf from '@tensorflow/tfjs';

import type { HostTensor, StepFunction } from '../../main/compiler/index.ts';
import type { KernelCase } from './kernelCases.ts';
import { host } from './steps.ts';

/** The inputs of a case: deterministic numbers in [-0.5, 0.5), shifted. */
export function inputsOf({ shapes, shift, seed }: KernelCase): Record<string, HostTensor> {
  const entries = shapes.map((shape, index) => {
    const tensor = host(shape, seed === undefined ? index + 3 : seed + index * 104_729_011);
    return [`x${index}`, { ...tensor, data: tensor.data.map((value) => value + shift) }];
  });
  return Object.fromEntries(entries) as Record<string, HostTensor>;
}

/** A scalar that weighs every element of the result differently. */
export function weighed(y: tf.Tensor): tf.Scalar {
  const weights = Array.from({ length: y.size }, (_, index) => Math.cos(1 + 3 * index));
  return y.toFloat().mul(tf.tensor(weights, y.shape)).sum();
}

/** Gradients of the weighed result with respect to every input. */
export function gradientsOf({ run }: KernelCase, x: readonly tf.Tensor[]): tf.Tensor[] {
  return tf.grads((...args: tf.Tensor[]) => weighed(run(...args)))([...x]);
}

/** A case with all its gradients as one step without state: `y` and, where it has them, `g0`, `g1` ... */
export function stepOf(kernelCase: KernelCase): StepFunction {
  return (_, inputs) => {
    const x = Object.values(inputs);
    const y = kernelCase.run(...x);
    if (kernelCase.gradient === 'none') return { state: {}, outputs: { y } };
    const grads = gradientsOf(kernelCase, x).map((gradient, index) => [`g${index}`, gradient] as const);
    return { state: {}, outputs: { y, ...Object.fromEntries(grads) } };
  };
}
