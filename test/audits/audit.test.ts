import { expect, test } from 'vitest';
import { assess } from '../../main/audits/audit.ts';
import type { AssessInput } from '../../main/audits/table.ts';
import type { Audit } from '../../preload/contract/vocabulary.ts';
import { golden } from '../fairness/golden.ts';
import { goldenInput } from './goldenInput.ts';
import { disparity, made, withOptions } from './tables.ts';

test('the reference values come out of a whole audit, marked as insufficient evidence', () => {
  const audit = assess(goldenInput);
  const groups = audit.models[0]?.groups ?? [];
  expect(groups.map((group) => [group.group['group'], group.n])).toEqual([
    ['A', 10],
    ['B', 8],
    ['C', 6],
  ]);
  for (const group of groups) {
    for (const [id, estimate] of Object.entries(group.metrics)) {
      const expected = golden.byGroup[group.group['group'] as 'A'][id as 'auroc'];
      expect(Math.abs((estimate.value ?? NaN) - expected), id).toBeLessThan(1e-9);
      expect(estimate).toMatchObject({ low: null, high: null });
      expect(estimate.reason).toMatch(/^insufficient evidence \(n \d+, needs 30\)$/);
    }
  }
  for (const [id, kind, value] of golden.disparities) {
    const found = disparity(audit, 0, { id, kind, relativeTo: 'betweenGroups' });
    expect(Math.abs((found?.value ?? NaN) - value), id).toBeLessThan(1e-9);
    expect(found?.low).toBeNull();
    expect(found?.reason).toContain('insufficient evidence');
  }
});

test('the same input gives the same audit, byte for byte', () => {
  const input = withOptions(
    made({
      n: 400,
      seed: 3,
      right: [
        [0.8, 0.6],
        [0.7, 0.7],
      ],
    }),
    { features: ['colour', 'shape'] },
  );
  expect(JSON.stringify(assess(input))).toBe(JSON.stringify(assess(input)));
});

test('groups are each feature alone, then their intersection; an unused unknown is left out', () => {
  const input = withOptions(made({ n: 600, seed: 4, right: [[0.8, 0.6]] }), {
    features: ['colour', 'shape'],
  });
  const [model] = assess(input).models;
  expect(model?.groups.map((group) => Object.values(group.group).join(' '))).toEqual([
    'blue', 'red', 'disc', 'square', 'star',
    'blue disc', 'blue square', 'blue star', 'red disc', 'red square', 'red star',
  ]); // prettier-ignore
  expect(model?.groups.slice(0, 2).reduce((sum, group) => sum + group.n, 0)).toBe(600);
});

test('a planted gap is found, with an interval on the contrast and a null range on the largest difference', () => {
  const input = withOptions(made({ n: 4000, seed: 5, right: [[0.9, 0.7]] }), {
    primary: { metric: 'accuracy', feature: 'colour', group: 'red', reference: 'blue' },
  });
  const audit = assess(input);
  const [model] = audit.models;
  expect(model?.primary?.value).toBeCloseTo(-0.2, 1);
  expect(model?.primary?.high).toBeLessThan(-0.15);
  expect(model?.primary?.low).toBeGreaterThan(-0.25);
  const largest = disparity(audit, 0, {
    id: 'accuracyParity',
    kind: 'difference',
    relativeTo: 'betweenGroups',
  });
  expect(largest).toMatchObject({ low: null, high: null, max: { colour: 'blue' }, min: { colour: 'red' } });
  expect(largest?.p).toBeLessThan(0.01);
  expect(largest?.nullRange?.[1]).toBeLessThan(0.05);
  const toOverall = disparity(audit, 0, { id: 'accuracyParity', kind: 'difference', relativeTo: 'overall' });
  expect(toOverall?.value).toBeCloseTo(0.1, 1);
  expect(toOverall?.low).toBeNull();
});

test('without a gap the largest difference lies within its null range', () => {
  const audit = assess(made({ n: 4000, seed: 6, right: [[0.8, 0.8]] }));
  const found = disparity(audit, 0, {
    id: 'accuracyParity',
    kind: 'difference',
    relativeTo: 'betweenGroups',
  });
  expect(found?.p).toBeGreaterThan(0.05);
});

test('Wilson intervals with one row per subject; with repeated subjects the interval widens', () => {
  const single = made({ n: 2000, seed: 7, right: [[0.8, 0.8]] });
  // Every subject is eight copies of one row: the information of 250 rows, not of 2,000.
  const copies = { ...made({ n: 250, seed: 7, right: [[0.8, 0.8]] }) };
  const eight = Array.from({ length: 2000 }, (_, row) => Math.floor(row / 8));
  const clustered: AssessInput = {
    ...single,
    table: {
      ...single.table,
      truth: Int16Array.from(eight, (row) => copies.table.truth[row] ?? 0),
      subjects: Int32Array.from(eight),
      sensitive: copies.table.sensitive.map((feature) => ({
        ...feature,
        codes: Int16Array.from(eight, (row) => feature.codes[row] ?? 0),
      })),
    },
    models: copies.models.map((model) => ({
      ...model,
      predicted: Int16Array.from(eight, (row) => model.predicted[row] ?? 0),
      scores: null,
    })),
  };
  const widthOf = (audit: Audit): number => {
    const { low, high } = audit.models[0]?.overall.metrics['accuracy'] ?? {};
    return (high ?? NaN) - (low ?? NaN);
  };
  const ratio = widthOf(assess(clustered)) / widthOf(assess(single));
  expect(ratio).toBeGreaterThan(2.2);
  expect(ratio).toBeLessThan(3.5);
  expect(assess(clustered).models[0]?.overall.subjects).toBe(250);
  expect(assess(clustered).rules.join(' ')).toContain('every interval resamples the 250 subjects');
});

