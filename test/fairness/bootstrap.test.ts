import { expect, test } from 'vitest';
import { Rng } from '../../main/core/rng.ts';
import { resample } from '../../main/fairness/bootstrap.ts';
import { cellsOf } from '../../main/fairness/cells.ts';
import { bootstrapP, percentileInterval, ratioOf } from '../../main/fairness/draws.ts';
import { divide } from '../../main/fairness/intersections.ts';
import { metricById } from '../../main/fairness/metricCatalog.ts';
import { outcomesOf } from '../../main/fairness/outcomes.ts';
import type { Outcomes } from '../../main/fairness/outcomes.ts';
import { subjectsOf } from '../../main/fairness/subjects.ts';
import { wilson } from '../../main/fairness/wilson.ts';

const accuracy = metricById('accuracy');

/** Outcomes that are right or wrong as told. */
function rightOrWrong(right: readonly boolean[]): Outcomes {
  return outcomesOf({
    classes: 2,
    truth: Int16Array.from(right, (_, row) => row % 2),
    predicted: Int16Array.from(right, (one, row) => (one ? row % 2 : 1 - (row % 2))),
    score: null,
    positive: 1,
    threshold: null,
  });
}

function halves(n: number): Int16Array {
  return Int16Array.from({ length: n }, (_, row) => (row < n / 2 ? 0 : 1));
}

/** Bootstrap draws of accuracy of both halves of some rows. */
function drawsOf(
  right: readonly boolean[],
  perSubject: number,
  draws: number,
  seed: number,
): readonly Float64Array[] {
  const n = right.length;
  const { groupings } = divide([{ name: 'half', values: ['a', 'b'], codes: halves(n) }], false);
  const subjects = subjectsOf(
    Int32Array.from({ length: n }, (_, row) => Math.floor(row / perSubject)),
    n,
  );
  const models = [rightOrWrong(right)];
  const replicates = resample({
    subjects,
    models,
    cells: cellsOf(groupings, n),
    metrics: [accuracy],
    draws,
    seed,
    points: () => null,
  });
  return [1, 2].map((cell) => replicates.values(0, cell, accuracy));
}

/** Rows of two halves; people of a half differ in their own rate by a spread around it. */
function simulate(
  rng: Rng,
  n: number,
  perSubject: number,
  rates: readonly [number, number],
  spread: number,
): boolean[] {
  let own = 0;
  return Array.from({ length: n }, (_, row) => {
    const rate = rates[row < n / 2 ? 0 : 1];
    if (row % perSubject === 0) own = rate + (rng.below(2) === 0 ? spread : -spread);
    return rng.uniform() < own;
  });
}

test('where subjects repeat, Wilson would cover far too rarely and the cluster bootstrap does not', () => {
  const rng = Rng.stream(12, 'coverage');
  const covered = { wilson: 0, bootstrap: 0 };
  for (let set = 0; set < 300; set++) {
    const right = simulate(rng, 1200, 10, [0.5, 0.5], 0.35);
    const [a = new Float64Array(0)] = drawsOf(right, 10, 400, set);
    const { interval } = percentileInterval(a, 60);
    if (interval && interval[0] <= 0.5 && 0.5 <= interval[1]) covered.bootstrap++;
    const exact = wilson(right.slice(0, 600).filter(Boolean).length, 600);
    if (exact && exact[0] <= 0.5 && 0.5 <= exact[1]) covered.wilson++;
  }
  expect(covered.bootstrap / 300).toBeGreaterThanOrEqual(0.91);
  expect(covered.wilson / 300).toBeLessThan(0.8);
});

test('the spread of the draws is the standard error of a mean', () => {
  const right = simulate(Rng.stream(3, 'rows'), 2000, 1, [0.7, 0.7], 0);
  const [a = new Float64Array(0)] = drawsOf(right, 1, 4000, 5);
  const mean = a.reduce((sum, value) => sum + value, 0) / a.length;
  const deviation = Math.sqrt(a.reduce((sum, value) => sum + (value - mean) ** 2, 0) / a.length);
  const share = right.slice(0, 1000).filter(Boolean).length / 1000;
  expect(mean).toBeCloseTo(share, 2);
  expect(deviation / Math.sqrt((share * (1 - share)) / 1000)).toBeCloseTo(1, 1);
});

test('a draw follows from the seed and its own number alone', () => {
  const right = simulate(Rng.stream(4, 'rows'), 300, 3, [0.7, 0.5], 0.1);
  const [few = new Float64Array(0)] = drawsOf(right, 3, 50, 9);
  const [many = new Float64Array(0)] = drawsOf(right, 3, 200, 9);
  expect(many.slice(0, 50)).toEqual(few);
  expect(drawsOf(right, 3, 50, 10)[0]).not.toEqual(few);
});

test('scores are resampled with the same subjects as counts', () => {
  const n = 200;
  const rng = Rng.stream(6, 'scores');
  const truth = Int16Array.from({ length: n }, () => rng.below(2));
  const outcomes = outcomesOf({
    classes: 2,
    truth,
    predicted: truth,
    // A score of exactly 0 or 1 makes Brier the error rate.
    score: Float64Array.from(truth, (code) => (rng.uniform() < 0.2 ? 1 - code : code)),
    positive: 1,
    threshold: 0.5,
  });
  const { groupings } = divide([{ name: 'half', values: ['a', 'b'], codes: halves(n) }], false);
  const [brier, errorRate] = [metricById('brier'), metricById('errorRate')];
  const replicates = resample({
    subjects: subjectsOf(null, n),
    models: [outcomes],
    cells: cellsOf(groupings, n),
    metrics: [brier, errorRate],
    draws: 100,
    seed: 1,
    points: () => null,
  });
  const rounded = (values: Float64Array): string[] => Array.from(values, (value) => value.toFixed(12));
  for (const cell of [0, 1, 2])
    expect(rounded(replicates.values(0, cell, brier))).toEqual(
      rounded(replicates.values(0, cell, errorRate)),
    );
});

test('an interval is refused where it would say nothing', () => {
  expect(percentileInterval(new Float64Array(100).fill(0.5), 100).reason).toContain(
    'every draw gives the same value',
  );
  expect(
    percentileInterval(
      Float64Array.from({ length: 100 }, (_, draw) => (draw < 10 ? NaN : draw)),
      100,
    ).reason,
  ).toBe('undefined in 10 of 100 draws');
  const { interval } = percentileInterval(
    Float64Array.from({ length: 101 }, (_, draw) => draw),
    Infinity,
  );
  expect(interval?.map((end) => Number(end.toFixed(9)))).toEqual([2.5, 97.5]);
});

test('p-values agree with intervals, and a ratio over 0 is undefined', () => {
  const draws = Float64Array.from({ length: 1000 }, (_, draw) => draw / 1000 - 0.01);
  expect(bootstrapP(draws, 0, Infinity)).toBeCloseTo((2 * 12) / 1001, 12);
  expect(bootstrapP(draws, 5, Infinity)).toBeCloseTo(2 / 1001, 12);
  expect(Array.from(ratioOf(Float64Array.of(1, 2), Float64Array.of(0, 4)))).toEqual([NaN, 0.5]);
});
