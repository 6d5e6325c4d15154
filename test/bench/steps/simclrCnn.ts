import * as tf from '@tensorflow/tfjs';

import type { HostTensor, StepTensors } from '../../../main/compiler/index.ts';
import {
  batchNorm,
  contrastiveLoss,
  filled,
  momentumStep,
  normal,
  parameter,
  withVelocities,
} from '../model.ts';
import type { BenchCase, BenchStep } from '../step.ts';

const LAYERS = [
  [3, 32, 1],
  [32, 32, 1],
  [32, 64, 2],
  [64, 64, 1],
  [64, 128, 2],
  [128, 128, 1],
] as const;

const IMAGES = 128;

function embed(p: StepTensors, images: tf.Tensor): tf.Tensor2D {
  let h = images as tf.Tensor4D;
  LAYERS.forEach(([, , stride], index) => {
    const y = tf.conv2d(h, parameter<tf.Tensor4D>(p, `p/conv${index}`), stride, 'same');
    h = tf.relu(batchNorm(y, parameter(p, `p/gain${index}`), parameter(p, `p/shift${index}`))) as tf.Tensor4D;
  });
  const pooled = h.mean<tf.Tensor2D>([1, 2]);
  const hidden = tf.relu(
    tf.matMul(pooled, parameter<tf.Tensor2D>(p, 'p/dense0')).add(parameter(p, 'p/bias0')),
  );
  return tf.matMul(hidden as tf.Tensor2D, parameter<tf.Tensor2D>(p, 'p/dense1')).add(parameter(p, 'p/bias1'));
}

function parameters(): Record<string, HostTensor> {
  const p: Record<string, HostTensor> = {};
  LAYERS.forEach(([from, to], index) => {
    p[`p/conv${index}`] = normal([3, 3, from, to], Math.sqrt(2 / (9 * from)), index + 1);
    p[`p/gain${index}`] = filled([to], 1);
    p[`p/shift${index}`] = filled([to], 0);
  });
  p['p/dense0'] = normal([128, 128], Math.sqrt(2 / 128), 11);
  p['p/bias0'] = filled([128], 0);
  p['p/dense1'] = normal([128, 64], Math.sqrt(1 / 128), 12);
  p['p/bias1'] = filled([64], 0);
  return p;
}

function build(images = IMAGES): BenchCase {
  return {
    state: withVelocities(parameters()),
    inputs: { x: normal([images, 32, 32, 3], 1, 21) },
    fn: (state, inputs) =>
      momentumStep(state, (p) => contrastiveLoss(embed(p, parameter(inputs, 'x')), 0.5), 0.05, 0.9),
  };
}

/** SimCLR on a small convolutional encoder: 64 pairs of 32x32x3 images, temperature 0.5, SGD 0.05 with momentum 0.9. */
export const simclrCnn: BenchStep = { id: 'simclr-cnn', samples: IMAGES, build };
