import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Handlers } from '../../preload/contract/calls.ts';
import type { Audit, EngineReport, JobRow, Series } from '../../preload/contract/vocabulary.ts';
import { known, pretext, run } from './scriptedPretext.ts';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'pretext-cli-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const job = (id: string, change: Partial<JobRow> = {}): JobRow => ({
  id, kind: 'audit', title: 'Audit', state: 'finished', progress: 1, detail: '', etaSeconds: null, started: '', result: 'made-1', error: null, ...change,
}); // prettier-ignore
const estimated = (
  value: number | null,
): { value: number | null; low: number | null; high: number | null } => ({ value, low: null, high: null });
const audit = (names: readonly string[]): Audit =>
  ({
    id: 'made-1', name: 'mine', features: ['race'], datasetName: 'people', options: { split: 'audit' }, target: 'label', primary: null, primaryDeclared: null, looks: 1, rules: [], notes: [],
    models: names.map((name) => ({
      run: name, name, method: 'simclr', seed: 1, primary: null,
      overall: { n: 10, subjects: 10, group: {}, metrics: { accuracy: estimated(0.5) } },
      groups: [{ group: { race: 'a' }, n: 4, subjects: 4, positives: 1, negatives: 3, metrics: { accuracy: estimated(null) } }],
      disparities: [{ id: 'accuracyParity', kind: 'difference', metric: 'accuracy', features: ['race'], relativeTo: 'betweenGroups', ...estimated(0.25), max: { race: 'a' }, min: { race: 'b' }, p: 0.01 }],
    })),
    differences: names.length > 1 ? [{ run: names[0], baseline: names[1], metric: null, disparity: 'accuracyParity', features: ['race'], group: null, ...estimated(0.125), p: 0.5 }, { run: names[0], baseline: names[1], metric: 'accuracy', disparity: null, features: [], group: null, ...estimated(0.0625), p: 0.25 }] : [],
  }) as unknown as Audit; // prettier-ignore
describe('doctor', () => {
  const engine = (id: string, works: boolean): EngineReport =>
    ({
      id,
      title: id,
      version: works ? '1.0' : null,
      works,
      devices: [],
      missing: 'No library.',
      howToGet: 'Install it.',
    }) as unknown as EngineReport;
  const handlers = (engines: readonly EngineReport[]): Partial<Handlers> => ({
    'workspace.info': () => ({ appVersion: '9' }) as never,
    'engines.report': () => engines,
  });

  it('says what works and what is missing', async () => {
    const { code, out } = await pretext(
      ['doctor'],
      handlers([engine('onnx', true), engine('tensorflow', false)]),
    );
    expect(code).toBe(0);
    expect(out).toBe(
      'works    onnx: onnx 1.0\nmissing  tensorflow: tensorflow\n           No library.\n           Install it.\n',
    );
  });

  it('fails where nothing works, after saying so', async () => {
    const { code, out, err } = await pretext(['--json', 'doctor'], handlers([engine('onnx', false)]));
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ version: '9', engines: [{ id: 'onnx', works: false }] });
    expect(err).toContain('No engine works here.');
  });
});

describe('run', () => {
  it('launches the config with its settings and seeds, says what the linter found, and reports how the runs ended', async () => {
    const file = join(folder, 'config.yaml');
    writeFileSync(file, 'dataset: digits\nmethod: simclr\nseeds: [4, 5]\n');
    const launch = vi.fn((): string[] => ['run-4', 'run-5']);
    const { code, out, err, workspaces } = await pretext(
      ['run', file, '--set', 'epochs=2', '--json', '--workspace', '/tmp/w'],
      {
        'config.check': () =>
          ({
            config: {},
            hash: '',
            yaml: '',
            findings: [
              { severity: 'warning', path: 'views', title: 'Colour is a shortcut', detail: 'Add jitter.' },
            ],
          }) as never,
        'runs.launch': launch,
        'runs.get': ({ id }) => run(id),
      },
    );
    expect(launch).toHaveBeenCalledWith({
      config: 'dataset: digits\nmethod: simclr\nseeds: [ 4, 5 ]\nepochs: 2\n',
      seeds: [4, 5],
      experiment: null,
      name: null,
      purpose: null,
      override: null,
      baselines: [],
    });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      runs: [
        { run: 'run-4', status: 'finished' },
        { run: 'run-5', status: 'finished' },
      ],
    });
    expect(err).toContain('warning: views: Colour is a shortcut. Add jitter.');
    expect(workspaces).toEqual(['/tmp/w']);
  });

  it('ends with 1 and the reason if a run failed, and says how to go on', async () => {
    const resume = vi.fn();
    const { code, err } = await pretext(['run', '--resume', 'run-x'], {
      ...known,
      'runs.resume': resume,
      'runs.get': ({ id }) =>
        run(id, { status: 'crashed', reason: 'the trainer was killed.', resumable: true }),
    });
    expect(resume).toHaveBeenCalledWith({ ids: ['run-xyz'] });
    expect(code).toBe(1);
    expect(err).toContain(
      'Run run-xyz crashed: the trainer was killed.\nGo on with: pretext run --resume run-xyz.\n',
    );
  });
});

