/** Bits of an outcome. */
export const CORRECT = 1;
export const POSITIVE = 2;
export const SELECTED = 4;
/** Number of different outcomes a row can have. */
export const OUTCOMES = 8;

/** One model's predictions beside the truth, row by row. */
export interface Outcomes {
  readonly n: number;
  /** True if there is a positive class; otherwise only `CORRECT` is ever set. */
  readonly binary: boolean;
  /** Sum of the bits that hold: prediction correct, truth positive, predicted positive [n]. */
  readonly codes: Uint8Array;
  /** Score of the positive class, 0..1 [n]; null where the model gave none. */
  readonly score: Float64Array | null;
  /** True numbers of a numeric target, of which `score` are the predicted ones [n]; null for classes. */
  readonly numbers: Float64Array | null;
  /** How much each row counts [n]; left out or null: once. */
  readonly weights?: Float64Array | null;
  /** Class codes, where there are more than two classes; left out or null otherwise. */
  readonly classes?: ClassRows | null;
}

/** True and predicted class of every row; codes below 0 are of no class. */
export interface ClassRows {
  readonly count: number;
  readonly truth: Int16Array | Int32Array;
  readonly predicted: Int16Array | Int32Array;
}

/** Class codes of truth and prediction, as they come from a model or a table. */
export interface ClassCodes {
  readonly classes: number;
  readonly truth: Int16Array | Int32Array;
  readonly predicted: Int16Array | Int32Array;
  /** Score of the positive class, 0..1 [n]; null where the model gave none. */
  readonly score: Float64Array | null;
  /** Code of the positive class; null for none. */
  readonly positive: number | null;
  /** Between two classes with scores, a score of at least this (for all rows, or row by row) predicts the positive one; null: `predicted` stands. */
  readonly threshold: number | Float64Array | null;
  /** How much each row counts [n]; left out or null: once. */
  readonly weights?: Float64Array | null;
}

/** Outcomes of one model. With more than two classes the model's own prediction counts and the threshold is not used. */
export function outcomesOf(given: ClassCodes): Outcomes {
  const { classes, truth, predicted, positive, threshold, weights = null } = given;
  const n = truth.length;
  const score = positive === null ? null : given.score;
  const useThreshold = classes === 2 && score !== null && threshold !== null;
  const codes = new Uint8Array(n);
  const least = (row: number): number =>
    typeof threshold === 'number' ? threshold : (threshold?.[row] ?? NaN);
  for (let row = 0; row < n; row++) {
    const isPositive = truth[row] === positive;
    const isSelected = useThreshold ? (score[row] ?? 0) >= least(row) : predicted[row] === positive;
    const isCorrect = useThreshold ? isPositive === isSelected : truth[row] === predicted[row];
    codes[row] = (isCorrect ? CORRECT : 0) | (isPositive ? POSITIVE : 0) | (isSelected ? SELECTED : 0);
  }
  const rows = classes > 2 ? { count: classes, truth, predicted } : null;
  return { n, binary: positive !== null, codes, score, numbers: null, weights, classes: rows };
}

/** Outcomes of a model that predicts numbers: nothing is positive, selected or correct. */
export function numericOutcomes(
  truth: Float64Array,
  predicted: Float64Array,
  weights: Float64Array | null = null,
): Outcomes {
  const n = truth.length;
  return { n, binary: false, codes: new Uint8Array(n), score: predicted, numbers: truth, weights };
}
