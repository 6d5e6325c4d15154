import { type Classifier, type LabelledRows, softmaxRows } from './classifier.ts';
import { lbfgs } from './lbfgs.ts';
import type { Matrix } from './matrix.ts';

const STEPS = 300;

/** Coefficients: one logit for two classes, else one per class, each [columns] and a last one for the intercept. */
export interface LogisticFit {
  readonly logits: number;
  readonly coefficients: Float64Array;
}

/**
 * Logistic regression with an L2 penalty on all but the intercept: the minimum of sum of w_i * cross-entropy + |coefficients|^2 / 2, which is
 * scikit-learn's LogisticRegression with C = 1 (multinomial beyond two classes).
 */
export function fitLogistic({ x, codes, classes, weights }: LabelledRows, tolerance = 1e-6): LogisticFit {
  const logits = classes === 2 ? 1 : classes;
  const width = x.columns + 1;
  const scale = 1 / weights.reduce((sum, weight) => sum + weight, 0);
  const coefficients = lbfgs(
    (point, gradient) => {
      const shares = probabilities(x, point, logits);
      gradient.fill(0);
      let loss = 0;
      for (let row = 0; row < x.rows; row++) {
        const [code, weight] = [codes[row] as number, scale * (weights[row] as number)];
        loss -= weight * Math.log(Math.max(1e-300, shares[row * classes + code] as number));
        for (let logit = 0; logit < logits; logit++) {
          const own = logits === 1 ? 1 : logit;
          const error = weight * ((shares[row * classes + own] as number) - (code === own ? 1 : 0));
          addScaled(gradient, logit * width, x, row, error);
        }
      }
      return loss + penalty(point, gradient, width, scale);
    },
    new Float64Array(logits * width),
    STEPS,
    tolerance,
  );
  return { logits, coefficients };
}

/** Class probabilities of rows by a fit. */
export function logisticClassifier({ logits, coefficients }: LogisticFit): Classifier {
  return (x) => probabilities(x, coefficients, logits);
}

function addScaled(
  gradient: Float64Array,
  from: number,
  { columns, data }: Matrix,
  row: number,
  by: number,
): void {
  const start = row * columns;
  for (let i = 0; i < columns; i++)
    gradient[from + i] = (gradient[from + i] as number) + by * (data[start + i] as number);
  gradient[from + columns] = (gradient[from + columns] as number) + by;
}

function penalty(point: Float64Array, gradient: Float64Array, width: number, scale: number): number {
  let sum = 0;
  for (let i = 0; i < point.length; i++) {
    if (i % width === width - 1) continue;
    sum += (point[i] as number) ** 2;
    gradient[i] = (gradient[i] as number) + scale * (point[i] as number);
  }
  return (scale * sum) / 2;
}

/** [rows, classes] */
function probabilities({ rows, columns, data }: Matrix, point: Float64Array, logits: number): Float64Array {
  const classes = logits === 1 ? 2 : logits;
  const result = new Float64Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    for (let logit = 0; logit < logits; logit++) {
      const from = logit * (columns + 1);
      let sum = point[from + columns] as number;
      for (let i = 0; i < columns; i++)
        sum += (point[from + i] as number) * (data[row * columns + i] as number);
      result[row * classes + (logits === 1 ? 1 : logit)] = sum;
    }
  }
  return softmaxRows(result, classes);
}
