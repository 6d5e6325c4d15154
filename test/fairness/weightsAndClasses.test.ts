import { expect, test } from 'vitest';
import { cellsOf } from '../../main/fairness/cells.ts';
import { divide } from '../../main/fairness/intersections.ts';
import { Rng } from '../../main/core/rng.ts';
import { jointP } from '../../main/fairness/jointTest.ts';
import { allMetrics } from '../../main/fairness/metricCatalog.ts';
import { metricFrame } from '../../main/fairness/metricFrame.ts';
import { outcomesOf } from '../../main/fairness/outcomes.ts';
import { strataOf, unitsOf } from '../../main/fairness/shuffle.ts';
import { subjectsOf } from '../../main/fairness/subjects.ts';

const N = 80;
const rows = Array.from({ length: N }, (_, i) => i);
const wave = (phase: number, step: number, i: number): number => Math.sin(phase + step * i) / 2 + 0.5;
const score = Float64Array.from(rows, (i) => Math.round((wave(1, 3, i) * 0.96 + 0.02) * 100) / 100);
const truth = Int16Array.from(rows, (i) => (wave(2, 5, i) * 0.6 + (score[i] ?? 0) * 0.7 > 0.65 ? 1 : 0));
const weights = Float64Array.from(rows, (i) => 1 + Math.floor(10 * wave(3, 7, i)) / 4);
const { groupings } = divide(
  [{ name: 'g', values: ['a', 'b', 'c'], codes: Int16Array.from(rows, (i) => i % 3) }],
  false,
);
const cells = cellsOf(groupings, N);

/** The metrics' functions of scikit-learn 1.9.1 with sample_weight, for everybody and groups a, b, c. */
const WEIGHTED: Readonly<Record<string, readonly number[]>> = {
  accuracy: [0.8313782991202346, 0.9134199134199135, 0.7478260869565218, 0.832579185520362],
  selectionRate: [0.5087976539589443, 0.5367965367965368, 0.49130434782608695, 0.497737556561086],
  truePositiveRate: [0.8515151515151516, 0.956140350877193, 0.7619047619047619, 0.8288288288288288],
  precision: [0.8097982708933718, 0.8790322580645161, 0.7079646017699115, 0.8363636363636363],
  f1: [0.8301329394387001, 0.9159663865546218, 0.7339449541284404, 0.832579185520362],
  auroc: [0.8943095730027548, 0.9346978557504872, 0.8576761904761904, 0.8744471744471746],
  brier: [0.13301026392961876, 0.10618095238095238, 0.15655347826086954, 0.13655158371040724],
  logLoss: [0.40736655854144926, 0.3472235141295533, 0.4611015849460946, 0.41430767703049687],
  areaUnderPrecisionRecall: [0.8996068215151906, 0.928850901103983, 0.8618608126301421, 0.8957626547418138],
  meanAbsoluteError: [0.27797653958944285, 0.2509090909090909, 0.3006521739130435, 0.2826696832579185],
};

test.each(Object.keys(WEIGHTED))('weighted %s equals scikit-learn’s to 1e-9, overall and by group', (id) => {
  const outcomes = outcomesOf({
    classes: 2,
    truth,
    predicted: truth,
    score,
    positive: 1,
    threshold: 0.5,
    weights,
  });
  const frame = metricFrame(outcomes, cells, subjectsOf(null, N), allMetrics());
  frame.forEach((row, at) =>
    expect(Math.abs((row.values[id] ?? NaN) - (WEIGHTED[id]?.[at] ?? NaN))).toBeLessThan(1e-9),
  );
  // Support is judged by rows, whatever they weigh.
  expect(frame[1]?.counts.n).toBe(27);
});

const four = Int16Array.from(rows, (i) => Math.floor(4 * wave(1, 3, i) * 0.999));
const said = four.map((code, i) => (Math.sin(2 + 5 * i) > -0.3 ? code : (code + 1 + (i % 2)) % 4));

/** recall_score, precision_score and f1_score of scikit-learn 1.9.1 with average macro; without weights, then with. */
const MACRO: Readonly<Record<string, readonly (readonly number[])[]>> = {
  macroRecall: [
    [0.6066666666666667, 0.6305555555555555, 0.6428571428571428, 0.5416666666666666],
    [0.6020773021781086, 0.6345848944558723, 0.6107287004853965, 0.5364750718966176],
  ],
  macroPrecision: [
    [0.6000000000000001, 0.6116071428571428, 0.6309523809523809, 0.5357142857142857],
    [0.5982826207599489, 0.6087200956937799, 0.6121543828111625, 0.5415246654217243],
  ],
  macroF1: [
    [0.5936507936507937, 0.6058823529411765, 0.6261904761904762, 0.53003663003663],
    [0.594587848903708, 0.6121215906567339, 0.6084351566365955, 0.5338102264707769],
  ],
};