describe('runs', () => {
  it('are found by name and by the beginning of their id', async () => {
    const get = vi.fn(({ id }: { id: string }) => run(id));
    await pretext(['runs', 'show', 'name of run-abd'], { ...known, 'runs.get': get });
    await pretext(['runs', 'show', 'run-x'], { ...known, 'runs.get': get });
    expect(get.mock.calls.map(([{ id }]) => id)).toEqual(['run-abd', 'run-xyz']);
    expect(await pretext(['runs', 'show', 'nothing'], known)).toMatchObject({
      code: 1,
      err: 'There is no run "nothing".\nList them with: pretext runs list.\n',
    });
  });

  it('print their points as lists', async () => {
    const column = Float64Array.of(1, 2);
    const series = [
      {
        run: 'run-xyz',
        metric: 'loss',
        count: 2,
        step: column,
        epoch: column,
        time: column,
        min: column,
        max: column,
        mean: Float64Array.of(0.5, Number.NaN),
      },
    ] satisfies Series[];
    const handlers = { ...known, 'runs.series': () => series };
    const { out } = await pretext(['runs', 'points', 'run-xyz', '--metric', 'loss', '--json'], handlers);
    expect(JSON.parse(out)).toMatchObject({ metric: 'loss', step: [1, 2], mean: [0.5, null] });
    expect((await pretext(['runs', 'points', 'run-xyz', '--metric', 'loss'], handlers)).out).toBe(
      'step  epoch  seconds    mean  min  max\n   1      1        1  0.5000    1    1\n   2      2        2       –    2    2\n',
    );
  });

  it('name the metric that was meant', async () => {
    const { code, err } = await pretext(['runs', 'points', 'run-xyz', '--metric', 'los'], {
      ...known,
      'runs.series': () => [],
      'runs.metrics': () => ['loss', 'knn'],
    });
    expect([code, err]).toEqual([1, 'Run run-xyz has no points of los.\nDid you mean loss?\n']);
  });

  it('are exported to the file that was asked for', async () => {
    const out = join(folder, 'points.csv');
    const exported = vi.fn(() => ({
      fileName: 'x',
      mediaType: 'text/csv',
      data: new TextEncoder().encode('a,b\n'),
    }));
    const outcome = await pretext(
      ['runs', 'export', 'run-xyz', '--what', 'points', '--format', 'csv', '--out', out, '--json'],
      { ...known, 'runs.export': exported },
    );
    expect(exported).toHaveBeenCalledWith({
      id: 'run-xyz',
      what: 'points',
      format: 'csv',
      includeSensitive: false,
    });
    expect(JSON.parse(outcome.out)).toEqual({ file: out, bytes: 4, mediaType: 'text/csv' });
    expect(outcome.err).toBe('');
    expect(readFileSync(out, 'utf8')).toBe('a,b\n');
  });

  it('are exported with a word where the file is an archive by another name', async () => {
    const handlers = {
      ...known,
      'runs.export': () => ({ fileName: 'x.zip', mediaType: 'application/zip', data: new Uint8Array(3) }),
    };
    const out = join(folder, 'points.parquet');
    const { err } = await pretext(['runs', 'export', 'run-xyz', '--what', 'points', '--out', out], handlers);
    expect(err).toBe(`${out} is a zip archive.\n`);
  });

  it('train only where that is the command', async () => {
    const handlers = {
      ...known,
      'runs.stop': () => undefined,
      'runs.get': () => run('run-xyz', { status: 'finished' }),
      'runs.resume': () => undefined,
    };
    expect((await pretext(['runs', 'list'], handlers)).trains).toBe(false);
    expect((await pretext(['runs', 'stop', 'run-xyz'], handlers)).trains).toBe(false);
    expect((await pretext(['runs', 'resume', 'run-xyz'], handlers)).trains).toBe(true);
    expect((await pretext(['run', '--resume', 'run-xyz'], handlers)).trains).toBe(true);
  });

  it('are archived before they are deleted', async () => {
    const calls: string[] = [];
    const { code } = await pretext(['runs', 'rm', 'run-xyz'], {
      ...known,
      'runs.archive': () => void calls.push('archive'),
      'runs.purge': () => void calls.push('purge'),
    });
    expect([code, calls]).toEqual([0, ['archive', 'purge']]);
  });
});

