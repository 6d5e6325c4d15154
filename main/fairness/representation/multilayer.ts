import type { Rng } from '../../core/rng.ts';
import { type Classifier, type LabelledRows, softmaxRows } from './classifier.ts';

const HIDDEN = 64;
const BATCH = 64;
/** Updates, whatever the number of rows: enough for the loss of a few hundred rows to settle. */
const UPDATES = 400;
const LEARNING_RATE = 2e-3;
const DECAY = 1e-3;
const ADAM = { first: 0.9, second: 0.999, epsilon: 1e-8 } as const;

/** Tensors of a perceptron with one hidden layer of 64 units (ReLU): w1 [columns, 64], b1, w2 [64, classes], b2, one after the other. */
export interface MlpShape {
  readonly columns: number;
  readonly classes: number;
}

/** Where each tensor begins, and the end. */
function places({ columns, classes }: MlpShape): readonly [number, number, number, number] {
  const b1 = columns * HIDDEN;
  const w2 = b1 + HIDDEN;
  const b2 = w2 + HIDDEN * classes;
  return [b1, w2, b2, b2 + classes];
}

/**
 * A perceptron with one hidden layer, by 400 updates of Adam (Kingma & Ba 2015) on batches of 64 with weight decay in the loss. Fixed settings: a
 * probe that is tuned for each input would measure the tuning.
 */
export function trainMlp(rows: LabelledRows, rng: Rng): Classifier {
  const shape = { columns: rows.x.columns, classes: rows.classes };
  const weights = initialMlp(shape, rng);
  const [gradient, first, second] = [0, 1, 2].map(() => new Float64Array(weights.length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const size = Math.min(BATCH, rows.codes.length);
  let order = new Uint32Array(0);
  let place = 0;
  for (let update = 1; update <= UPDATES; update++) {
    if (place + size > order.length) [order, place] = [rng.permutation(rows.codes.length) as Uint32Array<ArrayBuffer>, 0]; // prettier-ignore
    mlpLoss(shape, weights, rows, order.subarray(place, place + size), gradient);
    place += size;
    adam(weights, gradient, first, second, update);
  }
  return (x) =>
    forward(
      shape,
      weights,
      x.data,
      Uint32Array.from({ length: x.rows }, (_, row) => row),
    ).shares;
}

function adam(
  weights: Float64Array,
  gradient: Float64Array,
  first: Float64Array,
  second: Float64Array,
  step: number,
): void {
  const correction = Math.sqrt(1 - ADAM.second ** step) / (1 - ADAM.first ** step);
  for (let i = 0; i < weights.length; i++) {
    const slope = gradient[i] as number;
    const m = (first[i] = ADAM.first * (first[i] as number) + (1 - ADAM.first) * slope);
    const v = (second[i] = ADAM.second * (second[i] as number) + (1 - ADAM.second) * slope * slope);
    weights[i] = (weights[i] as number) - (LEARNING_RATE * correction * m) / (Math.sqrt(v) + ADAM.epsilon);
  }
}

/** He normal for the hidden layer, small normal for the last, no offsets. */
export function initialMlp(shape: MlpShape, rng: Rng): Float64Array {
  const [b1, w2, b2, end] = places(shape);
  const weights = new Float64Array(end);
  for (let i = 0; i < b1; i++) weights[i] = rng.normal() * Math.sqrt(2 / shape.columns);
  for (let i = w2; i < b2; i++) weights[i] = rng.normal() * Math.sqrt(1 / HIDDEN);
  return weights;
}

/** Weighted mean cross-entropy of a batch plus 0.0005 |w1, w2|^2, and its gradient. */
export function mlpLoss(
  shape: MlpShape,
  weights: Float64Array,
  { x, codes, weights: rowWeights }: LabelledRows,
  batch: Uint32Array,
  gradient: Float64Array,
): number {
  const { columns, classes } = shape;
  const [b1, w2, b2] = places(shape);
  const { hidden, shares } = forward(shape, weights, x.data, batch);
  gradient.fill(0);
  let loss = 0;
  const back = new Float64Array(HIDDEN);
  batch.forEach((row, at) => {
    const weight = (rowWeights[row] as number) / batch.length;
    const code = codes[row] as number;
    loss -= weight * Math.log(Math.max(1e-300, shares[at * classes + code] as number));
    back.fill(0);
    for (let c = 0; c < classes; c++) {
      const error = weight * ((shares[at * classes + c] as number) - (c === code ? 1 : 0));
      gradient[b2 + c] = (gradient[b2 + c] as number) + error;
      for (let h = 0; h < HIDDEN; h++) {
        const to = w2 + h * classes + c;
        gradient[to] = (gradient[to] as number) + error * (hidden[at * HIDDEN + h] as number);
        back[h] = (back[h] as number) + error * (weights[to] as number);
      }
    }
    for (let h = 0; h < HIDDEN; h++) if (!((hidden[at * HIDDEN + h] as number) > 0)) back[h] = 0;
    for (let h = 0; h < HIDDEN; h++) gradient[b1 + h] = (gradient[b1 + h] as number) + (back[h] as number);
    for (let i = 0; i < columns; i++) {
      const value = x.data[row * columns + i] as number;
      if (value === 0) continue;
      const to = i * HIDDEN;
      for (let h = 0; h < HIDDEN; h++)
        gradient[to + h] = (gradient[to + h] as number) + value * (back[h] as number);
    }
  });
  return loss + decay(weights, gradient, [0, b1], [w2, b2]);
}

function decay(
  weights: Float64Array,
  gradient: Float64Array,
  ...ranges: readonly (readonly [number, number])[]
): number {
  let sum = 0;
  for (const [from, to] of ranges) {
    for (let i = from; i < to; i++) {
      sum += (weights[i] as number) ** 2;
      gradient[i] = (gradient[i] as number) + DECAY * (weights[i] as number);
    }
  }
  return (DECAY * sum) / 2;
}

/** Hidden units [batch, 64] and class probabilities [batch, classes] of some rows. */
function forward(shape: MlpShape, weights: Float64Array, data: Float64Array, batch: Uint32Array) {
  const { columns, classes } = shape;
  const [b1, w2, b2, end] = places(shape);
  const hidden = new Float64Array(batch.length * HIDDEN);
  const logits = new Float64Array(batch.length * classes);
  batch.forEach((row, at) => {
    const own = hidden.subarray(at * HIDDEN, (at + 1) * HIDDEN);
    own.set(weights.subarray(b1, w2));
    for (let i = 0; i < columns; i++) {
      const value = data[row * columns + i] as number;
      if (value === 0) continue;
      for (let h = 0; h < HIDDEN; h++)
        own[h] = (own[h] as number) + value * (weights[i * HIDDEN + h] as number);
    }
    const out = logits.subarray(at * classes, (at + 1) * classes);
    out.set(weights.subarray(b2, end));
    for (let h = 0; h < HIDDEN; h++) {
      own[h] = Math.max(0, own[h] as number);
      for (let c = 0; c < classes; c++)
        out[c] = (out[c] as number) + (own[h] as number) * (weights[w2 + h * classes + c] as number);
    }
  });
  return { hidden, shares: softmaxRows(logits, classes) };
}
