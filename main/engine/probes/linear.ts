import * as tf from '@tensorflow/tfjs';
import type { RunConfig } from '../../../preload/contract/vocabulary.ts';
import { defaultsOf } from '../../core/params.ts';
import type { Rng } from '../../core/rng.ts';
import type { Matrix } from '../../fairness/representation/matrix.ts';
import type { CompiledStep, Engine, EngineState } from '../engine.ts';
import { crossEntropy } from '../losses/crossEntropy.ts';
import type { HostTensor, HostTensors } from '../method.ts';
import { adamW } from '../optimizers/adamW.ts';
import { warmupCosine } from '../schedules/warmupCosine.ts';
import { signatureOf } from '../trainingStep.ts';
import type { LabelledMatrix } from './knn.ts';

/** Samples per update, or all if there are fewer. */
const BATCH = 256;

/** A trained probe: class scores are softmax((h - mean) * scale * weight + bias), a hidden layer between them where there is one. All float32. */
export interface LinearProbe {
  /** [dim] */
  readonly mean: Float32Array;
  /** One over the standard deviation [dim]; 0 where a dimension never changes. */
  readonly scale: Float32Array;
  /** A layer with ReLU before the scores, which only fine-tuned heads have: [dim, width] and [width]. */
  readonly hidden?: { readonly weight: Float32Array; readonly bias: Float32Array };
  /** [dim or width, classes] */
  readonly weight: Float32Array;
  /** [classes] */
  readonly bias: Float32Array;
}

export type LinearSettings = RunConfig['evaluate']['linear'];

/**
 * Multinomial logistic regression on frozen, standardised representations: AdamW, cosine to 0, minibatches in an order that `rng` draws.
 * The usual linear evaluation protocol (e.g. SimCLR, arXiv 2002.05709, appendix B.8) with AdamW instead of L-BFGS or SGD.
 */
export async function trainLinearProbe(
  engine: Engine,
  data: LabelledMatrix,
  classes: number,
  settings: LinearSettings,
  rng: Rng,
): Promise<LinearProbe> {
  const { mean, scale } = standardisation(data);
  const standard = standardised(data, mean, scale);
  const batch = Math.min(BATCH, data.rows);
  const initial = initialTensors(data.columns, classes);
  const state = await engine.createState(initial);
  const example = batchInputs(standard, data.codes, new Uint32Array(batch), data.columns, 1, 0);
  const step = await engine.compile(
    probeStep(settings, classes),
    signatureOf(initial, example),
    'linear probe',
  );
  await descend(step, state, { standard, data, batch, settings, rng });
  const values = await state.read();
  await step.dispose();
  state.dispose();
  return { mean, scale, weight: floatsOf(values['weight']), bias: floatsOf(values['bias']) };
}

interface Descent {
  readonly standard: Float32Array;
  readonly data: LabelledMatrix;
  readonly batch: number;
  readonly settings: LinearSettings;
  readonly rng: Rng;
}

async function descend(step: CompiledStep, state: EngineState, run: Descent): Promise<void> {
  const perEpoch = Math.floor(run.data.rows / run.batch);
  const total = perEpoch * run.settings.epochs;
  let order: Uint32Array = new Uint32Array(0);
  for (let index = 0; index < total; index++) {
    const within = index % perEpoch;
    if (within === 0) order = run.rng.permutation(run.data.rows);
    const rows = order.subarray(within * run.batch, (within + 1) * run.batch);
    const factor = warmupCosine.factor(defaultsOf(warmupCosine.params), index, total, perEpoch);
    const rate = run.settings.learningRate * factor;
    await step.run(state, batchInputs(run.standard, run.data.codes, rows, run.data.columns, index + 1, rate));
  }
}

/** Scores [rows, classes]: softmax probabilities. */
export function applyLinearProbe(probe: LinearProbe, h: Matrix): Float32Array {
  const classes = probe.bias.length;
  const scores = new Float32Array(h.rows * classes);
  for (let row = 0; row < h.rows; row++) {
    const standard = Float64Array.from(
      probe.mean,
      (mean, i) => ((h.data[row * h.columns + i] as number) - mean) * (probe.scale[i] as number),
    );
    const { hidden } = probe;
    const features = hidden ? layer(standard, hidden).map((value) => Math.max(0, value)) : standard;
    scores.set(softmax(layer(features, probe)), row * classes);
  }
  return scores;
}

/** x weight + bias of one row. */
function layer(x: Float64Array, { weight, bias }: Pick<LinearProbe, 'weight' | 'bias'>): Float64Array {
  const width = bias.length;
  const result = Float64Array.from(bias);
  for (let i = 0; i < x.length; i++) {
    const value = x[i] as number;
    for (let c = 0; c < width; c++)
      result[c] = (result[c] as number) + value * (weight[i * width + c] as number);
  }
  return result;
}

