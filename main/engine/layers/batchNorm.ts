import * as tf from '@tensorflow/tfjs';
import type { HostTensors, Tensors } from '../method.ts';
import { constantValues } from './initial.ts';

/** Added to the variance. */
const EPSILON = 1e-5;
/** Share of the running statistics that one step replaces. */
const RENEWAL = 0.1;

/** Scale, shift and running statistics of `width` channels: gamma, beta, mean, variance. */
export function batchNormInit(width: number): HostTensors {
  return {
    gamma: constantValues([width], 1),
    beta: constantValues([width], 0),
    mean: constantValues([width], 0),
    variance: constantValues([width], 1),
  };
}

/** Whether a tensor of a network is a running mean or variance, which no optimiser and no moving average of weights touches. */
export function isRunningStatistic(name: string): boolean {
  return /(^|\/)(mean|variance)$/.test(name);
}

/**
 * Batch normalisation over all axes but the last (Ioffe & Szegedy, arXiv 1502.03167). In training the batch's own statistics (variance
 * divided by n) normalise, and `updates` holds new running ones (divided by n - 1, as PyTorch does); otherwise the running ones do. A layer
 * that is given a tensor `frozen` keeps to its running statistics in training too: fine-tuning marks so what it leaves as it is.
 */
export function batchNorm<T extends tf.Tensor>(
  params: Tensors,
  x: T,
  training: boolean,
): { readonly y: T; readonly updates: Tensors } {
  const { gamma, beta, mean, variance } = params as Readonly<
    Record<'gamma' | 'beta' | 'mean' | 'variance', tf.Tensor1D>
  >;
  if (!training || params['frozen'] !== undefined) {
    const scale = variance.add(EPSILON).rsqrt().mul(gamma);
    return { y: x.mul(scale).add(beta.sub(mean.mul(scale))), updates: {} };
  }
  const axes = x.shape.map((_, axis) => axis).slice(0, -1);
  const batchMean = x.mean(axes) as tf.Tensor1D;
  const batchVariance = x.sub(batchMean).square().mean(axes) as tf.Tensor1D;
  const count = axes.reduce((product, axis) => product * (x.shape[axis] ?? 1), 1);
  return {
    y: normalise(x, gamma, beta, batchMean, batchVariance),
    updates: {
      mean: renewed(mean, batchMean),
      variance: renewed(variance, batchVariance.mul(count / Math.max(1, count - 1))),
    },
  };
}

function renewed(running: tf.Tensor, batch: tf.Tensor): tf.Tensor {
  return running.mul(1 - RENEWAL).add(batch.mul(RENEWAL));
}

/**
 * gamma (x - mean) / sqrt(variance + eps) + beta with the gradient in closed form: two reductions and one affine map, instead of the
 * long chain that differentiating the statistics would record. Mean and variance must be those of x.
 */
function normalise<T extends tf.Tensor>(
  x: T,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  mean: tf.Tensor1D,
  variance: tf.Tensor1D,
): T {
  const axes = x.shape.map((_, axis) => axis).slice(0, -1);
  const count = axes.reduce((product, axis) => product * (x.shape[axis] ?? 1), 1);
  const inverse = variance.add(EPSILON).rsqrt();
  const operation = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [input, factor, offset, save] = given as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const scale = inverse.mul(factor);
    save([input, factor, mean, inverse]);
    return {
      value: input.mul(scale).add(offset.sub(mean.mul(scale))),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [savedInput, savedFactor, savedMean, savedInverse] = saved as [
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
        ];
        const sumOfDy = dy.sum(axes);
        const dGamma = dy.mul(savedInput.sub(savedMean)).sum(axes).mul(savedInverse);
        // dx = a dy + b x + c, the three coefficients per channel.
        const a = savedFactor.mul(savedInverse);
        const b = a.mul(savedInverse).mul(dGamma).div(-count);
        const c = a.mul(sumOfDy).div(-count).sub(b.mul(savedMean));
        return [dy.mul(a).add(savedInput.mul(b)).add(c), dGamma, sumOfDy];
      },
    };
  });
  return operation(x, gamma, beta) as T;
}
