import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bridge } from '../../preload/contract/bridge.ts';
import type { CallInput, CallName, CallValue } from '../../preload/contract/calls.ts';
import type { JobRow, RunRow } from '../../preload/contract/vocabulary.ts';
import { createMemoryBridge } from '../../main/api/memoryBridge.ts';
import { forkLauncher } from '../../main/runs/index.ts';
import { createServices, type Services } from '../../main/services.ts';
import { folderWith, removeFolders } from '../data/fixtures.ts';

const TRAINER = fileURLToPath(new URL('../../main/trainer/index.ts', import.meta.url));
const faults: unknown[] = [];
let workspace: string;
let services: Services;
let bridge: Bridge;

function open(): Services {
  return createServices({
    launcher: forkLauncher(TRAINER),
    paths: { workspace },
    kind: 'serve',
    onFault: (where, cause) => faults.push([where, cause]),
  });
}

beforeAll(async () => {
  workspace = mkdtempSync(join(tmpdir(), 'pretext-main-job-'));
  services = open();
  await services.start();
  bridge = createMemoryBridge(services.door, services.events);
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

async function refusal<N extends CallName>(name: N, args: CallInput<N>): Promise<readonly string[]> {
  const answer = await bridge.call(name, args);
  return answer.ok ? ['ok'] : [answer.error.code, answer.error.message];
}

async function finishJob(id: string): Promise<JobRow> {
  for (;;) {
    const job = await ask('jobs.get', { id });
    if (job.state !== 'running' && job.state !== 'queued') return job;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function finishRun(id: string): Promise<RunRow> {
  for (;;) {
    const run = await ask('runs.get', { id });
    if (!['queued', 'starting', 'running'].includes(run.status)) return run;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** 240 small images of two classes: bright and dark stripes; the sensitive feature is who took them, one file is damaged. */
async function stripes(): Promise<string> {
  const files: Record<string, Uint8Array> = {};
  for (let index = 0; index < 240; index++) {
    const upright = index % 2 === 0;
    const camera = index % 3 === 0 ? 'old' : 'new';
    const pixels = Buffer.from(Array.from({ length: 16 * 16 * 3 }, (_, at) => {
      const [x, y] = [Math.floor(at / 3) % 16, Math.floor(at / 48)];
      return (((upright ? x : y) + index) % 4 < 2 ? 200 : 40) + ((index * 7 + at * 13) % 30);
    })); // prettier-ignore
    const png = await sharp(pixels, { raw: { width: 16, height: 16, channels: 3 } })
      .png()
      .toBuffer();
    files[`${upright ? 'upright' : 'level'}/${camera}_person${Math.floor(index / 2)}_${index}.png`] = png;
  }
  files['level/old_personX_999.png'] = new Uint8Array([1, 2, 3]);
  return folderWith(files);
}

describe('the main job, through the bridge, with real trainers', () => {
  it('imports, launches, finishes, audits, reports, exports', async () => {
    const folder = await stripes();
    const preview = await ask('datasets.preview', { path: folder });
    expect(preview.reader).toBe('imageFolder');
    const announced: string[] = [];
    const leave = bridge.on('dataset.changed', ({ name }) => announced.push(name));
    const options = {
      name: 'stripes',
      pattern: '{camera}_{person}_*',
      label: 'folder',
      sensitive: ['camera'],
      subject: 'person',
      size: 16,
    };
    const imported = await finishJob(await ask('datasets.import', { path: folder, options }));
    leave();
    expect(imported).toMatchObject({ state: 'finished', kind: 'import', progress: 1 });
    expect(announced).toEqual(['stripes']);
    const dataset = await ask('datasets.get', { id: imported.result ?? '' });
    expect(dataset).toMatchObject({ count: 240, primaryTarget: 'folder' });
    expect(dataset.report.rejected).toHaveLength(1);

    const config = {
      dataset: 'stripes', method: 'simclr', views: ['gaussianNoise'], encoder: { id: 'smallCnn', params: { width: 4 } }, epochs: 1, batchSize: 16,
      monitor: { bankSize: 64 }, evaluate: { knn: { k: 5 }, linear: { epochs: 5 } }, engine: { threads: 1 },
      audit: { features: ['camera'], primary: { metric: 'accuracy', feature: 'camera', group: 'old', reference: 'new' } },
    }; // prettier-ignore
    const checked = await ask('config.check', { config });
    expect((await ask('config.check', { config: checked.yaml })).hash).toBe(checked.hash);
    const ids = await ask('runs.launch', { config, seeds: [1, 2], name: 'first' });
    const runs = await Promise.all(ids.map(finishRun));
    expect(runs.map(({ status, reason }) => [status, reason])).toEqual([
      ['finished', null],
      ['finished', null],
    ]);
    const [run] = ids;
    if (run === undefined) throw new Error('No run.');
    expect(await ask('runs.metrics', { id: run })).toContain('loss');
    const [series] = await ask('runs.series', { runs: [run], metrics: ['loss'] });
    expect(series?.mean.length).toBeGreaterThan(3);
    expect((await ask('runs.compare', { ids: [...ids] })).configDiff).toEqual([
      { path: 'seed', values: ['1', '2'] },
    ]);

    const before = dataset.auditLooks.length;
    const done = await finishJob(
      await ask('audits.create', { runs: [...ids], options: { features: ['camera'], draws: 200 } }),
    );
    expect(done).toMatchObject({ state: 'finished', error: null });
    const audit = await ask('audits.get', { id: done.result ?? '' });
    expect(audit.models.map(({ run: id }) => id)).toEqual(ids);
    expect(audit.models[0]?.overall.n).toBe(dataset.splits.audit);
    expect(audit.options.metrics).toContain('truePositiveRate');
    // Declared with the runs, hence before anything predicted.
    expect(audit.primaryDeclared).toBe(
      [...runs]
        .map(({ created }) => created)
        .sort()
        .at(-1),
    );
    expect(audit.options.primary).toEqual(config.audit.primary);
    const looked = (await ask('datasets.get', { id: dataset.id })).auditLooks;
    expect(looked.slice(before).map((look) => [look.run, look.audit])).toEqual(
      ids.map((id) => [id, audit.id]),
    );
    expect(audit.looks).toBe(looked.length);

    // Nothing here prints.
    const formats = (await ask('catalog.get', {})).reportFormats.filter(({ id }) => id !== 'pdf');
    for (const { id, mediaType } of formats) {
      const file = await ask('reports.export', { audit: audit.id, format: id });
      expect([file.mediaType, file.data.length > 100], id).toEqual([mediaType, true]);
    }
    const html = new TextDecoder().decode(
      (await ask('reports.export', { audit: audit.id, format: 'html' })).data,
    );
    expect(html).toContain('camera');
    expect(html).not.toMatch(/person\d/);
    const points = unzipSync((await ask('runs.export', { id: run, what: 'points', format: 'csv' })).data);
    const table = Object.entries(points).find(([name]) => name.endsWith('.csv'));
    expect(new TextDecoder().decode(table?.[1])).toMatch(/^loss,/m);
    const bundle = await ask('runs.export', { id: run, what: 'bundle', format: 'zip' });
    const file = join(folder, 'bundle.zip');
    writeFileSync(file, bundle.data);
    const again = await ask('runs.import', { path: file });
    expect((await ask('runs.get', { id: again })).configHash).toBe(runs[0]?.configHash);
  });

  it('previews views of its own samples and estimates', async () => {
    const { id } = (await ask('datasets.list', {}))[0] ?? { id: '' };
    const samples = await ask('datasets.samples', { id, split: 'pretrain', count: 3 });
    const indices = samples.items.map(({ index }) => index);
    const views = [{ id: 'gaussianNoise', params: {} }];
    const preview = await ask('views.preview', { dataset: id, indices, views, count: 2 });
    expect([preview.originals.count, preview.views.length, preview.views[0]?.data.length]).toEqual([
      3,
      2,
      3 * 16 * 16 * 3,
    ]);
    expect(preview.views[0]?.data).not.toEqual(preview.originals.data);
    const estimate = await ask('config.estimate', {
      config: { dataset: id, method: 'simclr', encoder: { id: 'smallCnn', params: { width: 4 } } },
    });
    expect(estimate.parameters).toBeGreaterThan(500);
    expect((await ask('engines.report', {})).find((engine) => engine.id === 'onnx')?.works).toBe(true);
  });

  it('refuses what cannot be, with a sentence', async () => {
    const { id } = (await ask('datasets.list', {}))[0] ?? { id: '' };
    const [run] = (await ask('runs.list', {})).map((row) => row.id);
    const options = { features: ['camera'] };
    expect(await refusal('datasets.get', { id: 'nothing' })).toMatchObject([
      'notFound',
      expect.stringContaining('nothing'),
    ]);
    expect(
      await refusal('config.check', { config: `dataset: stripes\nmethod: simclr\nepochs: many\n` }),
    ).toEqual([
      'invalidConfig',
      'line 3: config.epochs is "many", but must be a whole number from 1 to 100000.',
    ]);
    expect(
      await refusal('views.preview', { dataset: id, indices: [0], views: [{ id: 'blur', params: {} }] }),
    ).toMatchObject([expect.any(String), expect.any(String)]);
    expect(
      await refusal('runs.launch', {
        config: { dataset: id, method: 'rotation', views: [{ id: 'rotation', params: { degrees: 180 } }] },
      }),
    ).toMatchObject(['invalidConfig', expect.stringMatching(/^views\.0: The view undoes the task\./)]);
    expect(await refusal('audits.create', { runs: [run ?? ''], options: { features: ['age'] } })).toEqual([
      'usage',
      'Data set stripes has no sensitive feature "age".',
    ]);
    expect(
      await refusal('audits.create', { runs: [run ?? ''], options: { ...options, split: 'pretrain' } }),
    ).toMatchObject(['usage', expect.stringContaining('pretrain split')]);
    expect(await refusal('reports.export', { audit: 'nothing', format: 'html' })).toMatchObject([
      'notFound',
      expect.any(String),
    ]);
    expect(await refusal('files.list', { path: '/nowhere/at/all' })).toMatchObject([
      'notFound',
      expect.stringContaining('/nowhere/at/all'),
    ]);
    const failed = await finishJob(await ask('datasets.import', { path: '/nowhere/at/all' }));
    expect(failed).toMatchObject({
      state: 'failed',
      error: { code: expect.stringMatching(/invalidData|notFound/) },
    });
  });

  it('audits a table of predictions made elsewhere', async () => {
    const rows = Array.from(
      { length: 400 },
      (_, at) => `${at % 2},${at % 5 === 0 ? 1 - (at % 2) : at % 2},${at % 4 < 2 ? 'a' : 'b'}`,
    );
    const folder = folderWith({ 'predictions.csv': `truth,predicted,team\n${rows.join('\n')}\n` });
    const options = { features: ['team'], positive: '1', draws: 200 };
    const done = await finishJob(
      await ask('audits.predictions', {
        path: join(folder, 'predictions.csv'),
        truth: 'truth',
        prediction: 'predicted',
        options,
      }),
    );
    expect(done).toMatchObject({ state: 'finished', error: null });
    const audit = await ask('audits.get', { id: done.result ?? '' });
    expect(audit.models[0]?.overall.metrics['accuracy']?.value).toBeCloseTo(0.8);
    expect(audit).toMatchObject({ dataset: null, datasetName: 'predictions.csv', runs: [] });
  });

  it('announces what becomes of experiments', async () => {
    const heard: string[] = [];
    const leave = bridge.on('experiment.changed', ({ name }) => heard.push(name));
    const { id } = await ask('experiments.create', { name: 'Views' });
    expect(await ask('experiments.update', { id, name: 'Colours' })).toMatchObject({ name: 'Colours', runs: 0 });
    leave();
    expect(heard).toEqual(['Views', 'Colours']);
  });

  it('opened a second time is read-only and says so', async () => {
    const second = open();
    const reading = createMemoryBridge(second.door, second.events);
    await second.start();
    expect(await reading.call('workspace.info', {})).toMatchObject({
      ok: true,
      value: { readOnly: true, readOnlyReason: expect.stringContaining(String(process.pid)) },
    });
    expect(await reading.call('datasets.list', {})).toMatchObject({ ok: true, value: [{ name: 'stripes' }] });
    expect(await reading.call('experiments.create', { name: 'x' })).toMatchObject({
      ok: false,
      error: { code: 'readOnly' },
    });
    await second.shutdown('pause');
  });
});
