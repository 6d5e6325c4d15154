import type * as tf from '@tensorflow/tfjs';
import type { ParamSpecs, Params, Reference } from '../../preload/contract/vocabulary.ts';
import type { Tensors } from './method.ts';

/** What an optimiser is given for one tensor. */
export interface OptimizerInputs {
  readonly value: tf.Tensor;
  readonly gradient: tf.Tensor;
  /** The optimiser's memory of this tensor, by slot, each of the tensor's shape; zeros at first. */
  readonly slots: Tensors;
  readonly learningRate: tf.Scalar;
  /** This step's values of `scalars`. */
  readonly scalars: Tensors;
  /** False for biases and batch norm, which weight decay leaves alone. */
  readonly decay: boolean;
}

/** An update rule: a pure function per tensor. */
export interface Optimizer {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly reference: Reference;
  readonly params: ParamSpecs;
  /** Names of what is remembered for each tensor. */
  readonly slots: readonly string[];
  /** Highest learning rate of the schedule. */
  learningRate(params: Params): number;
  /** Numbers that change per step (counted from 1), such as bias corrections; they are inputs of the compiled step. */
  scalars(params: Params, step: number): Readonly<Record<string, number>>;
  update(params: Params, inputs: OptimizerInputs): { readonly value: tf.Tensor; readonly slots: Tensors };
}