test.each(Object.keys(MACRO))('%s equals scikit-learn’s to 1e-9, with and without weights', (id) => {
  [null, weights].forEach((given, at) => {
    const outcomes = outcomesOf({
      classes: 4, truth: four, predicted: said, score: null, positive: null, threshold: null, weights: given,
    }); // prettier-ignore
    metricFrame(outcomes, cells, subjectsOf(null, N), allMetrics()).forEach((row, cell) =>
      expect(Math.abs((row.values[id] ?? NaN) - (MACRO[id]?.[at]?.[cell] ?? NaN))).toBeLessThan(1e-9),
    );
  });
});

test('undefined is not 0: a class that is never predicted has no precision, and one without rows takes no part', () => {
  const frame = (predicted: readonly number[]) =>
    metricFrame(
      outcomesOf({
        classes: 3, truth: Int16Array.of(0, 0, 1, 1), predicted: Int16Array.from(predicted), score: null, positive: null, threshold: null,
      }), // prettier-ignore
      cellsOf([], 4),
      subjectsOf(null, 4),
      allMetrics(),
    )[0]?.values;
  expect(frame([0, 0, 0, 0])).toMatchObject({
    macroRecall: 0.5,
    macroPrecision: null,
    macroF1: (2 * 2) / 6 / 2,
  });
  expect(frame([0, 0, 1, 1])).toMatchObject({ macroRecall: 1, macroPrecision: 1, macroF1: 1 });
});

test('metrics over classes are shuffled within the class that they are conditional on', () => {
  const outcomes = outcomesOf({
    classes: 4,
    truth: four,
    predicted: said,
    score: null,
    positive: null,
    threshold: null,
  });
  const metrics = allMetrics().filter((metric) => metric.kind === 'classes');
  const grouping = groupings[0] ?? { features: [], groups: [], of: new Int32Array(N), sizes: [N] };
  const input = { grouping, subjects: subjectsOf(null, N), models: [outcomes], metrics, draws: 1, seed: 1 };
  const strata = strataOf({ ...input, stratification: 'label' });
  expect([...strata]).toEqual(Array.from(four, (code) => code + 1));
  const { of, ends } = unitsOf({ ...input, stratification: 'label' }, strata);
  expect(ends).toEqual([0, 25, 40, 55, 80]);
  rows.forEach((row) => {
    const stratum = strata[row] ?? 0;
    expect(of[row]).toBeGreaterThanOrEqual(ends[stratum - 1] ?? 0);
    expect(of[row]).toBeLessThan(ends[stratum] ?? 0);
  });
});

test('the joint test is that of one value where there is one, and has nothing to say where nothing varies', () => {
  const draws = Float64Array.from({ length: 1999 }, (_, i) => 1 + (i - 999) / 500);
  const p = jointP([{ value: 1, draws }], Infinity) ?? NaN;
  expect(p).toBeCloseTo(draws.filter((one) => Math.abs(one - 1) >= 1).length / 2000, 2);
  expect(
    jointP(
      [
        { value: 1, draws },
        { value: 0, draws: draws.map((one) => one - 1) },
      ],
      Infinity,
    ),
  ).toBeCloseTo(p, 2);
  expect(jointP([{ value: 1, draws: draws.fill(1) }], Infinity)).toBeNull();
});

test('p-values of the joint test are super-uniform where both values are 0, however they depend', () => {
  const [sets, draws] = [1000, 199];
  for (const shared of [0, 0.9]) {
    const rng = Rng.stream(7, `joint/${shared}`);
    const pair = (): readonly [number, number] => {
      const common = rng.normal();
      const own = (): number => shared * common + Math.sqrt(1 - shared ** 2) * rng.normal();
      return [own(), 3 * own()];
    };
    const ps = Array.from({ length: sets }, () => {
      const values = pair();
      const drawn = Array.from({ length: draws }, pair);
      const of = (at: 0 | 1) => ({
        value: values[at],
        draws: Float64Array.from(drawn, (one) => values[at] + one[at]),
      });
      return jointP([of(0), of(1)], Infinity) ?? NaN;
    });
    for (const level of [0.01, 0.05, 0.1, 0.5]) {
      const below = ps.filter((p) => p <= level + 1e-12).length / sets;
      expect(below, `at ${level}`).toBeLessThanOrEqual(level + 2.6 * Math.sqrt((level * (1 - level)) / sets));
    }
    expect(ps.filter((p) => p <= 0.5).length / sets).toBeGreaterThan(0.4);
  }
});
