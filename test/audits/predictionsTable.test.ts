import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { assess } from '../../main/audits/audit.ts';
import { runAudit } from '../../main/audits/auditRunner.ts';
import { readPredictionsTable } from '../../main/audits/predictionsTable.ts';
import type { PredictionColumnsOf } from '../../main/audits/predictionsTable.ts';
import { AppError } from '../../preload/contract/errors.ts';
import { digestOf } from '../../main/core/canonical.ts';
import { golden } from '../fairness/golden.ts';
import { facts, made, options } from './tables.ts';

const folder = mkdtempSync(join(tmpdir(), 'pretext-predictions-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(name: string, text: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const columns: PredictionColumnsOf = {
  truth: 'y',
  prediction: null,
  score: 's',
  subject: null,
  positive: null,
  features: ['g'],
};

const goldenCsv = [
  'y,s,g',
  ...golden.truth.map((truth, row) => `${truth},${golden.score[row]},${golden.group[row]}`),
].join('\n');

test('a table of scores gives the reference numbers through a worker thread', async () => {
  const path = fileOf('golden.csv', goldenCsv);
  const told: number[] = [];
  const audit = await runAudit(
    {
      kind: 'predictions',
      path,
      columns,
      facts,
      options: { ...options, features: ['g'], metrics: ['truePositiveRate', 'auroc'] },
    },
    { onProgress: (fraction) => told.push(fraction) },
  );
  for (const group of audit.models[0]?.groups ?? []) {
    const expected = golden.byGroup[group.group['g'] as 'A'];
    expect(group.metrics['truePositiveRate']?.value).toBeCloseTo(expected.truePositiveRate, 12);
    expect(group.metrics['auroc']?.value).toBeCloseTo(expected.auroc, 12);
  }
  expect(audit.hashes['predictions']).toMatch(/^[0-9a-f]{64}$/);
  expect(told.at(-1)).toBe(1);
});

test('a thread answers what this thread answers', async () => {
  const input = made({
    n: 200,
    seed: 1,
    right: [
      [0.8, 0.7],
      [0.6, 0.9],
    ],
  });
  expect(await runAudit({ kind: 'assess', input })).toEqual(assess(input));
});

test('an audit is cancelled by its signal', async () => {
  const cancel = new AbortController();
  const input = {
    ...made({ n: 20_000, seed: 1, right: [[0.8, 0.7]] }),
    options: { ...options, draws: 20_000 },
  };
  const running = runAudit(
    { kind: 'assess', input },
    { signal: cancel.signal, onProgress: () => cancel.abort() },
  );
  await expect(running).rejects.toThrow('The audit was cancelled.');
});

test('a failure in the thread keeps its sentence', async () => {
  const running = runAudit({ kind: 'predictions', path: join(folder, 'none.csv'), columns, facts, options });
  await expect(running).rejects.toThrow('neither a file nor a folder');
});

test('a column of predictions stands although there are scores', async () => {
  const path = fileOf('both.csv', 'y,p,s,g\n1,0,.9,A\n0,1,.1,A\n1,1,.2,B\n0,0,.8,B\n');
  const { table, model } = await readPredictionsTable(path, { ...columns, prediction: 'p' });
  const audit = assess({
    facts,
    options: { ...options, features: ['g'], metrics: ['accuracy'] },
    table,
    models: [model],
  });
  expect(audit.models[0]?.groups.map((group) => group.metrics['accuracy']?.value)).toEqual([0, 1]);
});

test('empty values of a feature, and those that say so, are unknown and are counted', async () => {
  const path = fileOf('unknown.csv', 'y,s,g\n1,.9,A\n0,.1,\n1,.2, ?\n0,.8,B\n');
  const { table } = await readPredictionsTable(path, columns);
  expect(table.sensitive[0]?.values).toEqual(['A', 'B', 'unknown']);
  expect([...(table.sensitive[0]?.codes ?? [])]).toEqual([0, 2, 2, 1]);
});

test('a table of many pieces is read in order, and its digest is that of the file', async () => {
  // About 4 MB: several times what is read at once, with records that lie across the borders.
  const rows = Array.from({ length: 60_000 }, (_, row) => ({
    truth: row % 3 === 0 ? 'yes' : 'no',
    score: (row % 1000) / 1000,
    group: row % 7 === 0 ? '"a, ""b""\nc"' : `g${row % 5}`,
  }));
  const lines = rows.map((row) => `${row.truth},${row.score},${row.group},${'x'.repeat(40)}`);
  const text = `\uFEFFy,s,g,more\r\n${lines.join('\r\n')}\r\n`;
  const { table, model, digest } = await readPredictionsTable(fileOf('large.csv', text), columns);
  expect(table.classes).toEqual(['no', 'yes']);
  expect(Array.from(table.truth, (code) => table.classes[code])).toEqual(rows.map((row) => row.truth));
  expect(Array.from(model.positiveScore ?? [])).toEqual(rows.map((row) => row.score));
  const [feature] = table.sensitive;
  expect(feature?.values).toEqual(['a, "b"\nc', 'g0', 'g1', 'g2', 'g3', 'g4', 'unknown']);
  expect(Array.from(feature?.codes ?? []).filter((code) => code === 0)).toHaveLength(Math.ceil(60_000 / 7));
  expect(digest).toBe(digestOf(text));
});

test('of three classes the scores of the named one are kept beside the predictions', async () => {
  const path = fileOf('three.csv', 'y,p,s,g\na,b,.2,A\nb,b,.7,A\nc,a,.1,B\n');
  const { table, model } = await readPredictionsTable(path, { ...columns, prediction: 'p', positive: 'b' });
  expect(table.classes).toEqual(['a', 'b', 'c']);
  expect([...model.predicted]).toEqual([1, 1, 0]);
  expect([...(model.positiveScore ?? [])]).toEqual([0.2, 0.7, 0.1]);
});

const THREE = 'y,p,s,g\na,b,.2,A\nb,b,.7,A\nc,a,.1,B\n';

test.each<[string, string | Buffer, Partial<PredictionColumnsOf>, string]>([
  [
    'three classes and scores alone',
    THREE,
    { positive: 'b' },
    'Column "y" holds 3 classes: scores of one of them do not say which was predicted.',
  ],
  [
    'three classes and scores of nobody knows which',
    THREE,
    { prediction: 'p' },
    'Column "y" holds 3 classes, and it was not said which of them "s" scores.',
  ],
  [
    'a truth of numbers',
    `y,s,g\n${Array.from({ length: 1001 }, (_, row) => `${row / 2},.5,A`).join('\n')}\n`,
    {},
    'Column y has more than 1000 different values.',
  ],
  ['an open quote', 'y,s,g\n0,.5,A\n"1,.5,A\n', {}, 'bad.csv, line 3 has broken quotes.'],
  ['Latin-1', Buffer.from('y,s,g\n0,.5,\u00e9\n', 'latin1'), {}, 'bad.csv is not text in UTF-8.'],
  ['a missing column', 'y,s\n1,.5\n', {}, 'bad.csv has no column "g".'],
  ['no rows', 'y,s,g\n', {}, 'bad.csv has a header but no rows.'],
  [
    'a score above 1',
    'y,s,g\n0,.5,A\n1,1.5,A\n',
    {},
    'bad.csv, line 3: column "s" holds "1.5", which is not a score from 0 to 1.',
  ],
  [
    'a score that is no number',
    'y,s,g\n0,high,A\n1,.5,A\n',
    {},
    'bad.csv, line 2: column "s" holds "high", which is not a score from 0 to 1.',
  ],
  ['an empty truth', 'y,s,g\n0,.5,A\n,.5,A\n', {}, 'bad.csv, line 3: column "y" is empty.'],
  [
    'a prediction outside the classes',
    'y,s,g\n0,0,A\n1,maybe,A\n',
    { prediction: 's', score: null },
    'bad.csv, line 3: column "s" holds "maybe", which is not one of the classes 0, 1.',
  ],
  ['one class only', 'y,s,g\n0,.5,A\n0,.2,A\n', {}, 'Column "y" holds one class only, "0".'],
  [
    'an unknown positive class',
    'y,s,g\n0,.5,A\n1,.2,A\n',
    { positive: '2' },
    'The positive class "2" does not occur in column "y".',
  ],
  ['a short line', 'y,s,g\n0,.5,A\n1,.2\n', {}, 'bad.csv, line 3 has 2 fields instead of 3.'],
  ['a column twice', 'y,s,g,g\n0,.5,A,B\n', {}, 'Column "g" appears twice in bad.csv.'],
  [
    'neither prediction nor score',
    'y,s,g\n0,.5,A\n1,.2,A\n',
    { score: null },
    'Neither a column of predictions nor a column of scores was named.',
  ],
])('%s is one sentence', async (_name, text, change, message) => {
  const path = fileOf('bad.csv', text);
  const failure = await readPredictionsTable(path, { ...columns, ...change }).catch(
    (cause: unknown) => cause,
  );
  expect(failure).toBeInstanceOf(AppError);
  expect((failure as AppError).message).toBe(message);
});
