import * as tf from '@tensorflow/tfjs';

import type { HostTensor, StepTensors } from '../../main/compiler/index.ts';

/** Repeatable standard normal numbers (Box-Muller over a multiplicative generator). */
export function normal(shape: readonly number[], scale: number, seed: number): HostTensor {
  let state = (seed * 7919) % 2147483647;
  const uniform = (): number => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
  const size = shape.reduce((product, extent) => product * extent, 1);
  const data = Float32Array.from({ length: size }, () => {
    return scale * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  });
  return { shape, dtype: 'float32', data };
}

/** A tensor of one value. */
export function filled(shape: readonly number[], value: number): HostTensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return { shape, dtype: 'float32', data: new Float32Array(size).fill(value) };
}

/** A parameter by name; throws when the state lacks it. */
export function parameter<T extends tf.Tensor = tf.Tensor>(parameters: StepTensors, key: string): T {
  const tensor = parameters[key];
  if (tensor === undefined) throw new Error(`No parameter "${key}".`);
  return tensor as T;
}

/** Batch norm with the batch's own statistics over everything but the channels. */
export function batchNorm(x: tf.Tensor, gain: tf.Tensor, shift: tf.Tensor): tf.Tensor {
  const axes = Array.from({ length: x.rank - 1 }, (_, axis) => axis);
  const { mean, variance } = tf.moments(x, axes);
  return x
    .sub(mean)
    .mul(tf.rsqrt(variance.add(1e-5)))
    .mul(gain)
    .add(shift);
}

/** NT-Xent: row `i` and row `i + batch / 2` are two views of one image. */
export function contrastiveLoss(z: tf.Tensor2D, temperature: number): tf.Scalar {
  const count = z.shape[0];
  const unit = z.div(tf.sqrt(tf.sum(z.square(), 1, true)).add(1e-8));
  const similarity = tf.matMul(unit as tf.Tensor2D, unit as tf.Tensor2D, false, true).div(temperature);
  const logits = similarity.sub(tf.eye(count).mul(1e9));
  const partners = tf
    .range(0, count, 1, 'int32')
    .add(count / 2)
    .mod(tf.scalar(count, 'int32'));
  const target = tf.oneHot(partners.toInt(), count);
  return tf.neg(tf.mean(tf.sum(tf.logSoftmax(logits).mul(target), 1)));
}

/** Loss over a parameter dictionary, with gradients by name. */
export function gradients(
  loss: (parameters: StepTensors) => tf.Scalar,
  parameters: StepTensors,
): { value: tf.Scalar; grads: StepTensors } {
  const keys = Object.keys(parameters);
  const named = (values: readonly tf.Tensor[]): StepTensors =>
    Object.fromEntries(keys.map((key, index) => [key, values[index] as tf.Tensor]));
  const result = tf.valueAndGrads((...values: tf.Tensor[]) => loss(named(values)))(Object.values(parameters));
  return { value: result.value as tf.Scalar, grads: named(result.grads) };
}

/** Gradient descent with heavy-ball momentum over parameters `p/…` and velocities `v/…` of the state. */
export function momentumStep(
  state: StepTensors,
  loss: (parameters: StepTensors) => tf.Scalar,
  rate: number,
  momentum: number,
): { state: StepTensors; outputs: StepTensors } {
  const keys = Object.keys(state).filter((key) => key.startsWith('p/'));
  const { value, grads } = gradients(
    loss,
    Object.fromEntries(keys.map((key) => [key, parameter(state, key)])),
  );
  const next: Record<string, tf.Tensor> = {};
  for (const key of keys) {
    const velocity = parameter(state, key.replace('p/', 'v/')).mul(momentum).add(parameter(grads, key));
    next[key.replace('p/', 'v/')] = velocity;
    next[key] = parameter(state, key).sub(velocity.mul(rate));
  }
  return { state: next, outputs: { loss: value } };
}

/** Adds a zero velocity for every parameter. */
export function withVelocities(parameters: Readonly<Record<string, HostTensor>>): Record<string, HostTensor> {
  const velocities = Object.entries(parameters).map(([key, p]) => [
    key.replace('p/', 'v/'),
    filled(p.shape, 0),
  ]);
  return { ...parameters, ...(Object.fromEntries(velocities) as Record<string, HostTensor>) };
}

const BETA1 = 0.9;
const BETA2 = 0.999;

/** AdamW over parameters `p/…` with moments `m/…`, `v/…` and the running powers of the betas in `b/…`. */
export function adamStep(
  state: StepTensors,
  loss: (parameters: StepTensors) => tf.Scalar,
  rate: number,
  decay: number,
): { state: StepTensors; outputs: StepTensors } {
  const keys = Object.keys(state).filter((key) => key.startsWith('p/'));
  const { value, grads } = gradients(
    loss,
    Object.fromEntries(keys.map((key) => [key, parameter(state, key)])),
  );
  const power1 = parameter(state, 'b/1').mul(BETA1);
  const power2 = parameter(state, 'b/2').mul(BETA2);
  const next: Record<string, tf.Tensor> = { 'b/1': power1, 'b/2': power2 };
  const rateNow = tf.scalar(rate).div(tf.sub(1, power1));
  const correction = tf.sqrt(tf.sub(1, power2));
  for (const key of keys) {
    const gradient = parameter(grads, key);
    const first = parameter(state, key.replace('p/', 'm/'))
      .mul(BETA1)
      .add(gradient.mul(1 - BETA1));
    const second = parameter(state, key.replace('p/', 'v/'))
      .mul(BETA2)
      .add(gradient.square().mul(1 - BETA2));
    next[key.replace('p/', 'm/')] = first;
    next[key.replace('p/', 'v/')] = second;
    const step = first.div(tf.sqrt(second).div(correction).add(1e-8)).mul(rateNow);
    next[key] = parameter(state, key)
      .mul(1 - rate * decay)
      .sub(step);
  }
  return { state: next, outputs: { loss: value } };
}

/** State that `adamStep` starts from. */
export function adamState(parameters: Readonly<Record<string, HostTensor>>): Record<string, HostTensor> {
  const state: Record<string, HostTensor> = { ...parameters, 'b/1': filled([], 1), 'b/2': filled([], 1) };
  for (const [key, { shape }] of Object.entries(parameters)) {
    state[key.replace('p/', 'm/')] = filled(shape, 0);
    state[key.replace('p/', 'v/')] = filled(shape, 0);
  }
  return state;
}
