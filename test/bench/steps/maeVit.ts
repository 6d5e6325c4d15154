import * as tf from '@tensorflow/tfjs';

import type { HostTensor, StepTensors } from '../../../main/compiler/index.ts';
import { adamState, adamStep, normal, parameter } from '../model.ts';
import type { BenchCase, BenchStep } from '../step.ts';
import { block, blockParameters, dense, denseParameters, layerNorm, normParameters } from '../transformer.ts';

const PATCHES = 64;
const PATCH_VALUES = 48;
const VISIBLE = 16;
const ENCODER = { width: 192, layers: 12, heads: 3 };
const DECODER = { width: 96, layers: 2, heads: 3 };

function parameters(): Record<string, HostTensor> {
  const stack = (name: string, { layers, width }: typeof ENCODER): Record<string, HostTensor>[] =>
    Array.from({ length: layers }, (_, index) =>
      blockParameters(`${name}${index}`, width, 10 * index + width),
    );
  return {
    ...denseParameters('patches', PATCH_VALUES, ENCODER.width, 1),
    'p/positions': normal([PATCHES, ENCODER.width], 0.02, 2),
    ...Object.assign({}, ...stack('encoder', ENCODER)),
    ...normParameters('norm', ENCODER.width),
    ...denseParameters('bridge', ENCODER.width, DECODER.width, 3),
    'p/mask': normal([1, 1, DECODER.width], 0.02, 4),
    'p/places': normal([PATCHES, DECODER.width], 0.02, 5),
    ...Object.assign({}, ...stack('decoder', DECODER)),
    ...normParameters('end', DECODER.width),
    ...denseParameters('pixels', DECODER.width, PATCH_VALUES, 6),
  } as Record<string, HostTensor>;
}

/** Tokens chosen per image: rows of [batch * tokens, width] by flat index. */
function rows(x: tf.Tensor, index: tf.Tensor1D, tokens: number): tf.Tensor {
  const [batch = 1, , width = 1] = x.shape;
  return tf.gather(x.reshape([-1, width]), index).reshape([batch, tokens, width]);
}

function loss(p: StepTensors, inputs: StepTensors): tf.Scalar {
  const patches = parameter<tf.Tensor3D>(inputs, 'patches');
  const batch = patches.shape[0];
  let h = dense(p, patches, 'patches').add(parameter(p, 'p/positions'));
  h = rows(h, parameter(inputs, 'visible'), VISIBLE);
  for (let index = 0; index < ENCODER.layers; index++) h = block(p, h, `encoder${index}`, ENCODER.heads);
  const seen = dense(p, layerNorm(p, h, 'norm'), 'bridge');
  const filler = parameter(p, 'p/mask').broadcastTo([batch, PATCHES - VISIBLE, DECODER.width]);
  let g = rows(tf.concat([seen, filler], 1), parameter(inputs, 'restore'), PATCHES).add(
    parameter(p, 'p/places'),
  );
  for (let index = 0; index < DECODER.layers; index++) g = block(p, g, `decoder${index}`, DECODER.heads);
  const error = dense(p, layerNorm(p, g, 'end'), 'pixels')
    .sub(patches)
    .square()
    .mean(-1);
  const hidden = parameter(inputs, 'hidden');
  return error.mul(hidden).sum().div(hidden.sum()) as tf.Scalar;
}

/** Permutation of the patches that differs from image to image; visible ones come first. */
function permuted(image: number): number[] {
  return Array.from({ length: PATCHES }, (_, index) => (index * 13 + image * 5) % PATCHES);
}

function build(images = 128): BenchCase {
  const orders = Array.from({ length: images }, (_, image) => permuted(image));
  const visible = orders.flatMap((order, image) =>
    order.slice(0, VISIBLE).map((patch) => image * PATCHES + patch),
  );
  const restore = orders.flatMap((order, image) =>
    Array.from({ length: PATCHES }, (_, patch) => image * PATCHES + order.indexOf(patch)),
  );
  const hidden = orders.flatMap((order) =>
    Array.from({ length: PATCHES }, (_, patch) => (order.indexOf(patch) < VISIBLE ? 0 : 1)),
  );
  return {
    state: adamState(parameters()),
    inputs: {
      patches: normal([images, PATCHES, PATCH_VALUES], 1, 51),
      visible: { shape: [visible.length], dtype: 'int32', data: Int32Array.from(visible) },
      restore: { shape: [restore.length], dtype: 'int32', data: Int32Array.from(restore) },
      hidden: { shape: [images, PATCHES], dtype: 'float32', data: Float32Array.from(hidden) },
    },
    fn: (state, inputs) => adamStep(state, (p) => loss(p, inputs), 1e-3, 5e-2),
  };
}

/** Masked autoencoder: ViT-tiny on 4x4 patches of 128 images of 32x32x3, three quarters hidden; AdamW. */
export const maeVit: BenchStep = { id: 'mae-vit', samples: 128, build };
