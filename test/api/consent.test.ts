import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallInput, CallName, CallValue } from '../../preload/contract/calls.ts';
import { createMemoryBridge } from '../../main/api/memoryBridge.ts';
import { openKey } from '../../main/data/keyFile.ts';
import type { SubjectKey } from '../../main/data/privacy/subjectKey.ts';
import type { PretrainJob } from '../../main/runs/protocol.ts';
import { createServices, type Services } from '../../main/services.ts';
import { splitIndices } from '../../main/trainer/datasetReader.ts';
import { folderWith, removeFolders } from '../data/fixtures.ts';
import { scriptedTrainers } from './support/scriptedTrainer.ts';

const SUBJECTS = 40;
const ROWS_EACH = 3;
const jobs: PretrainJob[] = [];
/** How trainings end. */
let endOf: 'finished' | 'interrupted' = 'finished';
const faults: unknown[] = [];
let today = Date.UTC(2026, 10, 22);
let workspace: string;
let services: Services;
let bridge: ReturnType<typeof createMemoryBridge>;
let dataset: string;
let other: string;

beforeAll(async () => {
  workspace = mkdtempSync(join(tmpdir(), 'pretext-consent-'));
  const pretrained = (job: PretrainJob) => {
    jobs.push(job);
    return Promise.resolve(endOf);
  };
  services = createServices({
    ...{ launcher: scriptedTrainers({ pretrained }), paths: { workspace }, kind: 'serve' },
    clock: () => today,
    onFault: (where, cause) => faults.push([where, cause]),
  });
  await services.start();
  bridge = createMemoryBridge(services.door, services.events);
  const folder = await faces();
  dataset = await imported(folder, 'faces');
  other = await imported(await faces(), 'others');
});
afterAll(async () => {
  await services.shutdown('pause');
  rmSync(workspace, { recursive: true });
  removeFolders();
  expect(faults).toEqual([]);
});

async function ask<N extends CallName>(name: N, args: CallInput<N>): Promise<CallValue<N>> {
  const answer = await bridge.call(name, args);
  if (answer.ok) return answer.value;
  throw new Error(`${name}: ${answer.error.message} ${answer.error.hint}`);
}

async function faces(): Promise<string> {
  const files: Record<string, Uint8Array> = {};
  for (let subject = 0; subject < SUBJECTS; subject++)
    for (let row = 0; row < ROWS_EACH; row++) {
      const create = {
        width: 8,
        height: 8,
        channels: 3,
        background: { r: subject * 6, g: row * 80, b: 10 },
      } as const;
      const group = subject % 4 < 2 ? 'a' : 'b';
      files[`${subject % 2 ? 'yes' : 'no'}/${group}_p${subject}_${row}.png`] = await sharp({ create })
        .png()
        .toBuffer();
    }
  return folderWith(files);
}

async function imported(path: string, name: string, size = 8): Promise<string> {
  const options = {
    name,
    pattern: '{group}_{person}_*',
    label: 'folder',
    sensitive: ['group'],
    subject: 'person',
    size,
  };
  return finishJob(await ask('datasets.import', { path, options }));
}

