import * as tf from '@tensorflow/tfjs';

import type { HostTensor, StepFunction, StepTensors, TensorSpec } from '../../main/compiler/index.ts';

/** Deterministic numbers in [-0.5, 0.5). */
export function numbers(count: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647 - 0.5;
  });
}

/** Deterministic values in a shape. */
export function host(shape: readonly number[], seed = 1): HostTensor {
  return {
    shape,
    dtype: 'float32',
    data: numbers(
      shape.reduce((product, extent) => product * extent, 1),
      seed,
    ),
  };
}

/** One value in a shape. */
export function filled(shape: readonly number[], value: number): HostTensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return { shape, dtype: 'float32', data: new Float32Array(size).fill(value) };
}

/** Shapes and types alone. */
export function specsOf(tensors: Readonly<Record<string, HostTensor>>): Record<string, TensorSpec> {
  return Object.fromEntries(
    Object.entries(tensors).map(([key, { shape, dtype }]) => [key, { shape, dtype }]),
  );
}

/** Tensors on the current TensorFlow.js backend. */
export function toTensors(tensors: Readonly<Record<string, HostTensor>>): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([key, t]) => [key, tf.tensor(t.data, [...t.shape], t.dtype)]),
  );
}

/** Batch norm with the batch's statistics, as step functions are to write it. */
export function batchNorm(x: tf.Tensor, gain: tf.Tensor, shift: tf.Tensor): tf.Tensor {
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  return x
    .sub(mean)
    .mul(tf.rsqrt(variance.add(1e-5)))
    .mul(gain)
    .add(shift);
}

/** A small convolutional classifier with batch norm, a strided layer and plain gradient descent. */
export const smallNetStep: StepFunction = (state, inputs) => {
  const keys = Object.keys(state);
  const loss = (...values: tf.Tensor[]): tf.Scalar => {
    const p = Object.fromEntries(keys.map((key, index) => [key, values[index]])) as Record<string, tf.Tensor>;
    const at = (key: string): tf.Tensor4D => p[key] as tf.Tensor4D;
    let h = tf.conv2d(inputs['x'] as tf.Tensor4D, at('w1'), 1, 'same');
    h = tf.relu(batchNorm(h, at('g1'), at('b1'))) as tf.Tensor4D;
    h = tf.conv2d(h, at('w2'), 2, 'same');
    h = tf.relu(batchNorm(h, at('g2'), at('b2'))) as tf.Tensor4D;
    h = tf.relu(tf.conv2d(h, at('w3'), 1, 'same'));
    const logits = tf.matMul(h.mean<tf.Tensor2D>([1, 2]), p['w4'] as tf.Tensor2D);
    const target = tf.oneHot(inputs['y'] as tf.Tensor1D, 4);
    return tf.neg(tf.mean(tf.sum(tf.logSoftmax(logits).mul(target), 1)));
  };
  const { value, grads } = tf.valueAndGrads(loss)(keys.map((key) => state[key] as tf.Tensor));
  const rate = inputs['rate'] as tf.Scalar;
  const next = keys.map((key, index) => [
    key,
    tf.sub(state[key] as tf.Tensor, tf.mul(grads[index] as tf.Tensor, rate)),
  ]);
  return { state: Object.fromEntries(next) as StepTensors, outputs: { loss: value } };
};

/** State of `smallNetStep`. */
export function smallNetState(): Record<string, HostTensor> {
  return {
    w1: host([3, 3, 3, 16], 2),
    g1: filled([16], 1),
    b1: filled([16], 0),
    w2: host([3, 3, 16, 32], 3),
    g2: filled([32], 1),
    b2: filled([32], 0),
    w3: host([3, 3, 32, 32], 4),
    w4: host([32, 4], 5),
  };
}

/** Inputs of `smallNetStep`. */
export function smallNetInputs(): Record<string, HostTensor> {
  return {
    x: host([4, 8, 8, 3], 6),
    y: { shape: [4], dtype: 'int32', data: Int32Array.from([0, 1, 2, 3]) },
    rate: filled([], 0.05),
  };
}