test('fewer than 20 subjects is insufficient evidence however many rows there are', () => {
  const audit = assess(made({ n: 600, seed: 8, right: [[0.8, 0.8]], perSubject: 50 }));
  expect(audit.models[0]?.overall.metrics['accuracy']).toMatchObject({
    low: null,
    reason: 'insufficient evidence (12 subjects, needs 20)',
  });
});

test('two runs: paired differences of overall, groups, contrasts, disparities and the primary metric', () => {
  const input = withOptions(
    made({
      n: 4000,
      seed: 9,
      right: [
        [0.9, 0.9],
        [0.9, 0.7],
      ],
    }),
    {
      primary: { metric: 'accuracy', feature: 'colour', group: 'red', reference: 'blue' },
    },
  );
  const audit = assess(input);
  const [primary] = audit.differences;
  expect(primary).toMatchObject({
    run: 'run-2',
    baseline: 'run-1',
    disparity: 'accuracyParity',
    group: { colour: 'red' },
  });
  expect(primary?.value).toBeCloseTo(-0.2, 1);
  expect(primary?.high).toBeLessThan(0);
  const find = (wanted: object): Audit['differences'][number] | undefined =>
    audit.differences.find((one) =>
      Object.entries(wanted).every(
        ([key, value]) => JSON.stringify(one[key as 'run']) === JSON.stringify(value),
      ),
    );
  const overall = find({ metric: 'accuracy', disparity: null, group: null });
  expect(overall?.value).toBeCloseTo(-0.1, 1);
  expect(overall?.high).toBeLessThan(0);
  const blue = find({ metric: 'accuracy', disparity: null, group: { colour: 'blue' } });
  expect(blue?.low).toBeLessThan(0);
  expect(blue?.high).toBeGreaterThan(0);
  const largest = find({ disparity: 'accuracyParity', group: null });
  expect(largest?.value).toBeCloseTo(0.2, 1);
  expect(largest).toMatchObject({ low: null, high: null });
  expect(largest?.p).toBeLessThan(0.01);
  expect(
    audit.differences.filter((one) => one.disparity === 'accuracyParity' && one.group !== null),
  ).toHaveLength(1);
});

test('a run against itself differs by exactly 0, without an interval that pretends to know', () => {
  const input = made({ n: 500, seed: 10, right: [[0.8, 0.7]] });
  const [model] = input.models;
  if (!model) throw new Error('a model was made');
  const audit = assess({ ...input, models: [model, { ...model, run: 'run-2' }] });
  const values = audit.differences.map((one) => one.value).filter((value) => value !== null);
  expect(values.every((value) => value === 0)).toBe(true);
  expect(audit.differences.find((one) => one.disparity === 'accuracyParity' && one.group === null)?.p).toBe(
    1,
  );
});

test('every two of up to six runs are compared in the primary metric, other numbers against the first', () => {
  const input = withOptions(
    made({
      n: 500,
      seed: 11,
      right: [
        [0.8, 0.7],
        [0.8, 0.7],
        [0.8, 0.7],
      ],
    }),
    {
      primary: { metric: 'accuracy', feature: 'colour', group: 'red', reference: 'blue' },
    },
  );
  const pairs = assess(input).differences.filter(
    (one) => one.disparity === 'accuracyParity' && one.group !== null,
  );
  expect(pairs.map((one) => `${one.run}-${one.baseline}`)).toEqual([
    'run-2-run-1',
    'run-3-run-1',
    'run-3-run-2',
  ]);
});

test('runs are paired by the names of the examples, and rows that one lacks are left out and counted', () => {
  const input = made({
    n: 300,
    seed: 12,
    right: [
      [0.8, 0.7],
      [0.8, 0.7],
    ],
  });
  const [first, second] = input.models;
  if (!first || !second) throw new Error('two models were made');
  const order = Array.from({ length: 280 }, (_, row) => 299 - row);
  const shuffled = {
    ...second,
    names: order.map((row) => `sample ${row}`),
    predicted: Int16Array.from(order, (row) => second.predicted[row] ?? 0),
    scores: null,
  };
  const audit = assess({ ...input, models: [first, shuffled] });
  expect(audit.models.map((model) => model.overall.n)).toEqual([280, 280]);
  expect(audit.notes).toContain('20 examples were left out because not every model predicted them.');
  const kept = { ...second, predicted: second.predicted.subarray(20), scores: null };
  const direct = order.map((row) => Number(kept.predicted[row - 20] === input.table.truth[row]));
  const share = direct.reduce((sum, value) => sum + value, 0) / 280;
  expect(audit.models[1]?.overall.metrics['accuracy']?.value).toBeCloseTo(share, 12);
});

