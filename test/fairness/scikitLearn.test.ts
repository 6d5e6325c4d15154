import { expect, test } from 'vitest';
import { cellsOf } from '../../main/fairness/cells.ts';
import { divide } from '../../main/fairness/intersections.ts';
import { allMetrics, metricById } from '../../main/fairness/metricCatalog.ts';
import { metricFrame } from '../../main/fairness/metricFrame.ts';
import type { FrameRow } from '../../main/fairness/metricFrame.ts';
import { numericOutcomes, outcomesOf } from '../../main/fairness/outcomes.ts';
import type { Outcomes } from '../../main/fairness/outcomes.ts';
import { subjectsOf } from '../../main/fairness/subjects.ts';

// Rows from a formula: score(i) = sin(1 + 3i) scaled to .02 to .98 and rounded to 2 digits, group i mod 3.
const N = 80;
const rows = Array.from({ length: N }, (_, i) => i);
const score = Float64Array.from(
  rows,
  (i) => Math.round(((Math.sin(1 + 3 * i) / 2 + 0.5) * 0.96 + 0.02) * 100) / 100,
);
const truth = Int16Array.from(rows, (i) =>
  (Math.sin(2 + 5 * i) / 2 + 0.5) * 0.6 + (score[i] ?? 0) * 0.7 > 0.65 ? 1 : 0,
);
const { groupings } = divide(
  [{ name: 'g', values: ['a', 'b', 'c'], codes: Int16Array.from(rows, (i) => i % 3) }],
  false,
);
const cells = cellsOf(groupings, N);

/**
 * Computed with scikit-learn 1.9.1: average_precision_score, roc_auc_score (also over the pairs of groups of BPSN and BNSP), log_loss, f1_score and
 * its kin, mean_absolute_error, LogisticRegression without penalty on the log-odds; the entropies and equal-mass bins with numpy.
 */
const expected: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  all: {
    areaUnderPrecisionRecall: 0.8990041104164661,
    auroc: 0.893125,
    logLoss: 0.4085421200605544,
    brier: 0.13344124999999998,
    meanAbsoluteError: 0.27787500000000004,
    rootMeanSquaredError: 0.3652961127633306,
    meanResidual: -0.0006250000000000061,
    expectedCalibrationErrorEqualMass: 0.162875,
    calibrationSlope: 1.1618556957775183,
    f1: 0.8395061728395061,
    precision: 0.8292682926829268,
    truePositiveRate: 0.85,
    balancedAccuracy: 0.8374999999999999,
    generalizedEntropy: 0.07918000304831588,
    theil: 0.10738069639451986,
  },
  a: {
    areaUnderPrecisionRecall: 0.9171339344416267,
    auroc: 0.923076923076923,
    logLoss: 0.3624977455122911,
    brier: 0.11346296296296296,
    meanAbsoluteError: 0.25740740740740736,
    rootMeanSquaredError: 0.3368426382793054,
    meanResidual: -0.03370370370370371,
    expectedCalibrationErrorEqualMass: 0.14851851851851852,
    calibrationSlope: 1.4914286767817613,
    f1: 0.8888888888888888,
    precision: 0.8571428571428571,
    truePositiveRate: 0.9230769230769231,
    balancedAccuracy: 0.8901098901098901,
    generalizedEntropy: 0.05102040816326534,
    theil: 0.06265338162340309,
    bpsnAuc: 0.8677248677248677,
    bnspAuc: 0.9289940828402367,
  },
  b: {
    areaUnderPrecisionRecall: 0.8578018386841916,
    auroc: 0.8571428571428572,
    logLoss: 0.45977754377277724,
    brier: 0.15510740740740742,
    meanAbsoluteError: 0.2988888888888888,
    rootMeanSquaredError: 0.3938367776216531,
    meanResidual: -0.003333333333333336,
    expectedCalibrationErrorEqualMass: 0.17592592592592593,
    calibrationSlope: 0.9353606892148338,
    f1: 0.7692307692307693,
    precision: 0.7692307692307693,
    truePositiveRate: 0.7692307692307693,
    balancedAccuracy: 0.7774725274725275,
    generalizedEntropy: 0.1111111111111111,
    theil: 0.15403270679109896,
    bpsnAuc: 0.8994708994708995,
    bnspAuc: 0.8786982248520709,
  },
  c: {
    areaUnderPrecisionRecall: 0.9145482493696779,
    auroc: 0.886904761904762,
    logLoss: 0.40315141515951936,
    brier: 0.13168846153846153,
    meanAbsoluteError: 0.27730769230769237,
    rootMeanSquaredError: 0.36288904852373477,
    meanResidual: 0.036538461538461554,
    expectedCalibrationErrorEqualMass: 0.23576923076923076,
    calibrationSlope: 1.226857302262734,
    f1: 0.8571428571428571,
    precision: 0.8571428571428571,
    truePositiveRate: 0.8571428571428571,
    balancedAccuracy: 0.8452380952380952,
    generalizedEntropy: 0.07692307692307693,
    theil: 0.10663802777845312,
    bpsnAuc: 0.923076923076923,
    bnspAuc: 0.8801020408163266,
  },
};

