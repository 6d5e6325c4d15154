import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellsOf } from '../../main/fairness/cells.ts';
import { DISPARITIES } from '../../main/fairness/disparities.ts';
import { divide } from '../../main/fairness/intersections.ts';
import { allMetrics, METRIC_IDS } from '../../main/fairness/metricCatalog.ts';
import { metricFrame } from '../../main/fairness/metricFrame.ts';
import type { FrameRow } from '../../main/fairness/metricFrame.ts';
import { outcomesOf } from '../../main/fairness/outcomes.ts';
import { disparitySpread } from '../../main/fairness/spread.ts';
import { subjectsOf } from '../../main/fairness/subjects.ts';
import { golden } from './golden.ts';

interface Row {
  readonly truth: number;
  readonly score: number;
  readonly group: string;
}

const goldenRows: readonly Row[] = golden.truth.map((truth, row) => ({
  truth,
  score: golden.score[row] ?? 0,
  group: golden.group[row] ?? '',
}));

/** The frame of some rows with one feature `g`. */
function frameOf(rows: readonly Row[], order: readonly string[]): readonly FrameRow[] {
  const codes = Int16Array.from(rows, (row) => order.indexOf(row.group));
  const { groupings } = divide([{ name: 'g', values: order, codes }], false);
  const outcomes = outcomesOf({
    classes: 2,
    truth: Int16Array.from(rows, (row) => row.truth),
    predicted: Int16Array.from(rows, (row) => (row.score >= 0.5 ? 1 : 0)),
    score: Float64Array.from(rows, (row) => row.score),
    positive: 1,
    threshold: 0.5,
  });
  return metricFrame(outcomes, cellsOf(groupings, rows.length), subjectsOf(null, rows.length), allMetrics());
}

test('every metric of every group equals the reference to 1e-9', () => {
  const frame = frameOf(goldenRows, ['A', 'B', 'C']);
  for (const row of frame.slice(1)) {
    const expected = golden.byGroup[row.cell.group['g'] as 'A' | 'B' | 'C'];
    for (const [id, value] of Object.entries(expected))
      expect(Math.abs((row.values[id] ?? NaN) - value), `${id} of ${row.cell.group['g']}`).toBeLessThan(1e-9);
  }
  expect(frame).toHaveLength(4);
});

test.each(golden.disparities)('%s %s equals the reference to 1e-9', (id, kind, value) => {
  const frame = frameOf(goldenRows, ['A', 'B', 'C']);
  const entry = DISPARITIES.find((one) => one.id === id);
  const perMetric = (entry?.metrics ?? []).map((metric) => ({
    groups: frame.slice(1).map((row) => row.values[metric] ?? null),
    overall: frame[0]?.values[metric] ?? null,
  }));
  const found = disparitySpread({ combine: entry?.combine ?? 'worst' }, kind, 'betweenGroups', perMetric);
  expect(Math.abs((found.value ?? NaN) - value)).toBeLessThan(1e-9);
});

test('complements add up to 1, and balanced accuracy is the mean of the two true rates', () => {
  for (const { values } of frameOf(goldenRows, ['A', 'B', 'C'])) {
    const sum = (a: string, b: string): number => (values[a] ?? NaN) + (values[b] ?? NaN);
    expect(sum('truePositiveRate', 'falseNegativeRate')).toBeCloseTo(1, 12);
    expect(sum('falsePositiveRate', 'trueNegativeRate')).toBeCloseTo(1, 12);
    expect(sum('precision', 'falseDiscoveryRate')).toBeCloseTo(1, 12);
    expect(sum('negativePredictiveValue', 'falseOmissionRate')).toBeCloseTo(1, 12);
    expect(values['balancedAccuracy']).toBeCloseTo(sum('truePositiveRate', 'trueNegativeRate') / 2, 12);
  }
});

test('F1 is the harmonic mean of precision and true positive rate', () => {
  const overall = frameOf(goldenRows, ['A', 'B', 'C'])[0]?.values;
  const [p, r] = [overall?.['precision'] ?? NaN, overall?.['truePositiveRate'] ?? NaN];
  expect(overall?.['f1']).toBeCloseTo((2 * p * r) / (p + r), 12);
});

test('an empty denominator is null, never 0', () => {
  const rows = [
    { truth: 0, score: 0.1, group: 'A' },
    { truth: 0, score: 0.2, group: 'A' },
  ];
  const [, a, b] = frameOf(rows, ['A', 'B']);
  expect(a?.values).toMatchObject({
    selectionRate: 0,
    truePositiveRate: null,
    precision: null,
    auroc: null,
    f1: null,
  });
  expect(b?.counts.n).toBe(0);
  for (const id of METRIC_IDS) expect(b?.values[id], id).toBeNull();
});

const rowsArbitrary = fc.array(
  fc.record({
    truth: fc.nat({ max: 1 }),
    score: fc.integer({ min: 0, max: 20 }).map((value) => value / 20),
    group: fc.constantFrom('A', 'B', 'C'),
  }),
  { minLength: 1, maxLength: 60 },
);

/** Values by group, rounded beyond the order of summation. */
function pointsOf(frame: readonly FrameRow[]): Readonly<Record<string, readonly (string | null)[]>> {
  return Object.fromEntries(
    frame.map((row) => [
      row.cell.group['g'] ?? 'all',
      METRIC_IDS.map((id) => row.values[id]?.toFixed(12).replace('-0.', '0.') ?? null),
    ]),
  );
}

test('values do not depend on the order of the rows', () => {
  fc.assert(
    fc.property(rowsArbitrary, fc.infiniteStream(fc.nat()), (rows, keys) => {
      const moved = rows.map((row) => ({ row, key: keys.next().value })).sort((a, b) => a.key - b.key);
      const order = ['A', 'B', 'C'];
      expect(
        pointsOf(
          frameOf(
            moved.map((one) => one.row),
            order,
          ),
        ),
      ).toEqual(pointsOf(frameOf(rows, order)));
    }),
  );
});

test('values do not depend on the names of the groups', () => {
  const renamed: Readonly<Record<string, string>> = { A: 'zeta', B: 'alpha', C: 'mu' };
  fc.assert(
    fc.property(rowsArbitrary, (rows) => {
      const before = pointsOf(frameOf(rows, ['A', 'B', 'C']));
      const moved = rows.map((row) => ({ ...row, group: renamed[row.group] ?? '' }));
      const after = pointsOf(frameOf(moved, ['alpha', 'mu', 'zeta']));
      for (const [old, now] of Object.entries(renamed)) expect(after[now]).toEqual(before[old]);
    }),
  );
});

test('values do not change when every row occurs twice', () => {
  fc.assert(
    fc.property(rowsArbitrary, (rows) => {
      const order = ['A', 'B', 'C'];
      expect(pointsOf(frameOf([...rows, ...rows], order))).toEqual(pointsOf(frameOf(rows, order)));
    }),
  );
});
