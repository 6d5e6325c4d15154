import { expect, test } from 'vitest';
import { assess } from '../../main/audits/audit.ts';
import type { AssessInput } from '../../main/audits/table.ts';
import { tQuantile } from '../../main/fairness/studentT.ts';
import { welch } from '../../main/fairness/welch.ts';
import { made, withOptions } from './tables.ts';

const METRICS = ['accuracy', 'selectionRate', 'truePositiveRate', 'falsePositiveRate'];
const three = withOptions(
  made({
    n: 1500,
    seed: 4,
    right: [
      [0.9, 0.6],
      [0.7, 0.6],
      [0.895, 0.6],
    ],
  }),
  { metrics: METRICS, draws: 400 },
);

test('all runs are compared with the chosen baseline, on the same draws', () => {
  const audit = assess(withOptions(three, { baseline: 'run-2' }));
  expect(new Set(audit.differences.map((one) => one.baseline))).toEqual(new Set(['run-2']));
  const overall = (run: string, all = audit) =>
    all.differences.find(
      (one) => one.run === run && one.metric === 'accuracy' && one.disparity === null && one.group === null,
    );
  const turned = assess(three).differences.find(
    (one) => one.run === 'run-2' && one.metric === 'accuracy' && one.group === null && one.disparity === null,
  );
  expect(overall('run-1')?.value).toBeCloseTo(-(turned?.value ?? NaN), 12);
  expect(overall('run-1')?.low).toBeCloseTo(-(turned?.high ?? NaN), 12);
  expect(() => assess(withOptions(three, { baseline: 'run-9' }))).toThrow(
    'The baseline run-9 is not among the audited runs.',
  );
});

test('a run is marked as the best only where the paired interval excludes the runner-up', () => {
  const clear = assess(withOptions(made({ n: 1500, seed: 4, right: [[0.9, 0.9], [0.7, 0.7]] }), { metrics: METRICS, draws: 400 })); // prettier-ignore
  const of = (audit: typeof clear, metric: string) =>
    audit.bests?.find((one) => one.metric === metric && one.group === null);
  expect(of(clear, 'accuracy')).toMatchObject({ run: 'run-1', runnerUp: 'run-2', marked: true });
  // A lower rate of false positives is better; of selections none is.
  expect(of(clear, 'falsePositiveRate')?.difference.high).toBeLessThan(0);
  expect(of(clear, 'selectionRate')).toBeUndefined();
  const close = assess(three);
  const best = of(close, 'accuracy');
  expect(new Set([best?.run, best?.runnerUp])).toEqual(new Set(['run-1', 'run-3']));
  expect(best).toMatchObject({ marked: false });
  expect((best?.difference.low ?? NaN) * (best?.difference.high ?? NaN)).toBeLessThanOrEqual(0);
});

test('a gap that narrows because the best group lost is flagged, with the ends of both gaps', () => {
  const audit = assess(three);
  const gap = (run: string, metric: string) =>
    audit.differences.find((one) => one.run === run && one.metric === metric && one.disparity !== null && one.group === null)?.gap; // prettier-ignore
  const worse = gap('run-2', 'accuracy');
  const values = (model: number): number[] =>
    audit.models[model]?.groups.map((group) => group.metrics['accuracy']?.value ?? NaN) ?? [];
  expect(worse).toEqual({
    best: Math.max(...values(1)),
    worst: Math.min(...values(1)),
    baselineBest: Math.max(...values(0)),
    baselineWorst: Math.min(...values(0)),
    narrowedWithoutWorst: Math.min(...values(1)) <= Math.min(...values(0)),
  });
  const planted = assess(
    withOptions(
      made({
        n: 3000,
        seed: 9,
        right: [
          [0.95, 0.7],
          [0.6, 0.6],
        ],
      }),
      { metrics: METRICS, draws: 200 },
    ),
  );
  const flagged = planted.differences.filter((one) => one.gap?.narrowedWithoutWorst === true);
  expect(flagged.map((one) => one.metric)).toContain('accuracy');
  expect(flagged.map((one) => one.metric)).not.toContain('selectionRate');
  // For an error rate the worst is the highest.
  const errors = planted.differences.find((one) => one.metric === 'falsePositiveRate' && one.gap)?.gap;
  expect(errors?.worst).toBeGreaterThan(errors?.best ?? NaN);
});

