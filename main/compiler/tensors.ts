import type * as tf from '@tensorflow/tfjs';

/** Element types at a step's border. */
export type DType = 'float32' | 'int32' | 'bool';

/** Shape and type of a tensor. */
export interface TensorSpec {
  readonly shape: readonly number[];
  readonly dtype: DType;
}

/** Row-major values with their shape and type: float32, int32, or bool as bytes. */
export interface HostTensor extends TensorSpec {
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/** Symbolic tensors by name, as a step function sees them. */
export type StepTensors = Readonly<Record<string, tf.Tensor>>;