async function finishJob(id: string): Promise<string> {
  for (;;) {
    const job = await ask('jobs.get', { id });
    if (job.state === 'finished') return job.result ?? '';
    if (job.state !== 'running' && job.state !== 'queued') throw new Error(job.error?.message);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

interface Launch {
  readonly on?: string;
  readonly change?: object;
  readonly purpose?: string;
  readonly override?: string;
}

async function trained({ on = dataset, change = {}, ...purpose }: Launch = {}): Promise<string> {
  const config = {
    ...(await ask('config.defaults', { dataset: on, method: 'simclr' })),
    batchSize: 4,
    ...change,
  };
  const [id = ''] = await ask('runs.launch', { config, ...purpose });
  for (;;) {
    const { status, reason } = await ask('runs.get', { id });
    if (status === 'finished') return id;
    if (status === 'failed' || status === 'crashed') throw new Error(reason ?? '');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function audited(runs: readonly string[], split: 'audit' | 'validation'): Promise<string> {
  const options = { features: ['group'], split, draws: 200, metrics: ['accuracy'] };
  return finishJob(await ask('audits.create', { runs: [...runs], options }));
}

/** A subject whose rows are in a split of the data set, by the trainer's own eyes. */
async function subjectIn(
  split: 'pretrain' | 'probeTrain' | 'audit',
  not: readonly string[] = [],
): Promise<string> {
  const table = await ask('datasets.samples', { id: dataset, split, count: 200 });
  for (const { index } of table.items) {
    const name = nameOf(index);
    if (!not.includes(name)) return name;
  }
  throw new Error(`Nobody is left in ${split}.`);
}

/** Files are read in the order of their paths, three to a subject. */
function nameOf(index: number): string {
  const paths = Array.from({ length: SUBJECTS * ROWS_EACH }, (_, at) => {
    const [subject, row] = [Math.floor(at / ROWS_EACH), at % ROWS_EACH];
    return `${subject % 2 ? 'yes' : 'no'}/${subject % 4 < 2 ? 'a' : 'b'}_p${subject}_${row}.png`;
  }).sort();
  return /_(p\d+)_/.exec(paths[index] ?? '')?.[1] ?? '';
}

/** The key that this test's ids are turned with. */
function key(): SubjectKey {
  return openKey({ file: process.env['PRETEXT_KEY_FILE'] ?? '', workspace, expected: null });
}

/** Whose pseudonym it is. */
function idOf(pseudonym: string): string {
  const ids = Array.from({ length: SUBJECTS }, (_, at) => `p${at}`);
  return ids.find((id) => key().pseudonym(id) === pseudonym) ?? '';
}

/** Subjects whose rows a trainer was given in any of its splits. */
function subjectsOfJob(job: PretrainJob | undefined): ReadonlySet<string> {
  if (!job) throw new Error('Nothing was trained.');
  const roles = ['pretrain', 'probeTrain', 'validation', 'audit'] as const;
  return new Set(roles.flatMap((role) => [...splitIndices(job.dataset, role)].map(nameOf)));
}

describe('a withdrawal', () => {
  it('leaves the subject out of the next run, and lists the runs and audits that used it and no others', async () => {
    const first = await trained();
    const elsewhere = await trained({ on: other });
    const audit = await audited([first], 'audit');
    await audited([elsewhere], 'audit');
    expect(subjectsOfJob(jobs[0]).size).toBe(SUBJECTS);

    const learnt = await subjectIn('pretrain');
    const impact = await ask('consent.withdraw', { dataset, subjects: [learnt] });
    const { checkpoints } = await ask('runs.get', { id: first });
    expect(impact).toMatchObject({
      rows: ROWS_EACH,
      runs: [{ run: first, splits: ['pretrain'], encoders: checkpoints.map(({ digest }) => digest) }],
      audits: [{ audit, uses: ['model'] }],
    });
    expect(impact.runs).toHaveLength(1);
    expect(impact.audits).toHaveLength(1);

    const next = await trained();
    const seen = subjectsOfJob(jobs.at(-1));
    expect(seen.has(learnt)).toBe(false);
    expect(seen.size).toBe(SUBJECTS - 1);
    const after = await ask('consent.affected', { dataset, subjects: [learnt] });
    expect(after.runs.map(({ run }) => run)).toEqual([first]);
    const both = await ask('consent.affected', { dataset, subjects: [await subjectIn('probeTrain')] });
    expect(both.runs.map(({ run }) => run).sort()).toEqual([first, next].sort());
    expect(both.runs[0]?.splits).toEqual(['probeTrain']);
    expect((await ask('consent.get', { dataset })).excluded).toMatchObject({ subjects: 1, rows: ROWS_EACH });
  });

  it('of somebody in the audit split leaves audits without the rows, also those of runs that predicted before', async () => {
    const run = await trained();
    const before = await audited([run], 'audit');
    const looked = await subjectIn('audit');
    const impact = await ask('consent.withdraw', { dataset, subjects: [looked] });
    expect(impact.runs).toEqual([]);
    expect(impact.audits.find(({ audit }) => audit === before)?.uses).toEqual(['rows']);
    const again = await ask('audits.get', { id: await audited([run], 'audit') });
    const old = await ask('audits.get', { id: before });
    expect(again.models[0]?.overall.n).toBe((old.models[0]?.overall.n ?? 0) - ROWS_EACH);
    const now = await ask('consent.affected', { dataset, subjects: [looked] });
    expect(now.audits.map(({ audit }) => audit)).not.toContain(again.id);
  });

  it('counts a run that used a part of the pretrain split only if the subject was in that part', async () => {
    const run = await trained({ change: { maxSamples: 4 } });
    const table = await ask('datasets.samples', { id: dataset, split: 'pretrain', count: 200 });
    const subjects = [...new Set(table.items.map(({ index }) => nameOf(index)))];
    const used = await Promise.all(
      subjects.map(async (subject) =>
        (await ask('consent.affected', { dataset, subjects: [subject] })).runs.some((one) => one.run === run),
      ),
    );
    const count = used.filter(Boolean).length;
    expect(count).toBeGreaterThanOrEqual(2);
    expect(count).toBeLessThanOrEqual(4);
  });

  it('may be taken back; every run keeps which splits it learnt from', async () => {
    const [record] = (await ask('consent.get', { dataset })).records;
    if (!record) throw new Error('No record.');
    const run = await trained();
    await ask('consent.set', { dataset, records: [{ ...record, purposes: [], withdrawn: null }] });
    expect((await ask('consent.get', { dataset })).excluded.subjects).toBe(1);
    await trained();
    expect(subjectsOfJob(jobs.at(-1)).has(idOf(record.subject))).toBe(true);
    const given = await ask('runs.get', { id: run });
    expect(given.provenance.splits?.pretrain ?? '').toMatch(/^[0-9a-f]{64}$/);
  });

  it('of nobody in the data is refused and changes nothing', async () => {
    const before = await ask('consent.get', { dataset });
    await expect(ask('consent.withdraw', { dataset, subjects: ['nobody'] })).rejects.toThrow(
      /no subject "nobody"/,
    );
    expect(await ask('consent.get', { dataset })).toEqual(before);
  });

  it('holds for the same source imported again', async () => {
    const { source } = await ask('datasets.get', { id: dataset });
    const again = await imported(source, 'faces again', 16);
    expect((await ask('consent.get', { dataset: again })).withdrawn).toBe(
      (await ask('consent.get', { dataset })).withdrawn,
    );
    await trained({ on: again });
    expect(subjectsOfJob(jobs.at(-1)).size).toBe(SUBJECTS - 1);
  });
});

describe('a table of consent', () => {
  it('is read, its strangers counted, and what expires leaves on its day by itself', async () => {
    const path = join(workspace, 'consent.csv');
    writeFileSync(
      path,
      'subject,basis,expires\np0,written,2026-12-01\np1,written,\nghost,written,\np2,oral,soon\n',
    );
    const done = await ask('consent.import', { dataset: other, path });
    expect(done).toMatchObject({ read: 3, strangers: 1, excluded: { subjects: 0 } });
    expect(done.rejected).toHaveLength(1);
    await trained({ on: other });
    expect(subjectsOfJob(jobs.at(-1)).has('p0')).toBe(true);
    today = Date.UTC(2026, 11, 1);
    await trained({ on: other });
    expect(subjectsOfJob(jobs.at(-1)).has('p0')).toBe(false);
    expect(await ask('consent.get', { dataset: other })).toMatchObject({
      recorded: 2,
      expired: 1,
      strangers: [key().pseudonym('ghost')],
    });
    today = Date.UTC(2026, 10, 22);
  });
});

it('a card goes out, is filled in elsewhere, and comes back', async () => {
  const { data, fileName } = await ask('datasets.exportCard', { id: dataset, format: 'markdown' });
  expect(fileName).toBe('faces-card.md');
  const markdown = new TextDecoder().decode(data).replace('## Licence\n\nNot stated.', '## Licence\n\nCC0');
  expect((await ask('datasets.importCard', { id: dataset, markdown })).card.licence).toBe('CC0');
  const croissant = await ask('datasets.exportCard', { id: dataset, format: 'croissant' });
  expect(JSON.parse(new TextDecoder().decode(croissant.data))).toMatchObject({
    name: 'faces',
    license: 'CC0',
  });
});

it('a check is dated, kept, and answered again, newest first', async () => {
  await finishJob(await ask('datasets.check', { id: dataset, reference: { group: { a: 0.5 } } }));
  const [check] = await ask('datasets.checks', { id: dataset });
  expect(check).toMatchObject({ created: '2026-11-22T00:00:00.000Z', rows: SUBJECTS * ROWS_EACH });
  expect(
    check?.findings.find(({ kind, about }) => kind === 'representation' && about === 'group a'),
  ).toMatchObject({
    value: 0.5,
    severity: 'info',
  });
  await finishJob(await ask('datasets.check', { id: dataset }));
  const checks = await ask('datasets.checks', { id: dataset });
  expect(checks.map(({ reference }) => reference)).toEqual([{}, { group: { a: 0.5 } }]);
});

describe('a purpose that consent does not cover', () => {
  it('is refused with the reason, by the card and by single subjects, and an override is kept and reported', async () => {
    await ask('datasets.setCard', {
      id: other,
      card: { consentPurposes: 'research, teaching', purpose: 'product' },
    });
    const config = { ...(await ask('config.defaults', { dataset: other, method: 'simclr' })), batchSize: 4 };
    await expect(ask('runs.launch', { config })).rejects.toThrow(
      /"product" is not covered by consent for data set others, which covers research, teaching/,
    );
    await ask('datasets.setCard', { id: other, card: { consentPurposes: '', purpose: '' } });
    const record = { subject: 'p3', purposes: ['teaching'] };
    await ask('consent.set', { dataset: other, records: [record, { ...record, subject: 'ghost' }] });
    await expect(ask('runs.launch', { config, purpose: 'research' })).rejects.toThrow(
      new RegExp(`1 subject of data set others: ${key().pseudonym('p3')}\\.`),
    );
    await expect(ask('runs.launch', { config })).rejects.toThrow(/states no purpose/);
    const run = await trained({
      on: other,
      purpose: 'research',
      override: 'The board agreed on 2026-11-20.',
    });
    const { provenance } = await ask('runs.get', { id: run });
    expect(provenance.purpose).toMatchObject({
      purpose: 'research',
      override: 'The board agreed on 2026-11-20.',
    });
    const audit = await audited([run], 'audit');
    for (const format of ['html', 'markdown', 'json']) {
      const { data } = await ask('reports.export', { audit, format, smallCells: 0 });
      expect(new TextDecoder().decode(data)).toContain('The board agreed on 2026-11-20.');
    }
    const clone = await ask('runs.clone', { id: run });
    expect((await ask('runs.get', { id: clone })).provenance.purpose).toEqual(provenance.purpose);
    const covered = await trained({ on: other, purpose: 'Teaching' });
    expect((await ask('runs.get', { id: covered })).provenance.purpose).toEqual({
      purpose: 'Teaching',
      refusal: null,
      override: null,
    });
  });
});

describe('what leaves the workspace after a withdrawal', () => {
  it('lacks the rows of whoever withdrew: predictions, bundles and what is exported by name', async () => {
    const run = await trained();
    await audited([run], 'audit');
    const rowsIn = async (): Promise<string[]> => {
      const { data } = await ask('runs.export', { id: run, what: 'predictions', format: 'csv', includeSensitive: true }); // prettier-ignore
      const tables = Object.entries(unzipSync(data)).filter(([name]) => name.endsWith('.csv'));
      return tables.flatMap(([, bytes]) => strFromU8(bytes).trim().split('\r\n').slice(1));
    };
    const inBundle = async (): Promise<number> => {
      const { data } = await ask('runs.export', {
        id: run,
        what: 'bundle',
        format: 'zip',
        includeSensitive: true,
      });
      const manifest = JSON.parse(strFromU8(unzipSync(data)['manifest.json'] ?? new Uint8Array(0))) as { artefacts: { kind: string }[]; subjectKey: string }; // prettier-ignore
      expect(manifest.subjectKey).toBe(key().id);
      return manifest.artefacts.filter(({ kind }) => kind === 'predictions').length;
    };
    const before = await rowsIn();
    expect(await inBundle()).toBe(1);
    const withdrawn = await subjectIn('audit');
    const mine = before.filter((row) => row.includes(key().pseudonym(withdrawn)));
    expect(mine).toHaveLength(ROWS_EACH);
    await ask('consent.withdraw', { dataset, subjects: [withdrawn] });
    const after = await rowsIn();
    expect(after).toHaveLength(before.length - ROWS_EACH);
    expect(after.filter((row) => row.includes(key().pseudonym(withdrawn)))).toEqual([]);
    expect(await inBundle()).toBe(0);
  });

  it('is nothing of a run that goes on: one that began with somebody who withdrew since is refused, at once', async () => {
    endOf = 'interrupted';
    const run = await trained().then(
      () => '',
      async () => (await ask('runs.list', {}))[0]?.id ?? '',
    );
    endOf = 'finished';
    const { status, checkpoints } = await ask('runs.get', { id: run });
    expect([status, checkpoints.length]).toEqual(['failed', 1]);
    const trainedBefore = jobs.length;
    await ask('consent.withdraw', { dataset, subjects: [await subjectIn('pretrain')] });
    await expect(ask('runs.resume', { ids: [run] })).rejects.toThrow(
      /has changed since this run began, so it cannot go on\. Clone the run/,
    );
    expect((await ask('runs.get', { id: run })).status).toBe('failed');
    expect(jobs).toHaveLength(trainedBefore);
    const clone = await ask('runs.clone', { id: run });
    while ((await ask('runs.get', { id: clone })).status !== 'finished')
      await new Promise((resolve) => setTimeout(resolve, 20));
  });
});