test("a model's classes may come in another order", () => {
  const input = made({ n: 300, seed: 13, right: [[0.8, 0.7]] });
  const [model] = input.models;
  if (!model?.scores) throw new Error('a model was made');
  const turned = {
    ...model,
    classes: ['high', 'low'],
    predicted: model.predicted.map((code) => 1 - code),
    scores: model.scores.map((_, at) => model.scores?.[at ^ 1] ?? 0),
  };
  expect(assess({ ...input, models: [turned] })).toEqual(assess(input));
});

test('with many classes accuracy works, and binary metrics wait for a positive class', () => {
  const base = made({ n: 300, seed: 14, right: [[0.8, 0.7]] });
  const input: AssessInput = { ...base, table: { ...base.table, classes: ['low', 'high', 'huge'] } };
  const audit = assess(input);
  expect(audit.models[0]?.overall.metrics['accuracy']?.value).toBeGreaterThan(0.6);
  expect(audit.models[0]?.overall.metrics['selectionRate']).toEqual({
    value: null,
    low: null,
    high: null,
    reason: 'no positive class was chosen',
  });
  expect(audit.models[0]?.overall.positives).toBeNull();
  const chosen = assess(withOptions(input, { positive: 'high' }));
  expect(chosen.models[0]?.overall.metrics['selectionRate']?.value).toBeGreaterThan(0.3);
});

test('the threshold decides between two classes', () => {
  const input = made({ n: 300, seed: 15, right: [[0.8, 0.7]] });
  const rate = (threshold: number): number | null | undefined =>
    assess(withOptions(input, { threshold })).models[0]?.overall.metrics['selectionRate']?.value;
  expect(rate(0)).toBe(1);
  expect(rate(0.9)).toBeLessThan(rate(0.5) ?? 0);
});

test('notes name the sources of groups, unequal base rates and groups with too few rows', () => {
  const base = made({ n: 400, seed: 16, right: [[0.8, 0.7]], redShare: 0.05 });
  const truth = base.table.truth.map((code, row) => (base.table.sensitive[0]?.codes[row] === 1 ? 1 : code));
  const audit = assess({ ...base, table: { ...base.table, truth } });
  expect(audit.notes[0]).toBe('Values of colour are made, not observed.');
  expect(audit.notes.at(-1)).toMatch(/^There is insufficient evidence about colour red \(n \d+\)\.$/);
  const unequal = made({ n: 400, seed: 16, right: [[0.8, 0.7]] });
  const skewed = unequal.table.truth.map((code, row) =>
    unequal.table.sensitive[0]?.codes[row] === 1 ? 1 : code,
  );
  const notes = assess({ ...unequal, table: { ...unequal.table, truth: skewed } }).notes.join(' ');
  expect(notes).toContain('The base rate of high runs from');
  expect(notes).toContain('cannot all hold');
});

const bad = made({ n: 60, seed: 17, right: [[0.8, 0.7]] });
test.each<[string, AssessInput, string]>([
  ['unknown metric', withOptions(bad, { metrics: ['acuracy'] }), 'There is no metric "acuracy".'],
  [
    'unknown feature',
    withOptions(bad, { features: ['color'] }),
    'There is no sensitive feature "color" in this data.',
  ],
  [
    'unknown class',
    withOptions(bad, { positive: 'big' }),
    'The positive class "big" is not a class of size.',
  ],
  [
    'a primary group without rows',
    withOptions(bad, {
      primary: { metric: 'accuracy', feature: 'colour', group: 'unknown', reference: 'blue' },
    }),
    'The primary metric compares the group "unknown" of colour, which no audited row belongs to.',
  ],
  [
    'a primary group against itself',
    withOptions(bad, {
      primary: { metric: 'accuracy', feature: 'colour', group: 'blue', reference: 'blue' },
    }),
    'The primary metric must name two different groups, a group and a reference, or neither.',
  ],
  [
    'a primary feature that is not audited',
    withOptions(bad, { primary: { metric: 'accuracy', feature: 'shape', group: null, reference: null } }),
    'The primary metric compares groups of "shape", which is not among the audit\'s features.',
  ],
  ['no model', { ...bad, models: [] }, 'An audit needs at least one model.'],
  [
    'too few predictions',
    { ...bad, models: bad.models.map((model) => ({ ...model, predicted: model.predicted.slice(1) })) },
    'run 1 has 59 predictions for 60 rows.',
  ],
])('%s is refused with a sentence', (_name, input, message) => {
  expect(() => assess(input)).toThrow(message);
});

test('an audit of calibration says that small groups look less calibrated', () => {
  expect(assess(goldenInput).rules.join(' ')).toContain('is larger the fewer rows it is measured on');
});
