import { describe, expect, it } from 'vitest';
import { Rng } from '../../../main/core/rng.ts';
import { balancedWeights } from '../../../main/fairness/representation/classifier.ts';
import { balancedAccuracyOf, groupAuroc, probeScores, splitBySubjects } from '../../../main/fairness/representation/leakage.ts'; // prettier-ignore
import { fitLogistic, logisticClassifier } from '../../../main/fairness/representation/logistic.ts';
import { mlpLoss } from '../../../main/fairness/representation/multilayer.ts';
import { drawRows, drawWeights, shuffleLabels } from '../../../main/fairness/representation/rows.ts';
import { formulaMatrix } from './golden.ts';
import reference from './reference.json' with { type: 'json' };

function standardised() {
  const x = formulaMatrix(40, 4, 1, 0);
  for (let column = 0; column < 4; column++) {
    const own = Array.from({ length: 40 }, (_, row) => x.data[row * 4 + column] ?? 0);
    const mean = own.reduce((sum, value) => sum + value, 0) / 40;
    const deviation = Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 40);
    own.forEach((value, row) => (x.data[row * 4 + column] = (value - mean) / deviation));
  }
  return x;
}

describe('logistic regression equals scikit-learn’s', () => {
  const x = standardised();
  const codesOf = (classes: number): Int32Array =>
    Int32Array.from({ length: 40 }, (_, row) => (classes === 2 ? (row * row) % 2 : ((row * 7) % 5) % 3));
  for (const [classes, expected] of [
    [2, reference.logistic.two],
    [3, reference.logistic.three],
  ] as const) {
    // prettier-ignore
    it(`of ${classes} groups: coefficients, balanced accuracy, AUROC`, () => {
      const codes = codesOf(classes);
      const rows = { x, codes, classes, weights: balancedWeights(codes, classes) };
      const fit = fitLogistic(rows, 1e-11);
      expected.coefficients.forEach((own, logit) => {
        own.forEach((value, at) => expect(fit.coefficients[logit * 5 + at]).toBeCloseTo(value, 7));
        expect(fit.coefficients[logit * 5 + 4]).toBeCloseTo(expected.intercepts[logit] ?? NaN, 7);
      });
      const outcome = { scores: logisticClassifier(fit)(x), codes, classes };
      expect(balancedAccuracyOf(outcome, null)).toBeCloseTo(expected.balancedAccuracy, 12);
      expect(groupAuroc(outcome)(null)).toBeCloseTo(expected.auroc, 12);
    });
  }
});

describe('the perceptron', () => {
  it('has torch’s loss and gradient', () => {
    const x = formulaMatrix(8, 3, 1, 0);
    const weights = Float64Array.from({ length: 3 * 64 + 64 + 64 * 3 + 3 }, (_, at) => 0.3 * Math.sin(0.7 * at + 0.2)); // prettier-ignore
    const rows = {
      x,
      codes: Int32Array.from({ length: 8 }, (_, row) => row % 3),
      classes: 3,
      weights: Float64Array.from({ length: 8 }, (_, row) => 1 + 0.1 * row),
    };
    const gradient = new Float64Array(weights.length);
    const batch = Uint32Array.from({ length: 8 }, (_, row) => row);
    expect(mlpLoss({ columns: 3, classes: 3 }, weights, rows, batch, gradient)).toBeCloseTo(
      reference.mlp.loss,
      12,
    );
    reference.mlp.gradient.forEach((value, at) => expect(gradient[at * 17]).toBeCloseTo(value, 12));
  });
});

/** Rows in a ring (two groups, inside and outside): no line tells them apart. */
function ring(n: number) {
  const rng = Rng.stream(7, 'ring');
  const codes = Int32Array.from({ length: n }, (_, row) => row % 2);
  const data = new Float64Array(n * 2);
  codes.forEach((code, row) => {
    const [angle, radius] = [2 * Math.PI * rng.uniform(), code === 0 ? 0.5 : 2];
    data.set([radius * Math.cos(angle), radius * Math.sin(angle)], row * 2);
  });
  return { codes, x: { rows: n, columns: 2, data } };
}

describe('leakage probes', () => {
  const { codes, x } = ring(240);
  const subjects = Int32Array.from({ length: 240 }, (_, row) => Math.floor(row / 4));
  const split = splitBySubjects(Int32Array.from(codes.keys()), subjects, Rng.stream(1, 'split'));
  const accuracyOf = (probe: 'logistic' | 'mlp'): number | null => {
    const scores = probeScores({ probe, x, codes, classes: 2, split, seed: 1, stream: 'mlp' });
    return balancedAccuracyOf({ scores, codes: split.test.map((row) => codes[row] ?? 0), classes: 2 }, null);
  };

  it('keep subjects apart, a third of them for the test', () => {
    const sides = [split.train, split.test].map((rows) => new Set(Array.from(rows, (row) => subjects[row])));
    expect(sides.map((side) => side.size)).toEqual([40, 20]);
    expect([...(sides[0] ?? [])].some((subject) => sides[1]?.has(subject))).toBe(false);
  });

  it('find a ring with the perceptron and not with the line', { timeout: 30_000 }, () => {
    expect(accuracyOf('logistic')).toBeLessThan(0.7);
    expect(accuracyOf('mlp')).toBeGreaterThan(0.95);
  });

  it('are undefined where a group has no rows in the test part', () => {
    const outcome = { scores: Float64Array.of(0.4, 0.6, 0.7, 0.3), codes: Int32Array.of(1, 1), classes: 2 };
    expect(balancedAccuracyOf(outcome, null)).toBeNull();
    expect(groupAuroc(outcome)(null)).toBeNull();
  });
});

describe('rows and subjects', () => {
  const subjects = Int32Array.from({ length: 30 }, (_, row) => Math.floor(row / 3));

  it('are drawn by whole subjects but for the last', () => {
    const rows = drawRows(Int32Array.from(subjects.keys()), subjects, 10, Rng.stream(2, 'x'));
    expect(rows).toHaveLength(10);
    const counts = Map.groupBy(rows, (row) => subjects[row]);
    expect([...counts.values()].map((own) => own.length).sort()).toEqual([1, 3, 3, 3]);
  });

  it('of one subject count alike in a draw, which is of as many subjects', () => {
    const weights = drawWeights(subjects, Rng.stream(3, 'x'));
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(30);
    subjects.forEach((subject, row) => expect(weights[row]).toBe(weights[subject * 3]));
  });

  it('keep their group together when groups are shuffled, and every group its subjects', () => {
    const labels = subjects.map((subject) => (subject < 4 ? 0 : 1));
    const shuffled = shuffleLabels(subjects, labels, Rng.stream(4, 'x'));
    subjects.forEach((subject, row) => expect(shuffled[row]).toBe(shuffled[subject * 3]));
    expect(shuffled.filter((label) => label === 0)).toHaveLength(12);
    expect([...shuffled]).not.toEqual([...labels]);
  });
});
