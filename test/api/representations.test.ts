import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallInput, CallName, CallValue } from '../../preload/contract/calls.ts';
import { encodeNpy } from '../../main/audits/exports/npy.ts';
import { createMemoryBridge } from '../../main/api/memoryBridge.ts';
import { createServices, type Services } from '../../main/services.ts';
import { scriptedTrainers } from './support/scriptedTrainer.ts';

const DAY = 86_400_000;
const faults: unknown[] = [];
let now = Date.UTC(2026, 10, 22);
let folder: string;
let services: Services;
let bridge: ReturnType<typeof createMemoryBridge>;
let dataset: string;
let run: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pretext-representations-'));
  services = createServices({
    ...{ launcher: scriptedTrainers({ pretrained: () => Promise.resolve('finished') }), kind: 'serve' },
    paths: { workspace: join(folder, 'workspace') },
    clock: () => now,
    onFault: (where, cause) => faults.push([where, cause]),
  });
  await services.start();
  bridge = createMemoryBridge(services.door, services.events);
  const path = join(folder, 'people.csv');
  const rows = Array.from(
    { length: 800 },
    (_, row) =>
      `${Math.sin(row)},${row % 7},p${row >> 1},${(row >> 1) % 3 === 0 ? 'f' : 'm'},${row % 2 ? 'yes' : 'no'}`,
  );
  writeFileSync(path, ['a,b,person,sex,label', ...rows, ''].join('\n'));
  const options = { name: 'people', label: 'label', sensitive: ['sex'], subject: 'person' };
  dataset = await finishJob(await ask('datasets.import', { path, reader: 'tabular', options }));
  run = await trained();
}, 60_000);
afterAll(async () => {
  await services.shutdown('pause');
  rmSync(folder, { recursive: true });
  expect(faults).toEqual([]);
});

async function ask<N extends CallName>(name: N, args: CallInput<N>): Promise<CallValue<N>> {
  const answer = await bridge.call(name, args);
  if (answer.ok) return answer.value;
  throw new Error(answer.error.message);
}

/** The job's result. @throws Error with its sentence if it fails */
async function finishJob(id: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const look = (job: CallValue<'jobs.get'>): void => {
    if (job.id !== id || job.state === 'running' || job.state === 'queued') return;
    if (job.state === 'finished') resolve(job.result ?? '');
    else reject(new Error(job.error?.message ?? job.state));
  };
  const leave = bridge.on('job.changed', look);
  look(await ask('jobs.get', { id }));
  return promise.finally(leave);
}

async function trained(): Promise<string> {
  const config = { ...(await ask('config.defaults', { dataset, method: 'maskedFeatures' })), batchSize: 16 };
  const { promise, resolve } = Promise.withResolvers<void>();
  const leave = bridge.on('run.changed', ({ status }) => status === 'finished' && resolve());
  const [id = ''] = await ask('runs.launch', { config });
  if ((await ask('runs.get', { id })).status !== 'finished') await promise;
  leave();
  return id;
}

/** Little work: this is about the way through, not about the numbers. */
const little = {
  draws: 100,
  permutations: 99,
  subsamples: 1,
  groupRows: 30,
  probes: ['logistic'] as ('logistic' | 'mlp')[],
};

