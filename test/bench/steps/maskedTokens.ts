import * as tf from '@tensorflow/tfjs';

import type { HostTensor, StepTensors } from '../../../main/compiler/index.ts';
import { adamState, adamStep, normal, parameter } from '../model.ts';
import type { BenchCase, BenchStep } from '../step.ts';
import { block, blockParameters, dense, denseParameters, layerNorm, normParameters } from '../transformer.ts';

const LAYERS = 4;
const WIDTH = 256;
const HEADS = 4;
const LENGTH = 128;
const VOCABULARY = 8000;
const MASKED = 19;

function parameters(): Record<string, HostTensor> {
  const blocks = Array.from({ length: LAYERS }, (_, index) =>
    blockParameters(`block${index}`, WIDTH, 10 * index + 5),
  );
  return {
    'p/tokens': normal([VOCABULARY, WIDTH], 0.02, 1),
    'p/positions': normal([LENGTH, WIDTH], 0.02, 2),
    ...Object.assign({}, ...blocks),
    ...normParameters('norm', WIDTH),
    ...denseParameters('head', WIDTH, VOCABULARY, 3),
  } as Record<string, HostTensor>;
}

function integers(shape: readonly number[], below: (index: number) => number): HostTensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return { shape, dtype: 'int32', data: Int32Array.from({ length: size }, (_, index) => below(index)) };
}

function loss(p: StepTensors, inputs: StepTensors, batch: number): tf.Scalar {
  const ids = parameter<tf.Tensor1D>(inputs, 'ids');
  let h: tf.Tensor = tf.gather(parameter(p, 'p/tokens'), ids).reshape([batch, LENGTH, WIDTH]);
  h = h.add(parameter(p, 'p/positions'));
  for (let index = 0; index < LAYERS; index++) h = block(p, h, `block${index}`, HEADS);
  const chosen = tf.gather(
    layerNorm(p, h, 'norm').reshape([batch * LENGTH, WIDTH]),
    parameter<tf.Tensor1D>(inputs, 'places'),
  );
  const logits = dense(p, chosen, 'head');
  const target = tf.oneHot(parameter<tf.Tensor1D>(inputs, 'targets'), VOCABULARY);
  return tf.neg(tf.logSoftmax(logits).mul(target).sum(1).mean()) as tf.Scalar;
}

function build(batch = 32): BenchCase {
  const chosen = batch * MASKED;
  return {
    state: adamState(parameters()),
    inputs: {
      ids: integers([batch * LENGTH], (index) => (index * 7919) % VOCABULARY),
      places: integers([chosen], (index) => Math.floor(index / MASKED) * LENGTH + (index % MASKED) * 6),
      targets: integers([chosen], (index) => (index * 104729) % VOCABULARY),
    },
    fn: (state, inputs) => adamStep(state, (p) => loss(p, inputs, batch), 1e-3, 1e-2),
  };
}

/** Masked tokens: a transformer of 4 layers, width 256, over 32 texts of 128 tokens, 15 % predicted; AdamW. */
export const maskedTokens: BenchStep = { id: 'masked-tokens', samples: 32, build };
