import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Handlers } from '../../preload/contract/calls.ts';
import type {
  Audit,
  DatasetDetail,
  JobRow,
  PolicyResult,
  PolicyRow,
  SensitivityReport,
  Series,
  StoredEvaluation,
} from '../../preload/contract/vocabulary.ts';
import { known, pretext, run } from './scriptedPretext.ts';

const folder = mkdtempSync(join(tmpdir(), 'pretext-json-'));
afterAll(() => rmSync(folder, { recursive: true }));
const config = join(folder, 'config.yaml');
writeFileSync(config, 'dataset: digits\nmethod: simclr\n');

const job = {
  id: 'job-1',
  kind: 'import',
  title: 'Work',
  state: 'finished',
  result: 'made-1',
} as unknown as JobRow;
const dataset = {
  id: 'ds-1', name: 'digits', count: 2, shape: [2, 2, 1], primaryTarget: 'digit', targets: [], sensitive: [], subjects: 2, splits: {}, auditLooks: [],
  card: { licence: 'MIT' }, report: { read: 2, rejected: [], moreRejected: 0, notes: [] },
} as unknown as DatasetDetail; // prettier-ignore
const audit = {
  id: 'made-1', name: 'mine', features: ['race'], options: { split: 'audit' }, target: 'label', primaryDeclared: null, looks: 1, rules: [], models: [], differences: [], notes: [],
} as unknown as Audit; // prettier-ignore
const evaluation = {
  digest: 'made-1',
  created: '2026',
  samples: 2,
  trainSamples: 2,
  dimension: 2,
} as unknown as StoredEvaluation;
const report = { experiment: 'e', knob: 'k', measure: 'knn', levels: [], seeds: [], missing: [], slopes: [], notes: [] } as unknown as SensitivityReport; // prettier-ignore
const series = { run: 'run-xyz', metric: 'loss', step: Float64Array.of(1) } as unknown as Series;
const policy = { id: 'policy-1', name: 'yearly', scopeName: 'digits', state: 'met', checks: 1, due: '2027-11-22', overdue: false } as unknown as PolicyRow; // prettier-ignore
const checked = { id: 'check-1', policy: 'policy-1', created: '2026-11-22', audit: 'made-1', state: 'met', findings: [], runs: [], fresh: true } as unknown as PolicyResult; // prettier-ignore
const file = { fileName: 'x', mediaType: 'text/csv', data: new Uint8Array(3) };

const handlers: Partial<Handlers> = {
  ...known,
  'workspace.info': () => ({ appVersion: '9' }) as never,
  'engines.report': () => [{ id: 'onnx', works: true, devices: [] }] as never,
  'datasets.list': () => [dataset],
  'datasets.get': () => dataset,
  'datasets.import': () => 'job-1',
  'datasets.setCard': () => dataset,
  'datasets.check': () => 'job-1',
  'datasets.checks': () => [{ created: '', rows: 2, findings: [], notAssessed: [] }] as never,
  'consent.get': () => ({ subjects: 2, recorded: 0, strangers: [], records: [] }) as never,
  'privacy.key': () => ({ state: 'unused' }) as never,
  'privacy.rekey': () => ({ dataset: 'ds-1' }) as never,
  'privacy.columns': () => [],
  'jobs.get': () => job,
  'config.check': () => ({ config: {}, hash: '', yaml: '', findings: [] }) as never,
  'runs.launch': () => ['run-xyz'],
  'runs.get': ({ id }) => run(id),
  'runs.pause': () => undefined,
  'runs.resume': () => Promise.resolve(),
  'runs.stop': () => undefined,
  'runs.archive': () => undefined,
  'runs.purge': () => undefined,
  'runs.series': () => [series],
  'runs.export': () => file,
  'runs.import': () => 'run-new',
  'evaluations.create': () => 'job-1',
  'evaluations.list': () => [{ ...evaluation, findings: [] }],
  'finetune.launch': () => ({ experiment: 'e', runs: ['run-xyz'] }),
  'finetune.table': () => [],
  'sensitivity.launch': () => ({ experiment: 'e', runs: ['run-xyz'] }),
  'sensitivity.report': () => report,
  'runs.compare': () => ({ runs: [], configDiff: [], metrics: [] }),
  'audits.create': () => 'job-1',
  'audits.get': () => audit,
  'audits.verify': () => ({ audits: 1, whole: true, head: 'a'.repeat(64), broken: null }),
  'reports.export': () => file,
  'policies.create': () => policy,
  'policies.list': () => [policy],
  'policies.due': () => [],
  'policies.get': () => policy,
  'policies.check': () => 'job-1',
  'policies.result': () => checked,
  'policies.results': () => [checked],
  'policies.archive': () => policy,
};

