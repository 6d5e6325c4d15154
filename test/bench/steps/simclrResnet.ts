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

/** [channels in, channels out, stride] of the eight basic blocks of ResNet-18. */
const BLOCKS = [
  [64, 64, 1],
  [64, 64, 1],
  [64, 128, 2],
  [128, 128, 1],
  [128, 256, 2],
  [256, 256, 1],
  [256, 512, 2],
  [512, 512, 1],
] as const;

function convNorm(p: StepTensors, x: tf.Tensor4D, name: string, stride: number): tf.Tensor {
  const y = tf.conv2d(x, parameter<tf.Tensor4D>(p, `p/${name}/conv`), stride, 'same');
  return batchNorm(y, parameter(p, `p/${name}/gain`), parameter(p, `p/${name}/shift`));
}

function embed(p: StepTensors, images: tf.Tensor): tf.Tensor2D {
  let h = tf.relu(convNorm(p, images as tf.Tensor4D, 'stem', 1)) as tf.Tensor4D;
  BLOCKS.forEach(([from, to, stride], index) => {
    const inner = tf.relu(convNorm(p, h, `${index}a`, stride)) as tf.Tensor4D;
    const residual = convNorm(p, inner, `${index}b`, 1);
    const shortcut = from === to ? h : convNorm(p, h, `${index}s`, stride);
    h = tf.relu(residual.add(shortcut)) as tf.Tensor4D;
  });
  const pooled = h.mean<tf.Tensor2D>([1, 2]);
  const hidden = tf.relu(
    tf.matMul(pooled, parameter<tf.Tensor2D>(p, 'p/dense0')).add(parameter(p, 'p/bias0')),
  );
  return tf.matMul(hidden as tf.Tensor2D, parameter<tf.Tensor2D>(p, 'p/dense1')).add(parameter(p, 'p/bias1'));
}

function parameters(): Record<string, HostTensor> {
  const p: Record<string, HostTensor> = {};
  let seed = 1;
  const layer = (name: string, size: number, from: number, to: number): void => {
    p[`p/${name}/conv`] = normal([size, size, from, to], Math.sqrt(2 / (size * size * from)), seed++);
    p[`p/${name}/gain`] = filled([to], 1);
    p[`p/${name}/shift`] = filled([to], 0);
  };
  layer('stem', 3, 3, 64);
  BLOCKS.forEach(([from, to], index) => {
    layer(`${index}a`, 3, from, to);
    layer(`${index}b`, 3, to, to);
    if (from !== to) layer(`${index}s`, 1, from, to);
  });
  p['p/dense0'] = normal([512, 512], Math.sqrt(2 / 512), seed++);
  p['p/bias0'] = filled([512], 0);
  p['p/dense1'] = normal([512, 128], Math.sqrt(1 / 512), seed++);
  p['p/bias1'] = filled([128], 0);
  return p;
}

function build(images = 32): BenchCase {
  return {
    state: withVelocities(parameters()),
    inputs: { x: normal([images, 32, 32, 3], 1, 77) },
    fn: (state, inputs) =>
      momentumStep(state, (p) => contrastiveLoss(embed(p, parameter(inputs, 'x')), 0.5), 0.05, 0.9),
  };
}

/** SimCLR on ResNet-18 with the CIFAR stem, 32 images of 32x32x3 (128 take too long for a bench), MLP 512-128. */
export const simclrResnet: BenchStep = { id: 'simclr-resnet18', samples: 32, build };
