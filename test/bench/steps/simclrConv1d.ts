import * as tf from '@tensorflow/tfjs';

import type { HostTensor, StepTensors } from '../../../main/compiler/index.ts';
import { contrastiveLoss, filled, momentumStep, normal, parameter, withVelocities } from '../model.ts';
import type { BenchCase, BenchStep } from '../step.ts';

/** [width, channels in, channels out] of the three convolutions over time. */
const LAYERS = [
  [24, 6, 32],
  [16, 32, 64],
  [8, 64, 96],
] as const;

const DENSE = [96, 256, 128, 50];

function embed(p: StepTensors, series: tf.Tensor): tf.Tensor2D {
  let h = series as tf.Tensor3D;
  LAYERS.forEach((_, index) => {
    const y = tf.conv1d(h, parameter<tf.Tensor3D>(p, `p/conv${index}`), 1, 'valid');
    h = tf.relu(y.add(parameter(p, `p/shift${index}`))) as tf.Tensor3D;
  });
  let z = h.max(1) as tf.Tensor2D;
  DENSE.slice(1).forEach((_, index) => {
    const y = tf.matMul(z, parameter<tf.Tensor2D>(p, `p/dense${index}`)).add(parameter(p, `p/bias${index}`));
    z = (index < DENSE.length - 2 ? tf.relu(y) : y) as tf.Tensor2D;
  });
  return z;
}

function parameters(): Record<string, HostTensor> {
  const p: Record<string, HostTensor> = {};
  LAYERS.forEach(([width, from, to], index) => {
    p[`p/conv${index}`] = normal([width, from, to], Math.sqrt(2 / (width * from)), index + 1);
    p[`p/shift${index}`] = filled([to], 0);
  });
  DENSE.slice(1).forEach((to, index) => {
    const from = DENSE[index] as number;
    p[`p/dense${index}`] = normal([from, to], Math.sqrt(2 / from), index + 11);
    p[`p/bias${index}`] = filled([to], 0);
  });
  return p;
}

function build(series = 128): BenchCase {
  return {
    state: withVelocities(parameters()),
    inputs: { x: normal([series, 128, 6], 1, 31) },
    fn: (state, inputs) =>
      momentumStep(state, (p) => contrastiveLoss(embed(p, parameter(inputs, 'x')), 0.5), 0.05, 0.9),
  };
}

/** SimCLR on sensor series: 128 series of 128 samples x 6 channels, three 1-D convolutions, global max pool. */
export const simclrConv1d: BenchStep = { id: 'simclr-conv1d', samples: 128, build };
