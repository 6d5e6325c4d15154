import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Handlers } from '../../preload/contract/calls.ts';
import { AppError } from '../../preload/contract/errors.ts';
import type {
  Audit,
  EngineReport,
  JobRow,
  RunDetail,
  RunRow,
  Series,
} from '../../preload/contract/vocabulary.ts';
import { createDoor } from '../../main/api/door.ts';
import { createEventHub } from '../../main/api/eventHub.ts';
import { createMemoryBridge } from '../../main/api/memoryBridge.ts';
import { runCommandLine } from '../../main/serve/commandLine.ts';
import { addServe } from '../../main/serve/commands/serve.ts';
import { scriptedHandlers } from '../support/scriptedHandlers.ts';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'pretext-cli-'))));
afterAll(() => rmSync(folder, { recursive: true }));

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly closed: number;
  readonly workspaces: readonly (string | null)[];
}

/** Runs a command line against handlers of the test; null where no workspace may be opened. */
async function pretext(
  args: readonly string[],
  written: Partial<Handlers> | null = null,
  readOnly: string | null = null,
): Promise<Outcome> {
  const said = { out: '', err: '' };
  const workspaces: (string | null)[] = [];
  let closed = 0;
  const terminal = {
    out: (text: string) => void (said.out += text),
    err: (text: string) => void (said.err += text),
    onInterrupt: () => () => undefined,
  };
  const openHouse = ({ workspace }: { workspace: string | null }) => {
    if (written === null) throw new Error('A workspace was opened.');
    workspaces.push(workspace);
    const events = createEventHub(vi.fn());
    const door = createDoor({
      handlers: scriptedHandlers(written),
      readOnlyReason: () => readOnly,
      onFault: () => undefined,
    });
    return Promise.resolve({
      door,
      events,
      bridge: createMemoryBridge(door, events),
      close: () => {
        closed++;
        return Promise.resolve();
      },
    });
  };
  const code = await runCommandLine(args, { terminal, openHouse, more: [addServe] });
  return { code, ...said, closed, workspaces };
}

const run = (id: string, change: Partial<RunDetail> = {}): RunDetail =>
  ({
    id, name: `name of ${id}`, status: 'finished', reason: null, method: 'simclr', datasetName: 'digits', encoder: 'smallCnn', seed: 1, configHash: 'c'.repeat(64),
    created: '2026-11-22T10:00:00.000Z', progress: null, metrics: { loss: { last: 0.5, min: 0.25, max: 4, count: 12 } }, alarms: [], results: null, cost: null,
    checkpoints: [], logTail: [], resumable: false, ...change,
  }) as unknown as RunDetail; // prettier-ignore
const job = (id: string, change: Partial<JobRow> = {}): JobRow => ({
  id, kind: 'audit', title: 'Audit', state: 'finished', progress: 1, detail: '', etaSeconds: null, started: '', result: 'made-1', error: null, ...change,
}); // prettier-ignore
const estimated = (
  value: number | null,
): { value: number | null; low: number | null; high: number | null } => ({ value, low: null, high: null });
const audit = (names: readonly string[]): Audit =>
  ({
    id: 'made-1', name: 'mine', features: ['race'], datasetName: 'people', options: { split: 'audit' }, target: 'label', primaryDeclared: null, looks: 1, rules: [], notes: [],
    models: names.map((name) => ({
      run: name, name, method: 'simclr', seed: 1, primary: null,
      overall: { n: 10, subjects: 10, group: {}, metrics: { accuracy: estimated(0.5) } },
      groups: [{ group: { race: 'a' }, n: 4, subjects: 4, positives: 1, negatives: 3, metrics: { accuracy: estimated(null) } }],
      disparities: [{ id: 'accuracyParity', kind: 'difference', metric: 'accuracy', features: ['race'], relativeTo: 'betweenGroups', ...estimated(0.25), max: { race: 'a' }, min: { race: 'b' }, p: 0.01 }],
    })),
    differences: names.length > 1 ? [{ run: names[0], baseline: names[1], metric: null, disparity: 'accuracyParity', features: ['race'], group: null, ...estimated(0.125), p: 0.5 }] : [],
  }) as unknown as Audit; // prettier-ignore
const known = {
  'runs.list': ({ archived }: { archived: boolean }): readonly RunRow[] =>
    archived ? [] : [run('run-abc'), run('run-abd'), run('run-xyz')],
};