describe('an audit of the representations of a run', { timeout: 60_000 }, () => {
  it('encodes, looks at the audit split once and says so, audits, stores, announces, and leaves no representation behind', async () => {
    const announced: string[] = [];
    const leave = bridge.on('representation.changed', ({ name }) => announced.push(name));
    const options = { ...little, features: ['sex'] };
    const id = await finishJob(await ask('representations.create', { runs: [run], name: 'mine', options }));
    leave();
    const audit = await ask('representations.get', { id });
    expect(audit).toMatchObject({
      name: 'mine',
      dataset,
      datasetName: 'people',
      runs: [run],
      target: 'label',
      rowsInSplit: 120,
    });
    const [layer] = audit.models[0]?.layers ?? [];
    expect(layer?.leakage.map(({ input }) => input)).toEqual(
      expect.arrayContaining(['representation', 'rawInput', 'untrained', 'shuffled', 'majority']),
    );
    const hashes = Object.keys(audit.hashes);
    for (const name of ['dataset', 'split', `config:${run}`, `checkpoint:${run}`, 'raw input'])
      expect(hashes).toContain(name);
    const { auditLooks } = await ask('datasets.get', { id: dataset });
    expect(auditLooks.filter(({ audit: of }) => of === id)).toMatchObject([
      { run, purpose: 'audit of representations mine' },
    ]);
    expect(announced).toEqual(['mine']);
    expect((await ask('representations.list', {})).map((row) => row.id)).toEqual([id]);
    expect(
      readdirSync(join(folder, 'workspace', 'runs')).filter((name) => name.startsWith('represent')),
    ).toEqual([]);

    for (const format of ['json', 'html', 'markdown'] as const) {
      const { data, fileName } = await ask('representations.export', { id, format });
      expect(fileName).toMatch(/^mine-representation-.*\.(json|html|md)$/);
      expect(new TextDecoder().decode(data)).not.toContain('p17');
    }
    const [sample] = (await ask('datasets.samples', { id: dataset, split: 'audit', count: 1 })).items;
    // Rows are in the order of the file, two to a person.
    const impact = await ask('consent.affected', { dataset, subjects: [`p${(sample?.index ?? 0) >> 1}`] });
    expect(impact.audits).toContainEqual({ audit: id, name: 'mine', uses: ['rows'] });

    await ask('representations.archive', { id, archived: true });
    expect(await ask('representations.list', {})).toEqual([]);
  });

  it.each([
    [{ features: ['race'] }, 'Data set people has no sensitive feature "race".'],
    [
      { features: ['sex'], split: 'pretrain' as const },
      'The pretrain split holds what the encoders were trained on; it is not audited.',
    ],
  ])('is refused in one sentence: %j', async (options, message) => {
    await expect(
      ask('representations.create', { runs: [run], options: { ...little, ...options } }),
    ).rejects.toThrow(message);
  });

  it('can be cancelled, and then nothing is stored', async () => {
    const before = (await ask('representations.list', { archived: true })).length;
    const options = { features: ['sex'], draws: 5000, permutations: 9999 };
    const job = await ask('representations.create', { runs: [run], options });
    await ask('jobs.cancel', { id: job });
    await expect(finishJob(job)).rejects.toThrow('cancelled');
    expect(await ask('representations.list', { archived: true })).toHaveLength(before);
  });
});

