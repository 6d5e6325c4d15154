import * as tf from '@tensorflow/tfjs';

import type { HostTensor, StepTensors } from '../../../main/compiler/index.ts';
import { adamState, adamStep, filled, normal, parameter } from '../model.ts';
import type { BenchCase, BenchStep } from '../step.ts';

const FEATURES = 105;
const WIDTHS = [FEATURES, 256, 256, 256, FEATURES];

function predict(p: StepTensors, x: tf.Tensor): tf.Tensor {
  let h = x as tf.Tensor2D;
  WIDTHS.slice(1).forEach((_, index) => {
    const y = tf.matMul(h, parameter<tf.Tensor2D>(p, `p/dense${index}`)).add(parameter(p, `p/bias${index}`));
    h = (index < WIDTHS.length - 2 ? tf.relu(y) : y) as tf.Tensor2D;
  });
  return h;
}

function parameters(): Record<string, HostTensor> {
  const p: Record<string, HostTensor> = {};
  WIDTHS.slice(1).forEach((to, index) => {
    const from = WIDTHS[index] as number;
    p[`p/dense${index}`] = normal([from, to], Math.sqrt(2 / from), index + 1);
    p[`p/bias${index}`] = filled([to], 0);
  });
  return p;
}

function build(rows = 1024): BenchCase {
  const noise = normal([rows, FEATURES], 1, 41);
  const mask: HostTensor = { ...noise, data: noise.data.map((value) => (value > 0.5 ? 1 : 0)) };
  return {
    state: adamState(parameters()),
    inputs: { x: normal([rows, FEATURES], 1, 42), mask },
    fn: (state, inputs) => {
      const x = parameter(inputs, 'x');
      const hidden = parameter(inputs, 'mask');
      const loss = (p: StepTensors): tf.Scalar => {
        const error = predict(p, x.mul(tf.sub(1, hidden))).sub(x);
        return error.square().mul(hidden).sum().div(hidden.sum()) as tf.Scalar;
      };
      return adamStep(state, loss, 1e-3, 1e-2);
    },
  };
}

/** Masked features: an MLP of 3 x 256 restores 105 columns of 1,024 rows where a mask hid them; AdamW. */
export const maskedMlp: BenchStep = { id: 'masked-mlp', samples: 1024, build };
