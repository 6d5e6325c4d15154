import * as tf from '@tensorflow/tfjs';
import { int, type ParamsOf } from '../../core/params.ts';
import { batchNorm, batchNormInit } from '../layers/batchNorm.ts';
import { heNormal } from '../layers/initial.ts';
import { prefixed, within } from '../layers/names.ts';
import type { Encoder, HostTensor, Network, Tensors } from '../method.ts';

const params = {
  width: int(32, {
    min: 4,
    max: 512,
    step: 4,
    doc: 'Filters of the first layers; the representation has four times as many.',
  }),
} as const;

interface Block {
  readonly name: string;
  readonly from: number;
  readonly filters: number;
  readonly stride: 1 | 2;
}

function blocks(width: number, channels: number): readonly Block[] {
  const plan = [
    [1, 1],
    [1, 1],
    [2, 2],
    [2, 1],
    [4, 2],
    [4, 1],
  ] as const; // width factor, stride
  return plan.map(([factor, stride], index) => ({
    name: `block${index + 1}`,
    from: index === 0 ? channels : width * (plan[index - 1]?.[0] ?? 1),
    filters: width * factor,
    stride,
  }));
}

function initialBlock(block: Block, filter: HostTensor): Readonly<Record<string, HostTensor>> {
  return {
    [`${block.name}/filter`]: filter,
    ...prefixed(batchNormInit(block.filters), `${block.name}/norm`),
  };
}

function network(width: number, channels: number): Network {
  const plan = blocks(width, channels);
  return {
    dim: 4 * width,
    init(rng) {
      const values = plan.map((block) =>
        initialBlock(block, heNormal(rng, [3, 3, block.from, block.filters], 9 * block.from)),
      );
      return {
        values: Object.assign({}, ...values) as Readonly<Record<string, HostTensor>>,
        trainable: plan.flatMap(({ name }) => [`${name}/filter`, `${name}/norm/gamma`, `${name}/norm/beta`]),
        decay: plan.map(({ name }) => `${name}/filter`),
      };
    },
    apply(tensors, x, training) {
      let y = x as tf.Tensor4D;
      let updates: Tensors = {};
      for (const block of plan) {
        const own = within(tensors, block.name);
        y = tf.conv2d(y, own['filter'] as tf.Tensor4D, block.stride, 'same');
        const normed = batchNorm(within(own, 'norm'), y, training);
        updates = { ...updates, ...prefixed(normed.updates, `${block.name}/norm`) };
        y = tf.relu(normed.y);
      }
      return { y: y.mean([1, 2]), updates };
    },
  };
}

/** Six 3x3 convolutions (w, w, 2w stride 2, 2w, 4w stride 2, 4w), each with batch norm and ReLU, then the mean over positions. */
export const smallCnn: Encoder = {
  id: 'smallCnn',
  title: 'Small CNN',
  summary: 'Six 3x3 convolutions with batch norm and mean pooling; trains on a laptop’s processor.',
  modalities: ['image'],
  reference: {
    paper:
      'Simonyan, Zisserman: Very deep convolutional networks for large-scale image recognition, ICLR 2015 (3x3 stacks); Ioffe, Szegedy 2015 (batch norm)',
    url: 'https://arxiv.org/abs/1409.1556',
    code: '',
  },
  params,
  build: (given, [, , channels]) => network((given as ParamsOf<typeof params>).width, channels),
};
