import * as tf from '@tensorflow/tfjs';
import { int, type ParamsOf } from '../../core/params.ts';
import type { Rng } from '../../core/rng.ts';
import { linearUniform } from '../layers/initial.ts';
import { prefixed, within } from '../layers/names.ts';
import { categoriesOf, numbersOf, type TablePlan, tablePlan } from '../layers/tableInput.ts';
import { allTrainable, checkHeads, transformer, transformerInit } from '../layers/transformer.ts';
import type { Encoder, HostTensors, Network, Tensors } from '../method.ts';

const params = {
  width: int(64, { min: 4, max: 512, step: 4, doc: 'Numbers per token, and of the representation.' }),
  depth: int(3, { min: 1, max: 12, doc: 'Transformer blocks.' }),
  heads: int(4, { min: 1, max: 16, doc: 'Attention heads; the width is a multiple of them.' }),
  ratio: int(2, { min: 1, max: 8, doc: 'Hidden width of a block’s MLP over its width.' }),
} as const;

type Given = ParamsOf<typeof params>;

/** The feature tokeniser's tensors: of numbers a direction, one for what is missing and a bias each; of categories a token per value and a bias. */
function tokeniserInit(rng: Rng, plan: TablePlan, width: number): HostTensors {
  const table = (rows: number) => linearUniform(rng, [rows, width], width);
  return {
    classToken: table(1),
    ...(plan.numbers.length === 0
      ? {}
      : { numbers: table(plan.numbers.length), missing: table(plan.numbers.length) }),
    ...(plan.categories.length === 0 ? {} : { values: table(plan.values) }),
    biases: table(plan.numbers.length + plan.categories.length),
  };
}

/** One token per column, numbers first, after the class token: [n, 1 + columns, width]. */
function tokensOf(plan: TablePlan, tensors: Tensors, x: tf.Tensor4D, width: number): tf.Tensor3D {
  const count = x.shape[0];
  const parts: tf.Tensor[] = [];
  if (plan.numbers.length > 0) {
    const { values, missing } = numbersOf(plan, x);
    const along = (flat: tf.Tensor2D, name: string): tf.Tensor =>
      flat.expandDims(2).mul(tensors[name] as tf.Tensor);
    parts.push(along(values, 'numbers').add(along(missing, 'missing')));
  }
  if (plan.categories.length > 0) {
    const ids = categoriesOf(plan, x).reshape([-1]);
    const found = tf.gather(tensors['values'] as tf.Tensor2D, ids as tf.Tensor1D);
    parts.push(found.reshape([count, plan.categories.length, width]));
  }
  const columns = tf.concat(parts, 1).add(tensors['biases'] as tf.Tensor);
  const first = (tensors['classToken'] as tf.Tensor2D).reshape([1, 1, width]).broadcastTo([count, 1, width]);
  return tf.concat([first, columns], 1) as tf.Tensor3D;
}

function network(given: Given, plan: TablePlan): Network {
  const { width } = given;
  return {
    dim: width,
    init(rng) {
      const blocks = prefixed(transformerInit(rng, given), 'blocks');
      return allTrainable({
        ...prefixed(tokeniserInit(rng, plan, width), 'tokens'),
        ...blocks,
      });
    },
    apply(tensors, x) {
      const tokens = tokensOf(plan, within(tensors, 'tokens'), x as tf.Tensor4D, width);
      const all = transformer(within(tensors, 'blocks'), tokens, given);
      return { y: all.slice([0, 0, 0], [-1, 1, -1]).squeeze([1]), updates: {} };
    },
  };
}

/**
 * FT-Transformer: every column becomes a token, and a pre-norm transformer's class token the representation. Deviations: GELU with twice the
 * width instead of ReGLU with 4/3, a norm before the first block too, a token of its own for what is missing, no dropout; 3 blocks of 64 by default.
 */
export const ftTransformer: Encoder = {
  id: 'ftTransformer',
  title: 'FT-Transformer',
  summary: 'Makes a token of every column and lets a transformer relate them.',
  modalities: ['table'],
  reference: {
    paper:
      'Gorishniy, Rubachev, Khrulkov, Babenko: Revisiting deep learning models for tabular data, NeurIPS 2021',
    url: 'https://arxiv.org/abs/2106.11959',
    code: 'https://github.com/yandex-research/rtdl-revisiting-models',
  },
  params,
  build(given, _shape, layout) {
    const chosen = given as Given;
    checkHeads('ftTransformer', chosen);
    return network(chosen, tablePlan(layout));
  },
};
