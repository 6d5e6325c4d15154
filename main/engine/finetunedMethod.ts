import * as tf from '@tensorflow/tfjs';
import type { Rng } from '../core/rng.ts';
import type { FinetunePlan, HeadShape } from './finetune.ts';
import { accuracy } from './losses/crossEntropy.ts';
import { mlp } from './layers/mlp.ts';
import { prefixed, within } from './layers/names.ts';
import type { BuildContext, BuiltMethod, HostTensors, Network, Tensors } from './method.ts';

/** What fine-tuning is made of besides the encoder. */
export interface FinetuneParts {
  readonly plan: FinetunePlan;
  /** True if nothing of the encoder moves or adapts. */
  readonly still: boolean;
  readonly head: HeadShape;
  /** Weight of each class in the loss [classes]. */
  readonly classWeights: Float32Array;
}

/**
 * An encoder whose batch norm adapts where a plan says so: elsewhere it is marked (see `batchNorm`). One that is `still` as a whole is
 * evaluated, so that all else that differs in training, such as dropout, is off as well.
 */
export function planned(encoder: Network, plan: FinetunePlan, still: boolean): Network {
  return {
    ...encoder,
    apply(tensors, x, training) {
      return encoder.apply(training && !still ? marked(tensors, plan) : tensors, x, training && !still);
    },
  };
}

/** The tensors with a mark beside the statistics of every batch norm that does not adapt. */
function marked(tensors: Tensors, plan: FinetunePlan): Tensors {
  const marks = Object.entries(tensors).flatMap(([name, tensor]) => {
    const layer = name.endsWith('/mean') ? name.slice(0, -'/mean'.length) : null;
    return layer === null || plan.adapts(layer) ? [] : [[`${layer}/frozen`, tensor] as const];
  });
  return { ...tensors, ...Object.fromEntries(marks) };
}

/** Cross-entropy of a head on the encoder, the encoder moving as planned. */
export function finetunedMethod(
  context: BuildContext,
  { plan, still, head: shape, classWeights }: FinetuneParts,
): BuiltMethod {
  const encoder = planned(context.encoder, plan, still);
  const widths = [encoder.dim, ...(shape.hidden > 0 ? [shape.hidden] : []), context.classes];
  const head = mlp({ widths, batchNorm: false });
  const dropping = shape.hidden > 0 && shape.dropout > 0;
  return {
    networks: { encoder, head },
    embedding: null,
    viewCount: 1,
    state: () => ({}),
    scalars: {},
    ...(dropping ? { draw: (rng: Rng) => kept(rng, context.batchSize, shape) } : {}),
    loss(params, { views, labels, drawn }) {
      const { y: h, updates } = encoder.apply(within(params, 'encoder'), views[0] as tf.Tensor4D, true);
      const logits = logitsOf(
        within(params, 'head'),
        h as tf.Tensor2D,
        shape.hidden,
        drawn?.['dropout'] ?? null,
      );
      const classes = labels as tf.Tensor1D;
      return {
        loss: weighted(logits, classes, classWeights),
        metrics: { pretextAccuracy: accuracy(logits, classes) },
        updates: prefixed(updates, 'encoder'),
      };
    },
  };
}

/** What dropout multiplies the hidden layer by: 0, or one over the share that is kept. */
function kept(rng: Rng, batch: number, { hidden, dropout }: HeadShape): HostTensors {
  const data = Float32Array.from({ length: batch * hidden }, () =>
    rng.uniform() < dropout ? 0 : 1 / (1 - dropout),
  );
  return { dropout: { shape: [batch, hidden], dtype: 'float32', data } };
}

function logitsOf(head: Tensors, h: tf.Tensor2D, hidden: number, dropout: tf.Tensor | null): tf.Tensor2D {
  const linear = (x: tf.Tensor, name: string): tf.Tensor => {
    const { weight, bias } = within(head, name) as Record<'weight' | 'bias', tf.Tensor>;
    return tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D).add(bias);
  };
  if (hidden === 0) return linear(h, 'linear1') as tf.Tensor2D;
  const layer = tf.relu(linear(h, 'linear1'));
  return linear(dropout === null ? layer : layer.mul(dropout), 'linear2') as tf.Tensor2D;
}

/** Mean cross-entropy in which each row counts by the weight of its class, divided by the sum of those weights as PyTorch does. */
export function weighted(logits: tf.Tensor2D, labels: tf.Tensor1D, weights: Float32Array): tf.Scalar {
  const targets = tf.oneHot(labels, weights.length).toFloat();
  const rows = targets.mul(tf.tensor1d(weights));
  return tf.logSoftmax(logits).mul(rows).sum().div(rows.sum()).neg() as tf.Scalar;
}

/** Weights in inverse proportion to how often classes occur, 1 on average over the rows; 0 for a class that never does. */
export function balancedWeights(codes: ArrayLike<number>, classes: number): Float32Array {
  const counts = new Float64Array(classes);
  for (let i = 0; i < codes.length; i++) counts[codes[i] as number] = (counts[codes[i] as number] ?? 0) + 1;
  const present = counts.filter((count) => count > 0).length;
  return Float32Array.from(counts, (count) => (count === 0 ? 0 : codes.length / (present * count)));
}
