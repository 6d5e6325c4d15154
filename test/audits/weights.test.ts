import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { assess } from '../../main/audits/audit.ts';
import { readPredictionsTable } from '../../main/audits/predictionsTable.ts';
import type { AssessInput } from '../../main/audits/table.ts';
import { AppError } from '../../preload/contract/errors.ts';
import { disparity, made, withOptions } from './tables.ts';

const METRICS = ['accuracy', 'truePositiveRate', 'falsePositiveRate', 'selectionRate', 'precision', 'auroc'];
const plain = withOptions(made({ n: 600, seed: 8, right: [[0.9, 0.7]], perSubject: 3 }), {
  metrics: METRICS,
  draws: 300,
});
const weights = Float64Array.from({ length: 600 }, (_, row) => 1 + (row % 3));

/** The same rows, each as often as it weighs. */
function repeated({ table, models, ...rest }: AssessInput): AssessInput {
  const rows = Array.from(weights).flatMap((times, row) => Array.from({ length: times }, () => row));
  const pick = <T extends Int16Array | Int32Array>(values: T): T =>
    Reflect.construct(values.constructor, [rows.map((row) => values[row] ?? 0)]) as T;
  return {
    ...rest,
    table: {
      ...table,
      truth: pick(table.truth),
      sensitive: table.sensitive.map((feature) => ({ ...feature, codes: pick(feature.codes) })),
      subjects: pick(table.subjects ?? new Int32Array(0)),
      names: null,
    },
    models: models.map((model) => ({
      ...model,
      predicted: pick(model.predicted),
      scores: Float64Array.from(rows.flatMap((row) => [...(model.scores ?? []).slice(2 * row, 2 * row + 2)])),
    })),
  };
}

test('a row of weight 2 counts as two rows of the same person: values and intervals are the same', () => {
  const table = { ...plain.table, weights: { name: 'w', values: weights } };
  const weighted = assess({ ...plain, table });
  const twice = assess(repeated(plain));
  expect(weighted.weights).toMatchObject({ column: 'w', sum: 1200, effectiveRows: 1200 ** 2 / 2800 });
  weighted.models[0]?.groups.forEach((group, at) => {
    const other = twice.models[0]?.groups[at];
    expect(group.n).toBe(plain.table.sensitive[0]?.codes.filter((code) => code === at).length);
    for (const id of METRICS) {
      const [a, b] = [group.metrics[id], other?.metrics[id]];
      for (const end of ['value', 'low', 'high'] as const)
        expect(a?.[end], `${id} ${end}`).toBeCloseTo(b?.[end] ?? NaN, 9);
    }
  });
});

test('where rows have weights there are no Wilson intervals', () => {
  const single = withOptions(made({ n: 600, seed: 8, right: [[0.9, 0.7]] }), { draws: 300 });
  const table = { ...single.table, weights: { name: 'w', values: weights } };
  const audit = assess({ ...single, table });
  expect(audit.models[0]?.overall.metrics['accuracy']?.bca).toBeDefined();
  expect(audit.rules.join(' ')).toContain('weighted by w');
});

test('equalized odds against the reference: the worse distance, and a p-value of both', () => {
  const audit = assess(withOptions(made({ n: 2000, seed: 5, right: [[0.9, 0.7]] }), { draws: 500 }));
  const of = (id: string) => disparity(audit, 0, { id, kind: 'difference', relativeTo: 'reference' });
  const parts = ['equalOpportunity', 'predictiveEquality'].map((id) => Math.abs(of(id)?.value ?? NaN));
  const odds = of('equalizedOdds');
  expect(odds?.value).toBe(Math.max(...parts));
  expect(of('equalizedOddsMean')?.value).toBeCloseTo(((parts[0] ?? 0) + (parts[1] ?? 0)) / 2, 12);
  expect(odds?.p).toBeLessThan(0.01);
  expect(odds?.low).toBeNull();
  const none = assess(withOptions(made({ n: 2000, seed: 6, right: [[0.8, 0.8]] }), { draws: 500 }));
  const same = disparity(none, 0, { id: 'equalizedOdds', kind: 'difference', relativeTo: 'reference' });
  expect(same?.p).toBeGreaterThan(0.05);
  expect(same?.detectable).toBeGreaterThan(0);
});

const folder = mkdtempSync(join(tmpdir(), 'pretext-weights-'));
afterAll(() => rmSync(folder, { recursive: true }));
const columns = { truth: 'y', prediction: 'p', score: null, subject: null, positive: null, features: ['g'] };
const read = (text: string, change: object): ReturnType<typeof readPredictionsTable> => {
  const path = join(folder, 'p.csv');
  writeFileSync(path, text);
  return readPredictionsTable(path, { ...columns, ...change });
};

test('a table of numbers is read as numbers', async () => {
  const { table, model } = await read('y,p,g,w\n1.5,2,A,1\n-3,1e1,B,.5\n', { numeric: true, weight: 'w' });
  expect([...(table.numbers ?? [])]).toEqual([1.5, -3]);
  expect([...(model.numbers ?? [])]).toEqual([2, 10]);
  expect([...(table.weights?.values ?? [])]).toEqual([1, 0.5]);
});

test.each<[string, object, string]>([
  [
    'y,p,g\n1,2,A\n1,two,B\n',
    { numeric: true },
    'p.csv, line 3: column "p" holds "two", which is not a number.',
  ],
  [
    'y,p,g\nInfinity,2,A\n',
    { numeric: true },
    'p.csv, line 2: column "y" holds "Infinity", which is not a number.',
  ],
  [
    'y,p,g,w\n0,1,A,1\n1,1,A,-2\n',
    { weight: 'w' },
    'p.csv, line 3: column "w" holds -2, but weights are not negative.',
  ],
  ['y,p,g,w\n0,1,A,\n1,1,A,1\n', { weight: 'w' }, 'p.csv, line 2: column "w" is empty.'],
  ['y,p,g,w\n0,1,A,0\n1,1,A,0\n', { weight: 'w' }, 'Column "w" of weights holds nothing but 0.'],
  ['y,p,g\n0,1,A\n', { weight: 'w' }, 'p.csv has no column "w".'],
  [
    'y,p,g\n0,1,A\n',
    { numeric: true, score: 's' },
    'A target of numbers needs a column of predicted numbers, and has neither scores nor a positive class.',
  ],
])('%j is one sentence', async (text, change, message) => {
  const failure = await read(text, change).catch((cause: unknown) => cause);
  expect(failure).toBeInstanceOf(AppError);
  expect((failure as AppError).message).toBe(message);
});
