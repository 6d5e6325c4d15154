import { Rng } from '../../core/rng.ts';
import { balancedWeights, type LabelledRows } from './classifier.ts';
import { fitLogistic, logisticClassifier } from './logistic.ts';
import type { Matrix } from './matrix.ts';
import { trainMlp } from './multilayer.ts';
import { at, rowsOf } from './rows.ts';

/** Rows to train a leakage probe on and rows to test it on; no subject is in both. */
export interface ProbeSplit {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** Share of the subjects that a probe is tested on. */
const TESTED = 1 / 3;

/** Divides rows by subject: two thirds of the subjects train. */
export function splitBySubjects(rows: Int32Array, subjects: ArrayLike<number>, rng: Rng): ProbeSplit {
  const codes = rng.shuffle([...new Set(at(subjects, rows))]);
  const tested = new Set(codes.slice(0, Math.round(codes.length * TESTED)));
  const side = (wanted: boolean): Int32Array =>
    rows.filter((row) => tested.has(subjects[row] as number) === wanted);
  return { train: side(false), test: side(true) };
}

/** What is probed, and how. */
export interface ProbeTask {
  readonly probe: 'logistic' | 'mlp';
  readonly x: Matrix;
  /** Group of each row of `x`, 0..classes-1; rows of unknown value are in neither part of the split. */
  readonly codes: ArrayLike<number>;
  readonly classes: number;
  readonly split: ProbeSplit;
  readonly seed: number;
  /** Name of the stream that an MLP draws from. */
  readonly stream: string;
}

/**
 * Group probabilities [test rows, classes] by a probe trained on the other part, on columns standardised by it, every group counting
 * the same. The probe itself is forgotten: it is never stored and never sees a row whose value is unknown.
 */
export function probeScores({ probe, x, codes, classes, split, seed, stream }: ProbeTask): Float64Array {
  const [train, test] = [rowsOf(x, split.train), rowsOf(x, split.test)];
  standardise(train, [train, test]);
  const own = at(codes, split.train);
  const rows: LabelledRows = { x: train, codes: own, classes, weights: balancedWeights(own, classes) };
  const classify = probe === 'logistic' ? logisticClassifier(fitLogistic(rows)) : trainMlp(rows, Rng.stream(seed, stream)); // prettier-ignore
  return classify(test);
}

/** Brings columns to mean 0 and deviation 1 of `by`, in place; columns that never change there become 0. */
function standardise(
  { rows, columns, data }: Matrix,
  targets: readonly (Matrix & { readonly data: Float64Array })[],
): void {
  const [mean, square] = [new Float64Array(columns), new Float64Array(columns)];
  for (let i = 0; i < data.length; i++)
    mean[i % columns] = (mean[i % columns] as number) + (data[i] as number) / rows;
  for (let i = 0; i < data.length; i++)
    square[i % columns] =
      (square[i % columns] as number) + ((data[i] as number) - (mean[i % columns] as number)) ** 2 / rows;
  const scale = square.map((variance) => (variance > 1e-12 ? 1 / Math.sqrt(variance) : 0));
  const centre = mean.slice();
  for (const target of targets)
    for (let i = 0; i < target.data.length; i++)
      target.data[i] =
        ((target.data[i] as number) - (centre[i % columns] as number)) * (scale[i % columns] as number);
}

/** Shape of scores and truth of some rows. */
export interface ProbeOutcome {
  /** [rows, classes] */
  readonly scores: Float64Array;
  readonly codes: Int32Array;
  readonly classes: number;
}

/** Mean over groups of the share that is told rightly, ties going to the lower group; null if a group has no rows. */
export function balancedAccuracyOf(
  { scores, codes, classes }: ProbeOutcome,
  weights: ArrayLike<number> | null,
): number | null {
  const [right, count] = [new Float64Array(classes), new Float64Array(classes)];
  codes.forEach((code, row) => {
    const weight = weights === null ? 1 : (weights[row] as number);
    let best = 0;
    for (let c = 1; c < classes; c++)
      if ((scores[row * classes + c] as number) > (scores[row * classes + best] as number)) best = c;
    count[code] = (count[code] as number) + weight;
    if (best === code) right[code] = (right[code] as number) + weight;
  });
  const shares = right.map((hits, code) => hits / (count[code] as number));
  return count.some((rows) => rows === 0) ? null : shares.reduce((sum, share) => sum + share, 0) / classes;
}

/** Measures mean AUROC of one group against the rest; null if a group has no rows, or no other has. */
export function groupAuroc({
  scores,
  codes,
  classes,
}: ProbeOutcome): (weights: ArrayLike<number> | null) => number | null {
  // Of two groups one AUROC is the other.
  const groups = classes === 2 ? [1] : Array.from({ length: classes }, (_, code) => code);
  const orders = groups.map((code) =>
    Uint32Array.from(codes.keys()).sort(
      (a, b) => (scores[a * classes + code] as number) - (scores[b * classes + code] as number),
    ),
  );
  return (weights) => {
    let sum = 0;
    for (let at = 0; at < groups.length; at++) {
      const code = groups[at] as number;
      const area = areaUnderCurve(orders[at] as Uint32Array, (row) => scores[row * classes + code] as number, (row) => codes[row] === code, weights); // prettier-ignore
      if (area === null) return null;
      sum += area;
    }
    return sum / groups.length;
  };
}

function areaUnderCurve(
  order: Uint32Array,
  scoreOf: (row: number) => number,
  isPositive: (row: number) => boolean,
  weights: ArrayLike<number> | null,
): number | null {
  let [negatives, positives, wins] = [0, 0, 0];
  for (let start = 0; start < order.length;) {
    const score = scoreOf(order[start] as number);
    let [tiedNegatives, tiedPositives, end] = [0, 0, start];
    for (; end < order.length && scoreOf(order[end] as number) === score; end++) {
      const row = order[end] as number;
      const weight = weights === null ? 1 : (weights[row] as number);
      if (isPositive(row)) tiedPositives += weight;
      else tiedNegatives += weight;
    }
    wins += tiedPositives * (negatives + tiedNegatives / 2);
    negatives += tiedNegatives;
    positives += tiedPositives;
    start = end;
  }
  return negatives === 0 || positives === 0 ? null : wins / (negatives * positives);
}
