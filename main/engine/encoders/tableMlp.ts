import * as tf from '@tensorflow/tfjs';
import { choice, int, type ParamsOf } from '../../core/params.ts';
import { mlp } from '../layers/mlp.ts';
import { tableFeatures, tablePlan } from '../layers/tableInput.ts';
import type { Encoder } from '../method.ts';

const params = {
  width: int(256, { min: 4, max: 4096, doc: 'Width of every layer, and of the representation.' }),
  depth: int(4, { min: 1, max: 16, doc: 'Layers.' }),
  norm: choice('none', ['none', 'batch'], 'Batch norm between layers; the authors of SCARF use none.'),
} as const;

/** Linear layers with ReLU after each, over numbers with their missing flags and categories spread out as zeros and ones. */
export const tableMlp: Encoder = {
  id: 'tableMlp',
  title: 'MLP',
  summary: 'Linear layers with ReLU over standardised numbers and spread-out categories.',
  modalities: ['table'],
  reference: {
    paper:
      'Bahri, Jiang, Tay, Metzler: SCARF: self-supervised contrastive learning using random feature corruption, ICLR 2022 (4 layers of 256)',
    url: 'https://arxiv.org/abs/2106.15147',
    code: '',
  },
  params,
  build(given, _shape, layout) {
    const { width, depth, norm } = given as ParamsOf<typeof params>;
    const plan = tablePlan(layout);
    const widths = [plan.width, ...Array.from({ length: depth }, () => width)];
    const network = mlp({ widths, batchNorm: norm === 'batch' });
    return {
      ...network,
      apply(tensors, x, training) {
        const { y, updates } = network.apply(tensors, tableFeatures(plan, x as tf.Tensor4D), training);
        return { y: tf.relu(y), updates };
      },
    };
  },
};
