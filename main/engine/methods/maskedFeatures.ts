import * as tf from '@tensorflow/tfjs';
import { float, int, type ParamsOf } from '../../core/params.ts';
import { mlp } from '../layers/mlp.ts';
import { prefixed, within } from '../layers/names.ts';
import { categoriesOf, numbersOf, type TablePlan, tablePlan } from '../layers/tableInput.ts';
import { replaced } from '../views/featureCorruption.ts';
import { DRAWN, drawChanges, fromMarginal } from '../views/marginals.ts';
import type { BuildContext, BuiltMethod, SslMethod } from '../method.ts';

const params = {
  rate: float(0.3, { min: 0.05, max: 0.95, step: 0.05, doc: 'Share of the columns that are replaced.' }),
  reconstruction: float(2, {
    min: 0,
    max: 100,
    doc: 'Weight of restoring the row beside telling which columns were replaced.',
  }),
  hidden: int(256, { min: 4, max: 4096, doc: 'Hidden width of both heads.' }),
} as const;

type Given = ParamsOf<typeof params>;

/** Mean over all columns of -[m log p + (1 - m) log(1 - p)]; logits and mask [n, columns]. */
export function maskLoss(logits: tf.Tensor2D, mask: tf.Tensor2D): tf.Scalar {
  // max(l, 0) - l m + log(1 + exp(-|l|)), which does not overflow
  const soft = logits.abs().neg().exp().add(1).log();
  return tf.relu(logits).sub(logits.mul(mask)).add(soft).mean() as tf.Scalar;
}

/**
 * How well a row is restored: squared error of numbers that were known, cross-entropy of categories; the mean over both kinds of columns.
 * `found` [n, plan.numbers + plan.values], in which the values of a category are logits.
 */
export function reconstructionLoss(plan: TablePlan, found: tf.Tensor2D, x: tf.Tensor4D): tf.Scalar {
  const count = x.shape[0];
  const { numbers, categories, sizes, starts, values } = plan;
  const parts: tf.Tensor[] = [];
  if (numbers.length > 0) {
    const truth = numbersOf(plan, x);
    const known = truth.missing.neg().add(1);
    const guess = found.slice([0, 0], [count, numbers.length]);
    parts.push(guess.sub(truth.values).square().mul(known).sum());
  }
  if (categories.length > 0) {
    const oneHot = tf.oneHot(categoriesOf(plan, x), values).toFloat().sum(1);
    const logits = found.slice([0, numbers.length], [count, values]);
    const losses = sizes.map((size, i) => {
      const at = [0, starts[i] as number];
      return tf
        .logSoftmax(logits.slice(at, [count, size]))
        .mul(oneHot.slice(at, [count, size]))
        .sum()
        .neg();
    });
    parts.push(tf.addN(losses));
  }
  return tf.addN(parts).div(count * (numbers.length + categories.length)) as tf.Scalar;
}

function build(given: Given, { encoder, layout, shape, batchSize }: BuildContext): BuiltMethod {
  const plan = tablePlan(layout);
  const [columns, restored] = [shape[1], plan.numbers.length + plan.values];
  const estimator = mlp({ widths: [encoder.dim, given.hidden, columns], batchNorm: false });
  const decoder = mlp({ widths: [encoder.dim, given.hidden, restored], batchNorm: false });
  return {
    networks: { encoder, estimator, decoder },
    embedding: null,
    viewCount: 1,
    state: () => ({}),
    scalars: {},
    draw(rng) {
      const data = drawChanges(layout, batchSize, (column) =>
        rng.uniform() < given.rate ? fromMarginal(rng, layout, column) : null,
      );
      return { changes: { shape: [batchSize, 1, columns, DRAWN], dtype: 'float32', data } };
    },
    loss(tensors, { views, drawn }) {
      const x = views[0] as tf.Tensor4D;
      const corrupted = replaced(x, drawn['changes'] as tf.Tensor);
      // A value replaced by an equal one was not changed: m = 1 where x differs, as the authors have it.
      const mask = corrupted.notEqual(x).toFloat().max(3).reshape([batchSize, columns]) as tf.Tensor2D;
      const h = encoder.apply(within(tensors, 'encoder'), corrupted, true);
      const logits = estimator.apply(within(tensors, 'estimator'), h.y, true).y as tf.Tensor2D;
      const found = decoder.apply(within(tensors, 'decoder'), h.y, true).y as tf.Tensor2D;
      const [told, restoring] = [maskLoss(logits, mask), reconstructionLoss(plan, found, x)];
      const right = logits.greater(0).toFloat().equal(mask).toFloat().mean();
      return {
        loss: told.add(restoring.mul(given.reconstruction)) as tf.Scalar,
        metrics: { pretextAccuracy: right, maskLoss: told, reconstructionLoss: restoring },
        updates: prefixed(h.updates, 'encoder'),
      };
    },
  };
}

/**
 * Replaces random columns by values of other rows, tells which ones, and restores the row. Deviations from the authors' code: categories are
 * restored by cross-entropy instead of squared errors of their ones and zeros, and heads have a hidden layer.
 */
export const maskedFeatures: SslMethod = {
  id: 'maskedFeatures',
  title: 'Masked features',
  family: 'Pretext task',
  hint: 'VIME',
  summary: 'Learns by telling which columns of a row were replaced, and what stood there.',
  reference: {
    paper:
      'Yoon, Zhang, Jordon, van der Schaar: VIME: extending the success of self- and semi-supervised learning to tabular domain, NeurIPS 2020',
    url: 'https://proceedings.neurips.cc/paper/2020/hash/7d97667a3e056acab9aaf653807b4a03-Abstract.html',
    code: 'https://github.com/jsyoon0823/VIME',
  },
  modalities: ['table'],
  usesLabels: false,
  params,
  views: [],
  build: (given, context) => build(given as Given, context),
};