describe('an audit of embeddings made anywhere', { timeout: 60_000 }, () => {
  const n = 90;
  const numbers = Float32Array.from(
    { length: 2 * n },
    (_, at) => Math.sin(at * 1.7) + ((at >> 1) % 3 === 0 ? 2 : 0),
  );
  const place = (name: string): string => join(folder, name);
  const sex = (row: number): string => (row % 3 === 0 ? 'f' : 'm');

  beforeAll(() => {
    writeFileSync(place('e.npy'), encodeNpy([n, 2], numbers));
    const column = (at: number): Float32Array => numbers.filter((_, index) => index % 2 === at);
    const lines = Array.from(
      { length: n },
      (_, row) => `${numbers[2 * row] ?? 0},${numbers[2 * row + 1] ?? 0}`,
    );
    writeFileSync(place('e.csv'), ['x,y', ...lines, ''].join('\n'));
    const columnData = [0, 1].map((at) => ({ name: `d${at}`, data: column(at), type: 'FLOAT' as const }));
    writeFileSync(place('e.parquet'), new Uint8Array(parquetWriteBuffer({ columnData })));
    const people = Array.from({ length: n }, (_, row) => `r${row},${sex(row)},${row % 2 ? 'yes' : 'no'}`);
    writeFileSync(place('m.csv'), ['name,sex,label', ...people, ''].join('\n'));
  });

  const audit = (models: CallInput<'representations.embeddings'>['models'], more: object = {}) =>
    ask('representations.embeddings', {
      models,
      metadata: place('m.csv'),
      label: 'label',
      rowName: 'name',
      options: { ...little, features: ['sex'] },
      ...more,
    }).then(finishJob);
  const embeddings = (file: string) => [{ name: file, layers: [{ layer: 'embedding', path: place(file) }] }];

  it('gives the same numbers from CSV and Parquet', async () => {
    const found = [];
    for (const file of ['e.csv', 'e.parquet']) {
      const { models, hashes } = await ask('representations.get', { id: await audit(embeddings(file)) });
      found.push(JSON.stringify(models[0]?.layers));
      expect(hashes[`${file}:embedding`]).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(new Set(found).size).toBe(1);
  });

  it('tests associations by a column that is no feature, and writes no names of rows into files', async () => {
    const names = (from: number) => ({ names: Array.from({ length: 9 }, (_, at) => `r${from + at}`) });
    const sets = {
      x: names(0),
      y: names(9),
      a: { column: 'sex', value: 'f' },
      b: { column: 'label', value: 'no' },
    };
    const options = {
      ...little,
      features: ['sex'],
      associations: [{ name: 'mine', ...sets, role: 'test' as const }],
    };
    const id = await audit(embeddings('e.npy'), { options });
    const [found] = (await ask('representations.get', { id })).models[0]?.layers[0]?.associations ?? [];
    expect(found).toMatchObject({ name: 'mine', sizes: [9, 9, 30, 45], untrained: null });
    for (const format of ['json', 'markdown', 'html'] as const)
      expect(
        new TextDecoder().decode((await ask('representations.export', { id, format })).data),
      ).not.toContain('r17');
  });

  it('says in one sentence what is wrong with a file', async () => {
    writeFileSync(place('x.csv'), 'x,y\n1,2\n');
    await expect(audit(embeddings('x.csv'))).rejects.toThrow(
      'There are 1 rows of embedding of x.csv, but 90 rows of metadata.',
    );
  });

  it('refuses files that do not go together', async () => {
    const [model] = embeddings('e.npy');
    if (!model) throw new Error('no model');
    await expect(audit([{ ...model, untrained: ['a', 'b'] }])).rejects.toThrow(
      'e.npy has 1 layers, but 2 of its untrained encoder.',
    );
    await expect(audit([{ ...model, views: ['a'] }])).rejects.toThrow(
      'e.npy has one view of its rows; alignment needs two.',
    );
    expect(existsSync(place('nowhere.npy'))).toBe(false);
    await expect(audit(embeddings('nowhere.npy'))).rejects.toThrow(
      'nowhere.npy is neither a file nor a folder that can be opened.',
    );
  });
});

describe('an audit policy', { timeout: 60_000 }, () => {
  const policyOf = (name: string, change: Partial<CallInput<'policies.create'>> = {}) =>
    ask('policies.create', {
      ...{ name, scope: { dataset }, features: ['sex'], draws: 200, dueDays: 10 },
      limits: [{ metric: 'accuracy', subject: { of: 'everyGroup', feature: 'sex' }, low: 0.5 }],
      ...change,
    });
  const check = async (id: string) =>
    ask('policies.result', { id: await finishJob(await ask('policies.check', { id, runs: [run] })) });

  it('is checked: the audit is kept, every group is judged, and the due date moves', async () => {
    const announced: (string | null)[] = [];
    const leave = bridge.on('policy.changed', ({ state }) => announced.push(state));
    const { id, due } = await policyOf('half');
    expect(due).toBe(new Date(now + 10 * DAY).toISOString());
    now += 3 * DAY;
    const result = await check('half');
    leave();
    expect(result).toMatchObject({ policy: id, state: 'met', fresh: true, runs: [run] });
    expect(result.findings[0]?.values.map(({ group, state }) => [group?.['sex'], state])).toEqual([
      ['f', 'met'],
      ['m', 'met'],
    ]);
    expect(await ask('audits.get', { id: result.audit })).toMatchObject({ runs: [run], features: ['sex'] });
    expect(await ask('policies.get', { id })).toMatchObject({
      state: 'met',
      checks: 1,
      overdue: false,
      due: new Date(now + 10 * DAY).toISOString(),
      scopeName: 'people',
    });
    expect(announced).toEqual([null, 'met']);
  });

  it('that is checked again on the same checkpoint, data and metrics keeps its due date, and is overdue when that has passed', async () => {
    const before = await ask('policies.get', { id: 'half' });
    now += 4 * DAY;
    expect((await check('half')).fresh).toBe(false);
    expect(await ask('policies.get', { id: 'half' })).toMatchObject({
      due: before.due,
      checks: 2,
      assessed: before.assessed,
    });
    expect(await ask('policies.due', {})).toEqual([]);
    now += 7 * DAY;
    expect(await ask('policies.due', {})).toMatchObject([{ name: 'half', overdue: true }]);
    expect((await ask('policies.results', { id: 'half' })).map(({ fresh }) => fresh)).toEqual([false, true]);
  });

  it('that is checked on a new checkpoint is due later', async () => {
    const first = run;
    run = await trained();
    expect((await check('half')).fresh).toBe(true);
    run = first;
    expect(await ask('policies.due', {})).toEqual([]);
  });

  it('is about an experiment: its finished runs', async () => {
    const { experiment } = await ask('runs.get', { id: run });
    const { id } = await policyOf('of the experiment', { scope: { experiment } });
    const result = await ask('policies.result', { id: await finishJob(await ask('policies.check', { id })) });
    expect(result.runs).toHaveLength(2);
    const empty = await ask('experiments.create', { name: 'empty' });
    const none = await policyOf('of nothing', { scope: { experiment: empty.id } });
    await expect(ask('policies.check', { id: none.id })).rejects.toThrow(
      'The experiment that of nothing is about has no finished run.',
    );
    await expect(ask('policies.check', { id: none.id, runs: [run] })).rejects.toThrow(
      'is not a run of the experiment that of nothing is about.',
    );
  });

  it('that is archived is neither due nor checked', async () => {
    now += 100 * DAY;
    await ask('policies.archive', { id: 'half', archived: true });
    expect((await ask('policies.due', {})).map(({ name }) => name)).not.toContain('half');
    await expect(ask('policies.check', { id: 'half', runs: [run] })).rejects.toThrow(
      'The audit policy half is archived.',
    );
  });

  it.each([
    [
      { features: ['race'] },
      "The limit accuracy of every sex at least 0.5 is about sex, which is not among the policy's features.",
    ],
    [{ features: ['sex', 'race'] }, 'The data set has no sensitive feature "race".'],
    [{ scope: { dataset: 'none' } }, 'none'],
    [
      { limits: [{ metric: 'acuracy', subject: { of: 'overall' as const }, low: 1 }] },
      'There is no metric "acuracy".',
    ],
  ])('that nothing could answer is refused: %j', async (change, message) => {
    await expect(policyOf('bad', change)).rejects.toThrow(message);
  });

  it('of a data set has to be told the runs', async () => {
    const { id } = await policyOf('told');
    await expect(ask('policies.check', { id })).rejects.toThrow(
      'told is about a data set: no run was named.',
    );
    await expect(ask('policies.check', { id: 'nothing', runs: [run] })).rejects.toThrow(
      'There is no audit policy "nothing" in this workspace.',
    );
  });

  it('does not decide by reference lines: those are for charts', async () => {
    const lines = await ask('policies.referenceLines', {});
    expect(lines.map(({ value, kind }) => [value, kind])).toEqual([
      [0.8, 'ratio'],
      [0.1, 'difference'],
    ]);
  });
});