const out = join(folder, 'out.csv');
/** Every command once; `serve` and `demo` are processes of their own and tested as such. */
const COMMANDS: readonly (readonly string[])[] = [
  ['doctor'],
  ['dataset', 'import', 'faces', '--licence', 'MIT', '--purpose', 'research'],
  ['dataset', 'list'],
  ['dataset', 'show', 'ds-1'],
  ['dataset', 'card', 'ds-1'],
  ['dataset', 'check', 'ds-1'],
  ['dataset', 'consent', 'ds-1'],
  ['dataset', 'key'],
  ['dataset', 'rekey', 'ds-1'],
  ['dataset', 'privacy', 'ds-1'],
  ['run', config],
  ['runs', 'list'],
  ['runs', 'show', 'run-xyz'],
  ['runs', 'points', 'run-xyz', '--metric', 'loss'],
  ['runs', 'pause', 'run-xyz'],
  ['runs', 'resume', 'run-xyz'],
  ['runs', 'stop', 'run-xyz'],
  ['runs', 'rm', 'run-xyz'],
  ['runs', 'export', 'run-xyz', '--out', out],
  ['runs', 'import', 'bundle.zip'],
  ['evaluate', 'run-xyz'],
  ['finetune', 'run-xyz'],
  ['sensitivity', config, '--knob', 'views.0.params.p', '--levels', '0,.1,.2,.3,.4', '--seeds', '1,2,3'],
  ['compare', 'run-abc', 'run-abd'],
  ['audit', 'run-xyz', '--features', 'race'],
  ['audit', 'verify'],
  ['policy', 'create', 'yearly', '--dataset', 'ds-1', '--features', 'race', '--limit', 'accuracy>=.5'],
  ['policy', 'list'],
  ['policy', 'due'],
  ['policy', 'check', 'yearly', 'run-xyz'],
  ['policy', 'history', 'yearly'],
  ['policy', 'archive', 'yearly'],
  ['report', 'made-1', '--format', 'csv', '--out', out],
];
const NOT_HERE = ['serve', 'help'];

/** Names below a command, as its help lists them. */
async function namesBelow(path: readonly string[]): Promise<readonly string[]> {
  const { out: help } = await pretext([...path, '--help']);
  const listed = /^Commands:\n((?: {2}.*\n)+)/m.exec(help)?.[1] ?? '';
  return [...listed.matchAll(/^ {2}(\w+)/gm)]
    .map((match) => match[1] ?? '')
    .filter((name) => !NOT_HERE.includes(name));
}

describe('--json', () => {
  it.each(COMMANDS.map((args) => [args.slice(0, 2).join(' '), args] as const))(
    '%s prints one JSON value and nothing else',
    async (_name, args) => {
      for (const line of [
        [...args, '--json'],
        ['--json', ...args],
      ]) {
        const outcome = await pretext(line, handlers);
        expect(outcome.err.replace(/^Work: .*\n|^name of .*\n/gm, '')).toBe('');
        expect(outcome.code).toBe(0);
        expect(JSON.parse(outcome.out)).toBeTypeOf('object');
        expect(outcome.closed).toBe(1);
      }
    },
  );

  it('is tried with every command that there is', async () => {
    const top = await namesBelow([]);
    const all = await Promise.all(
      top.map(async (name) => {
        const below = await namesBelow([name]);
        const own = name === 'audit' ? [name] : [];
        return below.length === 0 ? [name] : [...own, ...below.map((leaf) => `${name} ${leaf}`)];
      }),
    );
    const tried = COMMANDS.map(([first = '', second = '']) =>
      ['dataset', 'runs', 'policy'].includes(first) || second === 'verify' ? `${first} ${second}` : first,
    );
    expect(all.flat().sort()).toEqual([...tried].sort());
  });
});

describe('help', () => {
  it('says what the exit codes mean, and of every command what it does', async () => {
    const { out: help } = await pretext(['--help']);
    expect(help).toContain(
      'Exit codes: 0 done, 1 failed with a sentence on standard error, 2 wrong usage, 3 a policy is not met.',
    );
    for (const args of COMMANDS) {
      const path = args[0] === 'dataset' || args[0] === 'runs' ? args.slice(0, 2) : args.slice(0, 1);
      const { code, out: text } = await pretext([...path, '--help']);
      expect(code).toBe(0);
      // Usage, then a sentence, then at least the options of every command.
      expect(text).toMatch(/^Usage: pretext .*\n\n\w[^\n]+\n/);
      expect(text).toContain('--workspace <folder>');
    }
  });
});

describe('a file that cannot be written', () => {
  it('is a sentence and no fault of Pretext', async () => {
    const place = join(config, 'below', 'out.csv');
    const outcome = await pretext(['runs', 'export', 'run-xyz', '--out', place], handlers);
    expect(outcome).toMatchObject({ code: 1, out: '' });
    expect(outcome.err).toMatch(
      /^\S+out\.csv cannot be written: (ENOTDIR|EEXIST).*\.\nChoose another place with --out\.\n$/,
    );
  });

  it('has its folder made', async () => {
    const place = join(folder, 'new', 'folder', 'out.csv');
    expect((await pretext(['runs', 'export', 'run-xyz', '--out', place], handlers)).code).toBe(0);
  });
});
