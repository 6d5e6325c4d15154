import type * as tf from '@tensorflow/tfjs';
import { AppError } from '../../../preload/contract/errors.ts';
import type { HostTensors, Tensors } from '../method.ts';
import { batchNorm, batchNormInit } from './batchNorm.ts';
import { groupNorm } from './groupNorm.ts';
import { constantValues } from './initial.ts';

/** By what a layer's channels are normalised; groups count for `group` alone. */
export interface NormChoice {
  readonly norm: 'batch' | 'group';
  readonly groups: number;
}

/** Initial tensors of `width` channels: gamma and beta, and for batch norm the running mean and variance. */
export function normInit({ norm }: NormChoice, width: number): HostTensors {
  if (norm === 'batch') return batchNormInit(width);
  return { gamma: constantValues([width], 1), beta: constantValues([width], 0) };
}

/** x [n, h, w, c] normalised, with new running statistics where there are any. */
export function normalised(
  { norm, groups }: NormChoice,
  params: Tensors,
  x: tf.Tensor4D,
  training: boolean,
): { readonly y: tf.Tensor4D; readonly updates: Tensors } {
  if (norm === 'batch') return batchNorm(params, x, training);
  return { y: groupNorm(params, x, groups), updates: {} };
}

/** @throws AppError invalidConfig if channels cannot be cut into the groups */
export function checkGroups({ norm, groups }: NormChoice, width: number): void {
  if (norm === 'batch' || width % groups === 0) return;
  throw new AppError({
    code: 'invalidConfig',
    message: `Group norm cuts ${width} channels into ${groups} equal groups, which does not come out even.`,
    hint: 'Set encoder.params.groups to a divisor of encoder.params.width.',
  });
}