describe('usage', () => {
  it.each([
    [[], 'Usage: pretext'],
    [['datset'], "error: unknown command 'datset'\n(Did you mean dataset?)"],
    [['dataset'], 'Usage: pretext dataset'],
    [['dataset', 'imprt', 'x'], "error: unknown command 'imprt'\n(Did you mean import?)"],
    [['doctor', '--jsn'], "error: unknown option '--jsn'\n(Did you mean --json?)"],
    [['doctor', 'now'], "error: too many arguments for 'doctor'"],
    [['dataset', 'import'], "error: missing required argument 'path'"],
    [
      ['dataset', 'import', 'x', '--size', 'big'],
      "error: option '--size <pixels>' argument 'big' is invalid. It must be a whole number from 0.",
    ],
    [
      ['dataset', 'import', 'x', '--correlation', 'high'],
      "error: option '--correlation <p>' argument 'high' is invalid. It must be a number.",
    ],
    [
      ['run', 'x.yaml', '--seeds', '1,,2'],
      "error: option '--seeds <seeds>' argument '1,,2' is invalid. Write names with commas between them.",
    ],
    [['runs', 'points', 'r'], "error: required option '--metric <name>' not specified"],
    [
      ['runs', 'export', 'r', '--what', 'all'],
      "error: option '--what <what>' argument 'all' is invalid. Allowed choices are bundle, points, predictions, representations.",
    ],
    [['audit', 'r'], "error: required option '--features <names>' not specified"],
    [
      ['audit', 'r', '--features', 'a', '--split', 'test'],
      "error: option '--split <role>' argument 'test' is invalid. Allowed choices are pretrain, probeTrain, validation, audit.",
    ],
    [['report', 'a'], "error: required option '--format <id>' not specified"],
    [
      ['serve', '--port', 'x'],
      "error: option '--port <port>' argument 'x' is invalid. It must be a whole number from 0.",
    ],
  ])('%j ends with 2 and a sentence, and opens nothing', async (args, sentence) => {
    const { code, err, out } = await pretext(args);
    expect(code).toBe(2);
    expect(err).toContain(sentence);
    expect(out).toBe('');
  });

  it.each([
    [['run'], 'Name a config file.'],
    [['run', 'missing.yaml'], 'The config missing.yaml cannot be read: ENOENT'],
    [
      ['run', 'x.yaml', '--resume', 'r'],
      'A resumed run keeps its config: --resume takes no config, --set or --seeds.',
    ],
    [['audit', '--features', 'a'], 'Name a run, or --predictions with a table.'],
    [['audit', 'run-xyz', '--features', 'a', '--truth', 't'], '--truth belongs to --predictions <csv>.'],
    [
      ['audit', 'r', '--predictions', 'x.csv', '--features', 'a'],
      '--predictions assesses a table, not runs.',
    ],
    [['audit', '--predictions', 'x.csv', '--features', 'a'], '--predictions needs --truth <column>.'],
    [
      ['audit', '--predictions', 'x.csv', '--features', 'a', '--truth', 't'],
      '--predictions needs --prediction <column> or --score <column>.',
    ],
    [
      ['audit', 'run-xyz', '--features', 'a', '--group', 'g'],
      '--primary-feature, --group and --reference belong to --primary <metric>.',
    ],
    [
      ['audit', 'run-xyz', '--features', 'a', '--primary', 'accuracy', '--group', 'g'],
      '--group and --reference go together.',
    ],
    [['dataset', 'card', 'd', '--set', 'licence'], '"licence" is not entry=text.'],
    [['runs', 'show', 'run-ab'], 'Several runs begin with "run-ab".'],
  ])('%j ends with 2 and says %s', async (args, sentence) => {
    const { code, err, closed } = await pretext(args, known);
    expect(err).toContain(sentence);
    expect(code).toBe(2);
    expect(closed).toBe(1);
  });

  it('prints help on standard output and ends with 0', async () => {
    const { code, out, err } = await pretext(['runs', 'export', '--help']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('--json');
    expect(out).toContain('--workspace <folder>');
  });
});

describe('failures', () => {
  it.each([
    ['notFound', 1],
    ['invalidConfig', 1],
    ['invalidData', 1],
    ['conflict', 1],
    ['engine', 1],
    ['diskFull', 1],
    ['usage', 2],
  ] as const)('%s ends with %i', async (code, expected) => {
    const refuse = (): never => {
      throw new AppError({ code, message: 'What happened.', hint: 'What to do.' });
    };
    const outcome = await pretext(['dataset', 'show', 'd', '--json'], { 'datasets.get': refuse });
    expect(outcome).toMatchObject({
      code: expected,
      out: '',
      err: 'What happened.\nWhat to do.\n',
      closed: 1,
    });
  });

  it('a workspace that another process writes is read, but not changed', async () => {
    const reason = 'process 7 has it open for writing.';
    expect((await pretext(['runs', 'list'], known, reason)).code).toBe(0);
    const writing = await pretext(['runs', 'stop', 'run-xyz'], known, reason);
    expect(writing).toMatchObject({ code: 1, out: '' });
    expect(writing.err).toBe(
      `runs.stop would change the workspace, which is open read-only: ${reason}\nClose the other process, or use another workspace.\n`,
    );
  });
});

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
    const { code, out, err } = await pretext(
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
    });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      runs: [
        { run: 'run-4', status: 'finished' },
        { run: 'run-5', status: 'finished' },
      ],
    });
    expect(err).toContain('warning: views: Colour is a shortcut. Add jitter.');
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
    expect(readFileSync(out, 'utf8')).toBe('a,b\n');
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
      differences: [{ run: 'run-abc', baseline: 'run-abd', value: 0.125 }],
    });
    const words = await pretext(args.slice(0, -1), {
      ...handlers(['run-abc', 'run-abd'], create),
      'datasets.get': () => ({ id: 'ds-9' }) as never,
    });
    expect(words.out).toContain('race=a');
    expect(words.out).toContain('differences between models');
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