describe('audit', () => {
  const handlers = (names: readonly string[], create: Handlers['audits.create']): Partial<Handlers> => ({
    ...known, 'audits.create': create, 'jobs.get': ({ id }) => job(id), 'audits.get': () => audit(names),
  }); // prettier-ignore

  it('leaves defaults to the contract, and prints one model at the top', async () => {
    const create = vi.fn(() => 'job-1');
    const { code, out } = await pretext(
      ['audit', 'run-xyz', '--features', 'race,sex', '--json'],
      handlers(['run-xyz'], create),
    );
    expect(create).toHaveBeenCalledWith({
      runs: ['run-xyz'],
      dataset: null,
      name: null,
      options: {
        features: ['race', 'sex'],
        intersections: false,
        metrics: [],
        primary: null,
        split: 'audit',
        threshold: 0.5,
        positive: null,
        draws: 2000,
        seed: 0,
      },
    });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      audit: 'made-1', features: ['race'], overall: { n: 10, metrics: { accuracy: { value: 0.5 } } },
      groups: [{ group: { race: 'a' }, n: 4, metrics: { accuracy: { value: null } } }],
      disparities: [{ id: 'accuracyParity', kind: 'difference', value: 0.25, p: 0.01, max: { race: 'a' }, min: { race: 'b' } }],
    }); // prettier-ignore
  });

  it('prints several models under runs, with their differences', async () => {
    const create = vi.fn(() => 'job-1');
    const args = [
      'audit',
      'run-abc',
      'run-abd',
      '--features',
      'race',
      '--primary',
      'accuracy',
      '--group',
      'a',
      '--reference',
      'b',
      '--intersections',
      '--dataset',
      'other',
      '--json',
    ];
    const { out } = await pretext(args, {
      ...handlers(['run-abc', 'run-abd'], create),
      'datasets.get': () => ({ id: 'ds-9' }) as never,
    });
    expect(create).toHaveBeenCalledWith(
      expect.objectContaining({
        runs: ['run-abc', 'run-abd'],
        dataset: 'ds-9',
        options: expect.objectContaining({
          intersections: true,
          primary: { metric: 'accuracy', feature: 'race', group: 'a', reference: 'b' },
        }),
      }),
    );
    expect(JSON.parse(out)).toMatchObject({
      runs: [{ run: 'run-abc' }, { run: 'run-abd' }],
      differences: [{ run: 'run-abc', baseline: 'run-abd', value: 0.125 }, { metric: 'accuracy' }],
    });
    const words = await pretext(args.slice(0, -1), {
      ...handlers(['run-abc', 'run-abd'], create),
      'datasets.get': () => ({ id: 'ds-9' }) as never,
    });
    expect(words.out).toContain('race=a');
    expect(words.out).toContain('differences between these trained models');
    expect(words.out).toMatch(/run-abc +run-abd +accuracy +0\.0625/);
    expect(words.out).toContain('1 more difference with --json');
  });

  it('fails with the sentence of its job', async () => {
    const error = { code: 'invalidData', message: 'Row 7 has no truth.', hint: 'Fill it in.' };
    const { code, err } = await pretext(
      ['audit', '--predictions', 'p.csv', '--features', 'a', '--truth', 't', '--prediction', 'p'],
      {
        'audits.predictions': () => 'job-2',
        'jobs.get': ({ id }) => job(id, { state: 'failed', error, result: null }),
      },
    );
    expect([code, err]).toEqual([1, 'Row 7 has no truth.\nFill it in.\n']);
  });
});
