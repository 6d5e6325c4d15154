import * as tf from '@tensorflow/tfjs';
import type { Params, RunConfig } from '../../../preload/contract/vocabulary.ts';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import type { Checkpoint } from '../../../main/engine/checkpoint.ts';
import type { Engine } from '../../../main/engine/engine.ts';
import type { methods } from '../../../main/engine/registries.ts';
import reference from '../reference/methods.json' with { type: 'json' };
import { evaluate, tensorOf } from '../tensors.ts';
import { checkpointsOf, collectEvents, tinyConfig, tinyData, valuesOf } from '../tiny.ts';

type Loss = (a: tf.Tensor2D, b: tf.Tensor2D) => tf.Scalar;

/** M(rows, columns, 1, offset) of the reference numbers. */
export const formula = (rows: number, columns: number, offset: number) =>
  tensorOf([rows, columns], (index) => {
    const [i, j] = [Math.floor(index / columns), index % columns];
    return Math.sin(1 + 3 * i + 7 * j + 0.5 * i * j + offset);
  });

/** Largest differences from torch of a loss of two embeddings (6 x 4, from the formula) and of its gradients. */
export async function fromTorch(
  engine: Engine,
  name: keyof typeof reference.losses,
  loss: Loss,
): Promise<Readonly<Record<'loss' | 'da' | 'db', number>>> {
  const found = await evaluate(engine, { a: formula(6, 4, 0), b: formula(6, 4, 0.2) }, (given) => {
    const gradients = tf.grads((a: tf.Tensor, b: tf.Tensor) => loss(a as tf.Tensor2D, b as tf.Tensor2D));
    const [a, b] = [given['a'] as tf.Tensor2D, given['b'] as tf.Tensor2D];
    const [da, db] = gradients([a, b]) as [tf.Tensor, tf.Tensor];
    return { loss: loss(a, b), da, db };
  });
  const expected = reference.losses[name];
  const away = (key: 'da' | 'db') =>
    Math.max(...expected[key].map((value, i) => Math.abs(value - (found[key]?.[i] ?? NaN))));
  return { loss: Math.abs((found['loss']?.[0] ?? NaN) - expected.loss), da: away('da'), db: away('db') };
}

/** How 36 steps of a method went on `onnx`: 12 epochs of 3 batches of 16. */
export interface Course {
  readonly losses: readonly number[];
  /** Every point of a metric. */
  readonly values: (metric: string) => readonly number[];
  /** Standard deviation and effective rank of the embeddings at the end. */
  readonly std: number;
  readonly rank: number;
  /** After the first and after the last epoch. */
  readonly first: Checkpoint;
  readonly last: Checkpoint;
}

/** Trains on tiny images, with other parameters of the method or entries of the config if given. */
export async function course(
  method: keyof typeof methods,
  params: Params = {},
  learningRate = 0.05,
  changes: Partial<RunConfig> = {},
): Promise<Course> {
  const engine = await onnx.activate({ device: 'cpu', threads: 1 });
  const plain = tinyConfig(method);
  const config = tinyConfig(method, {
    epochs: 12,
    batchSize: 16,
    method: { id: method, params: { ...plain.method.params, ...params } },
    optimizer: { ...plain.optimizer, params: { ...plain.optimizer.params, learningRate } },
    monitor: { ...plain.monitor, everyEpochs: 12, bankSize: 24 },
    evaluate: { ...plain.evaluate, knn: { ...plain.evaluate.knn, everyEpochs: 0 } },
    checkpoint: { ...plain.checkpoint, everyEpochs: 1 },
    ...changes,
  });
  const events = await collectEvents(config, tinyData(), engine);
  const [first, last] = [checkpointsOf(events)[1], checkpointsOf(events).at(-1)];
  if (!first || !last) throw new Error('There are no checkpoints.');
  const [std, rank] = ['std', 'effectiveRank'].map((name) => valuesOf(events, name).at(-1) ?? NaN);
  const values = (metric: string) => valuesOf(events, metric);
  return { losses: values('loss'), values, std: std ?? NaN, rank: rank ?? NaN, first, last };
}

/** The mean of losses from a step to before another, counted from 0. */
export function meanLoss({ losses }: Course, from: number, to: number): number {
  const part = losses.slice(from, to);
  return part.reduce((sum, loss) => sum + loss, 0) / part.length;
}
