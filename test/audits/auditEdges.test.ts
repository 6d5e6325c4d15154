import { expect, test } from 'vitest';
import { assess } from '../../main/audits/audit.ts';
import { disparity, made, withOptions } from './tables.ts';

test('where every draw gives the same value there is neither an interval nor a p-value', () => {
  const base = made({ n: 400, seed: 16, right: [[1, 0]] });
  const audit = assess(withOptions(base, { metrics: ['accuracy'] }));
  const found = disparity(audit, 0, { id: 'accuracyParity', kind: 'difference', relativeTo: 'reference' });
  expect(found).toMatchObject({ low: null, high: null, p: null });
  expect(Math.abs(found?.value ?? 0)).toBe(1);
  expect(found?.reason).toContain('every draw gives the same value');
});

test('a ratio of groups that are all at 0 is undefined and says so, and no group is the highest', () => {
  const base = made({ n: 400, seed: 17, right: [[0, 0]] });
  const audit = assess(withOptions(base, { metrics: ['accuracy', 'truePositiveRate', 'falsePositiveRate'] }));
  for (const relativeTo of ['betweenGroups', 'overall'] as const)
    expect(disparity(audit, 0, { id: 'accuracyParity', kind: 'ratio', relativeTo })).toMatchObject({
      value: null,
      reason: 'every group is at 0',
      max: null,
      min: null,
    });
  const same = disparity(audit, 0, {
    id: 'accuracyParity',
    kind: 'difference',
    relativeTo: 'betweenGroups',
  });
  expect(same).toMatchObject({ value: 0, max: null, min: null });
  // The true positive rates are all 0, the false positive rates all 1: the worse of the two has no ratio.
  expect(
    disparity(audit, 0, { id: 'equalizedOdds', kind: 'ratio', relativeTo: 'betweenGroups' }),
  ).toMatchObject({ value: null, metric: 'truePositiveRate', reason: 'every group is at 0' });
});

test('a feature named twice is assessed once, and names that objects know are names like others', () => {
  const base = made({ n: 200, seed: 18, right: [[0.8, 0.7]] });
  const [colour, shape] = base.table.sensitive;
  if (!colour || !shape) throw new Error('two features were made');
  const sensitive = [
    { ...colour, name: '__proto__' },
    { ...shape, name: '2' },
  ];
  const input = { ...base, table: { ...base.table, sensitive } };
  const audit = assess(
    withOptions(input, { features: ['__proto__', '2', '__proto__'], metrics: ['accuracy'] }),
  );
  const groups = audit.models[0]?.groups.map(({ group }) => Object.keys(group).sort().join(' × ')) ?? [];
  expect([...new Set(groups)]).toEqual(['__proto__', '2', '2 × __proto__']);
  expect(groups).toHaveLength(2 + 3 + 6);
});

test('a numeric target is audited by group with the metrics of numbers', () => {
  const input = made({ n: 600, seed: 14, right: [[0.8, 0.8]] });
  const [model] = input.models;
  const colour = input.table.sensitive[0]?.codes ?? new Int16Array(0);
  const numbers = Float64Array.from({ length: 600 }, (_, row) => Math.sin(row));
  const predicted = numbers.map(
    (value, row) => value - (colour[row] === 1 ? 0.5 : 0) + Math.cos(7 * row) / 10,
  );
  const audit = assess({
    ...withOptions(input, { metrics: ['meanResidual', 'meanAbsoluteError', 'accuracy'] }),
    table: { ...input.table, classes: [], truth: new Int16Array(600), numbers },
    models: model ? [{ ...model, classes: [], scores: null, numbers: predicted }] : [],
  });
  const contrast = audit.models[0]?.disparities.find(
    (one) => one.id === 'meanResidualGap' && one.relativeTo === 'reference' && one.features.length === 1,
  );
  expect(Math.abs(contrast?.value ?? NaN)).toBeCloseTo(0.5, 1);
  expect(contrast?.p).toBeLessThan(0.01);
  expect(
    audit.models[0]?.disparities.some((one) => one.id === 'meanResidualGap' && one.kind === 'ratio'),
  ).toBe(false);
  expect(audit.models[0]?.overall.metrics['accuracy']).toMatchObject({
    value: null,
    reason: 'the target is a number',
  });
  expect(audit.rules[0]).toContain('The target is a number');
});
