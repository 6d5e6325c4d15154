import * as tf from '@tensorflow/tfjs';
import { int, type ParamsOf } from '../../core/params.ts';
import { accuracy, crossEntropy } from '../losses/crossEntropy.ts';
import { mlp } from '../layers/mlp.ts';
import { prefixed, within } from '../layers/names.ts';
import { reordered, SEGMENTS } from '../layers/seriesTime.ts';
import type { BuildContext, BuiltMethod, SslMethod } from '../method.ts';

const params = {
  segments: int(4, {
    min: 2,
    max: 5,
    doc: 'Equal parts of a series; every order of them is a class of its own.',
  }),
  hidden: int(128, { min: 4, max: 4096, doc: 'Hidden width of the head.' }),
} as const;

/** All orders of 0..count-1, the unchanged one first; lexicographic. */
export function orders(count: number): readonly (readonly number[])[] {
  if (count === 0) return [[]];
  const rest = orders(count - 1);
  return Array.from({ length: count }, (_, first) =>
    rest.map((tail) => [first, ...tail.map((value) => (value >= first ? value + 1 : value))]),
  ).flat();
}

function build(
  { segments, hidden }: ParamsOf<typeof params>,
  { encoder, batchSize }: BuildContext,
): BuiltMethod {
  const all = orders(segments);
  const head = mlp({ widths: [encoder.dim, hidden, all.length], batchNorm: false });
  return {
    networks: { encoder, head },
    embedding: null,
    viewCount: 1,
    state: () => ({}),
    scalars: {},
    draw(rng) {
      const classes = Int32Array.from({ length: batchSize }, () => rng.below(all.length));
      const order = new Float32Array(batchSize * SEGMENTS);
      classes.forEach((code, row) => order.set(all[code] as readonly number[], row * SEGMENTS));
      return {
        classes: { shape: [batchSize], dtype: 'int32', data: classes },
        order: { shape: [batchSize, SEGMENTS], dtype: 'float32', data: order },
      };
    },
    loss(tensors, { views, drawn }) {
      const x = views[0] as tf.Tensor4D;
      const classes = drawn['classes'] as tf.Tensor1D;
      const shuffled = reordered(x, tf.fill([batchSize, 1], segments), drawn['order'] as tf.Tensor2D);
      const h = encoder.apply(within(tensors, 'encoder'), shuffled, true);
      const logits = head.apply(within(tensors, 'head'), h.y, true).y as tf.Tensor2D; // [n, orders]
      return {
        loss: crossEntropy(logits, tf.oneHot(classes, all.length).toFloat() as tf.Tensor2D),
        metrics: { pretextAccuracy: accuracy(logits, classes) },
        updates: prefixed(h.updates, 'encoder'),
      };
    },
  };
}

/**
 * Cuts a series into equal parts, puts them in one of all orders, and tells which. Deviations: one encoder sees the whole shuffled series
 * instead of its parts one by one, and all orders are classes instead of a chosen few.
 */
export const temporalOrder: SslMethod = {
  id: 'temporalOrder',
  title: 'Temporal order',
  family: 'Pretext task',
  hint: 'shuffled parts',
  summary: 'Learns by telling in which order the parts of a series were put.',
  reference: {
    paper:
      'Saeed, Ozcelebi, Lukkien: Multi-task self-supervised learning for human activity detection, IMWUT 2019 (permutation); Noroozi, Favaro: Jigsaw, ECCV 2016',
    url: 'https://arxiv.org/abs/1907.11879',
    code: '',
  },
  modalities: ['series'],
  usesLabels: false,
  params,
  views: [{ id: 'seriesJitter', params: { sigma: 0.05 }, enabled: true }],
  build: (given, context) => build(given as ParamsOf<typeof params>, context),
};