test('ratio scores are compared over the ratios that both runs have', () => {
  // The second model is never wrong about blue, the reference: five ratios of errors have nothing to divide by.
  const audit = assess(withOptions(made({ n: 900, seed: 5, right: [[0.8, 0.7], [1, 0.7]], redShare: 0.4 }), { metrics: METRICS, draws: 200 })); // prettier-ignore
  const [row] = audit.ratioComparisons ?? [];
  expect(row).toMatchObject({
    run: 'run-2',
    baseline: 'run-1',
    group: { colour: 'blue' },
    shared: ['selectionRate'],
  });
  expect(row?.leftOut).toHaveLength(5);
  const own = audit.models.map((model) => model.parityDeviations?.[0]?.ratios.find((one) => one.metric === 'selectionRate')?.deviation ?? NaN); // prettier-ignore
  expect([row?.baselineValue, row?.value]).toEqual(own);
  expect(row?.relative).toBeCloseTo(((own[0] ?? 0) - (own[1] ?? 0)) / (own[0] ?? 1), 12);
});

/** Arms of so many seeds each. */
function seeded(seeds: number): AssessInput {
  const input = made({
    n: 600,
    seed: 12,
    right: Array.from({ length: 2 * seeds }, (_, at): readonly [number, number] => [
      (at < seeds ? 0.8 : 0.7) + at / 100,
      0.7,
    ]),
  });
  const models = input.models.map((model, at) => ({ ...model, arm: at < seeds ? 'vicreg' : 'simclr' }));
  return withOptions({ ...input, models }, { metrics: ['accuracy'], draws: 200 });
}

test('a statement about methods needs 5 seeds an arm, and is a t interval over seeds', () => {
  const { seedComparisons = [], models, bests } = assess(seeded(5));
  const [row] = seedComparisons;
  const values = models.map((model) => model.overall.metrics['accuracy']?.value ?? NaN);
  expect(row).toMatchObject({
    arm: 'simclr',
    baseline: 'vicreg',
    values: values.slice(5),
    baselineValues: values.slice(0, 5),
  });
  expect(row).toMatchObject(welch(values.slice(5), values.slice(0, 5)) ?? {});
  expect(seedComparisons.map((one) => one.disparity)).toEqual([null, 'accuracyParity']);
  expect(bests).toBeUndefined();
  const few = assess(seeded(3)).seedComparisons?.[0];
  expect(few).toMatchObject({ low: null, reason: 'insufficient evidence (3 seeds in an arm, needs 5)' });
  expect(few?.value).not.toBeNull();
  expect(assess(three).seedComparisons).toBeUndefined();
});

test('quantiles of t and Welch’s interval equal scipy’s', () => {
  const quantiles: readonly (readonly [number, number])[] = [
    [1, 12.706204736174694], [2, 4.302652729749462], [4, 2.7764451051977934], [5.5, 2.501858617589239],
    [8, 2.306004135204166], [30, 2.0422724563012378], [1000, 1.9623390808264083],
  ]; // prettier-ignore
  for (const [freedom, t] of quantiles) expect(tQuantile(0.975, freedom) / t).toBeCloseTo(1, 9);
  const found = welch([0.81, 0.84, 0.79, 0.83, 0.82], [0.75, 0.78, 0.8, 0.74, 0.77, 0.76]);
  expect(found?.value).toBeCloseTo(0.05133333333333323, 12);
  expect(found?.low).toBeCloseTo(0.02343197196929711, 9);
  expect(found?.high).toBeCloseTo(0.07923469469736935, 9);
  expect(welch([1, 1], [1, 1])).toBeNull();
  expect(welch([1], [1, 2])).toBeNull();
});
