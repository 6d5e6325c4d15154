import * as tf from '@tensorflow/tfjs';
import { defaultsOf } from '../../core/params.ts';
import { stopGradient } from '../layers/stopGradient.ts';
import { prefixed } from '../layers/names.ts';
import { accuracy, crossEntropy } from '../losses/crossEntropy.ts';
import type { HostTensor, HostTensors, Tensors } from '../method.ts';
import { adamW } from '../optimizers/adamW.ts';
import type { LinearProbe } from './linear.ts';

/** Learning rate of the online probe: constant, since what it looks at never stands still. */
const LEARNING_RATE = 1e-2;
const PARAMS = { ...defaultsOf(adamW.params), weightDecay: 0 };
const NAMES = ['weight', 'bias'] as const;

/** The tensors that the online probe moves, as they are called in the state. */
export const ONLINE_TENSORS = NAMES.map((name) => `online/${name}`);

/** The probe at its start, zeros, with its optimiser's memory, as `online/...`. */
export function onlineInitial(dim: number, classes: number): HostTensors {
  const zeros = (shape: readonly number[]): HostTensor => ({
    ...{ shape, dtype: 'float32' },
    data: new Float32Array(shape.reduce((size, extent) => size * extent, 1)),
  });
  const both = (prefix: string): HostTensors => ({
    [`${prefix}weight`]: zeros([dim, classes]),
    [`${prefix}bias`]: zeros([classes]),
  });
  return prefixed<HostTensors>({ ...both(''), ...both('first/'), ...both('second/') }, 'online');
}

/**
 * Cross-entropy of a linear probe on a representation h [n, dim] that it cannot change: the gradient stops at h (as in lightly's online
 * linear classifier, https://github.com/lightly-ai/lightly/blob/master/lightly/utils/benchmarking/online_linear_classifier.py).
 */
export function onlineLoss(
  probe: Tensors,
  h: tf.Tensor2D,
  labels: tf.Tensor1D,
): { readonly loss: tf.Scalar; readonly accuracy: tf.Scalar } {
  return probeLoss(probe, stopGradient(h), labels);
}

/** The same without the stop. */
export function probeLoss(
  probe: Tensors,
  h: tf.Tensor2D,
  labels: tf.Tensor1D,
): { readonly loss: tf.Scalar; readonly accuracy: tf.Scalar } {
  const { weight, bias } = probe as Readonly<Record<(typeof NAMES)[number], tf.Tensor>>;
  const logits = tf.matMul(h, weight as tf.Tensor2D).add(bias) as tf.Tensor2D;
  const oneHot = tf.oneHot(labels, bias.shape[0] as number).toFloat() as tf.Tensor2D;
  return { loss: crossEntropy(logits, oneHot), accuracy: accuracy(logits, labels) };
}

/** What changes per step: the corrections of its optimiser's memory, as `online/...`. */
export function onlineScalars(step: number): Readonly<Record<string, number>> {
  const values = Object.entries(adamW.scalars(PARAMS, step));
  return Object.fromEntries(values.map(([name, value]) => [`online/${name}`, value]));
}

/** AdamW's update of the probe; gradients by the names in `ONLINE_TENSORS`. */
export function onlineUpdate(state: Tensors, gradients: Tensors, scalars: Tensors): Tensors {
  const changed: Record<string, tf.Tensor> = {};
  for (const name of NAMES) {
    const { value, slots } = adamW.update(PARAMS, {
      value: state[`online/${name}`] as tf.Tensor,
      gradient: gradients[`online/${name}`] as tf.Tensor,
      slots: {
        first: state[`online/first/${name}`] as tf.Tensor,
        second: state[`online/second/${name}`] as tf.Tensor,
      },
      learningRate: tf.scalar(LEARNING_RATE),
      scalars,
      decay: false,
    });
    changed[`online/${name}`] = value;
    for (const [slot, tensor] of Object.entries(slots)) changed[`online/${slot}/${name}`] = tensor;
  }
  return changed;
}

/** The online probe in a state of training, as a probe that predicts. */
export function onlineProbeOf(tensors: HostTensors): LinearProbe {
  const part = (name: string): Float32Array => tensors[`online/${name}`]?.data as Float32Array;
  const [weight, bias] = [part('weight'), part('bias')];
  const dim = weight.length / bias.length;
  return { mean: new Float32Array(dim), scale: new Float32Array(dim).fill(1), weight, bias };
}
