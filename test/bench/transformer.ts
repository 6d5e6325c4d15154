import * as tf from '@tensorflow/tfjs';

import type { HostTensor, StepTensors } from '../../main/compiler/index.ts';
import { filled, normal, parameter } from './model.ts';

/** Layer norm over the last axis. */
export function layerNorm(p: StepTensors, x: tf.Tensor, name: string): tf.Tensor {
  const { mean, variance } = tf.moments(x, -1, true);
  const unit = x.sub(mean).mul(tf.rsqrt(variance.add(1e-5)));
  return unit.mul(parameter(p, `p/${name}/gain`)).add(parameter(p, `p/${name}/shift`));
}

/** Dense layer on the last axis of [batch, tokens, features]. */
export function dense(p: StepTensors, x: tf.Tensor, name: string): tf.Tensor {
  const weights = parameter<tf.Tensor2D>(p, `p/${name}/weights`);
  const rows = tf
    .matMul(x.reshape<tf.Tensor2D>([-1, weights.shape[0]]), weights)
    .add(parameter(p, `p/${name}/bias`));
  return rows.reshape([...x.shape.slice(0, -1), weights.shape[1]]);
}

function gelu(x: tf.Tensor): tf.Tensor {
  return x.mul(x.mul(Math.SQRT1_2).erf().add(1)).mul(0.5);
}

function attention(p: StepTensors, x: tf.Tensor, name: string, heads: number): tf.Tensor {
  const [batch = 1, tokens = 1, width = 1] = x.shape;
  const split = dense(p, x, `${name}/qkv`).reshape([batch, tokens, 3, heads, width / heads]);
  const [q, k, v] = tf.unstack(split.transpose([2, 0, 3, 1, 4])) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const weights = tf.softmax(tf.matMul(q, k, false, true).mul(1 / Math.sqrt(width / heads)));
  const mixed = tf.matMul(weights, v).transpose([0, 2, 1, 3]).reshape([batch, tokens, width]);
  return dense(p, mixed, `${name}/out`);
}

/** Pre-norm transformer block: attention, then a GELU MLP of four times the width. */
export function block(p: StepTensors, x: tf.Tensor, name: string, heads: number): tf.Tensor {
  const h = x.add(attention(p, layerNorm(p, x, `${name}/norm0`), name, heads));
  return h.add(dense(p, gelu(dense(p, layerNorm(p, h, `${name}/norm1`), `${name}/up`)), `${name}/down`));
}

/** Parameters of a dense layer. */
export function denseParameters(
  name: string,
  from: number,
  to: number,
  seed: number,
): Record<string, HostTensor> {
  return { [`p/${name}/weights`]: normal([from, to], 0.02, seed), [`p/${name}/bias`]: filled([to], 0) };
}

/** Parameters of a layer norm. */
export function normParameters(name: string, width: number): Record<string, HostTensor> {
  return { [`p/${name}/gain`]: filled([width], 1), [`p/${name}/shift`]: filled([width], 0) };
}

/** Parameters of a transformer block. */
export function blockParameters(name: string, width: number, seed: number): Record<string, HostTensor> {
  return {
    ...normParameters(`${name}/norm0`, width),
    ...denseParameters(`${name}/qkv`, width, 3 * width, seed),
    ...denseParameters(`${name}/out`, width, width, seed + 1),
    ...normParameters(`${name}/norm1`, width),
    ...denseParameters(`${name}/up`, width, 4 * width, seed + 2),
    ...denseParameters(`${name}/down`, 4 * width, width, seed + 3),
  };
}