/** mean_absolute_error and mean_squared_error of truth 3 sin(1 + 2i) and prediction .8 truth + .5 cos(i), by group. */
const expectedNumbers: Readonly<Record<string, readonly number[]>> = {
  meanAbsoluteError: [0.4447650495040887, 0.4540801925931135, 0.4677527726001184],
  rootMeanSquaredError: [0.5443283410965716, 0.5592295465753033, 0.553110412911285],
  meanResidual: [0.04239683489883682, 0.0666151417669931, -0.07929794133272543],
};

function frameOf(outcomes: Outcomes): readonly FrameRow[] {
  return metricFrame(outcomes, cells, subjectsOf(null, N), allMetrics());
}

const frame = frameOf(
  outcomesOf({ classes: 2, truth, predicted: truth, score, positive: 1, threshold: 0.5 }),
);

test.each(Object.keys(expected['a'] ?? {}))(
  '%s equals scikit-learn’s to 1e-9, overall and by group',
  (id) => {
    const found = frame.map((row) => row.values[id] ?? null);
    const wanted = ['all', 'a', 'b', 'c'].map((group) => expected[group]?.[id] ?? null);
    found.forEach((value, at) => {
      if (wanted[at] == null) expect(value).toBeNull();
      else expect(Math.abs((value ?? NaN) - wanted[at]), `${id} ${at}`).toBeLessThan(1e-9);
    });
  },
);

test.each(Object.keys(expectedNumbers))('%s of a numeric target equals scikit-learn’s', (id) => {
  const numbers = Float64Array.from(rows, (i) => 3 * Math.sin(1 + 2 * i));
  const predicted = numbers.map((value, i) => 0.8 * value + 0.5 * Math.cos(i));
  const byGroup = frameOf(numericOutcomes(numbers, predicted)).slice(1);
  byGroup.forEach((row, at) => {
    expect(row.values[id]).toBeCloseTo(expectedNumbers[id]?.[at] ?? NaN, 12);
    expect(row.values['accuracy']).toBeNull();
    expect(row.values['auroc']).toBeNull();
  });
});

test('a calibration slope is undefined where labels are separated or scores are all equal', () => {
  const slope = metricById('calibrationSlope');
  if (slope.kind !== 'score') throw new Error('it is a metric of scores');
  const of = (labels: readonly number[], scores: readonly number[]): number | null =>
    slope.value(
      {
        length: labels.length,
        truth: Uint8Array.from(labels),
        score: Float64Array.from(scores),
        weight: null,
      },
      null,
    );
  expect(of([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9])).toBeNull();
  expect(of([0, 1, 0, 1], [0.5, 0.5, 0.5, 0.5])).toBeNull();
  expect(of([1, 1], [0.2, 0.7])).toBeNull();
  expect(of([0, 1, 0, 1, 1], [0.1, 0.2, 0.8, 0.9, 0.6])).not.toBeNull();
});

test('excess selection is selection rate minus prevalence, average odds the mean of the two rates', () => {
  for (const { values } of frame) {
    const of = (id: string): number => values[id] ?? NaN;
    expect(of('excessSelection')).toBeCloseTo(of('selectionRate') - of('prevalence'), 12);
    expect(of('averageOdds')).toBeCloseTo((of('truePositiveRate') + of('falsePositiveRate')) / 2, 12);
  }
});