function softmax(logits: Float64Array): Float64Array {
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}

/** The class of the highest score of each row; ties go to the lower code. */
export function predictedCodes(scores: Float32Array, classes: number): Int32Array {
  return Int32Array.from({ length: scores.length / classes }, (_, row) => {
    const own = scores.subarray(row * classes, (row + 1) * classes);
    return own.indexOf(Math.max(...own));
  });
}

function probeStep(settings: LinearSettings, classes: number): Parameters<Engine['compile']>[0] {
  const params = { ...defaultsOf(adamW.params), weightDecay: settings.weightDecay };
  return (tensors, inputs) => {
    const names = ['weight', 'bias'] as const;
    const oneHot = tf.oneHot(inputs['labels'] as tf.Tensor1D, classes).toFloat() as tf.Tensor2D;
    const { value, grads } = tf.valueAndGrads((weight: tf.Tensor, bias: tf.Tensor) => {
      const logits = tf.matMul(inputs['features'] as tf.Tensor2D, weight as tf.Tensor2D).add(bias);
      return crossEntropy(logits as tf.Tensor2D, oneHot);
    })(names.map((name) => tensors[name] as tf.Tensor));
    const state: Record<string, tf.Tensor> = {};
    names.forEach((name, index) => {
      const update = adamW.update(params, {
        value: tensors[name] as tf.Tensor,
        gradient: grads[index] as tf.Tensor,
        slots: {
          first: tensors[`first/${name}`] as tf.Tensor,
          second: tensors[`second/${name}`] as tf.Tensor,
        },
        learningRate: inputs['learningRate'] as tf.Scalar,
        scalars: inputs,
        decay: name === 'weight',
      });
      state[name] = update.value;
      state[`first/${name}`] = update.slots['first'] as tf.Tensor;
      state[`second/${name}`] = update.slots['second'] as tf.Tensor;
    });
    return { state, outputs: { loss: value } };
  };
}

/** Zeros: the loss is convex, so the start does not matter. */
function initialTensors(dim: number, classes: number): HostTensors {
  const weight = (): HostTensor => floats([dim, classes], new Float32Array(dim * classes));
  const bias = (): HostTensor => floats([classes], new Float32Array(classes));
  return {
    weight: weight(),
    bias: bias(),
    'first/weight': weight(),
    'second/weight': weight(),
    'first/bias': bias(),
    'second/bias': bias(),
  };
}

function batchInputs(
  standard: Float32Array,
  codes: Int32Array,
  rows: Uint32Array,
  dim: number,
  step: number,
  learningRate: number,
): HostTensors {
  const features = new Float32Array(rows.length * dim);
  rows.forEach((row, i) => features.set(standard.subarray(row * dim, (row + 1) * dim), i * dim));
  const corrections = Object.entries(adamW.scalars(defaultsOf(adamW.params), step));
  return {
    features: floats([rows.length, dim], features),
    labels: {
      shape: [rows.length],
      dtype: 'int32',
      data: Int32Array.from(rows, (row) => codes[row] as number),
    },
    learningRate: floats([], Float32Array.of(learningRate)),
    ...Object.fromEntries(corrections.map(([name, value]) => [name, floats([], Float32Array.of(value))])),
  };
}

/** Mean and one over the standard deviation of every dimension. */
function standardisation({ rows, columns, data }: Matrix): {
  readonly mean: Float32Array;
  readonly scale: Float32Array;
} {
  const mean = new Float64Array(columns);
  const square = new Float64Array(columns);
  for (let i = 0; i < data.length; i++)
    mean[i % columns] = (mean[i % columns] as number) + (data[i] as number) / rows;
  for (let i = 0; i < data.length; i++) {
    const column = i % columns;
    square[column] =
      (square[column] as number) + ((data[i] as number) - (mean[column] as number)) ** 2 / rows;
  }
  return {
    mean: Float32Array.from(mean),
    scale: Float32Array.from(square, (variance) => (variance > 1e-12 ? 1 / Math.sqrt(variance) : 0)),
  };
}

function standardised({ columns, data }: Matrix, mean: Float32Array, scale: Float32Array): Float32Array {
  return Float32Array.from(
    data,
    (value, i) => (value - (mean[i % columns] as number)) * (scale[i % columns] as number),
  );
}

function floats(shape: readonly number[], data: Float32Array): HostTensor {
  return { shape, dtype: 'float32', data };
}

function floatsOf(tensor: HostTensor | undefined): Float32Array {
  return (tensor as HostTensor).data as Float32Array;
}
