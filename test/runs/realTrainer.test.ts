import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { MetricPoint, RunConfig, RunId } from '../../preload/contract/vocabulary.ts';
import { engineCatalog } from '../../main/api/catalog.generated.ts';
import { parseConfig } from '../../main/core/runConfig.ts';
import { importDataset } from '../../main/data/dataset.ts';
import { fsArtefactWriter, readArtefact } from '../../main/data/fsSink.ts';
import { datasetFilesOf } from '../../main/data/stored.ts';
import { decodeCheckpoint } from '../../main/engine/checkpoint.ts';
import { METRICS } from '../../main/engine/metricNames.ts';
import { createRunService, forkLauncher, type RunService, type TrainerPort } from '../../main/runs/index.ts';
import { openStore, type Store } from '../../main/store/index.ts';
import { testFolder } from '../store/support/testFolder.ts';
import { hostOf, until } from './support/service.ts';

const TRAINER = join(import.meta.dirname, '../../main/trainer/index.ts');
const KILLS = 3;
/** Other suites may keep the processors busy. */
const PATIENCE = 180_000;

/** A small run on the built-in data, long enough to be killed between its checkpoints. */
async function smallConfig(store: Store): Promise<RunConfig> {
  const imported = await importDataset({
    ...{ path: 'builtin:coloured-digits', reader: null, options: { limit: 700 } },
    ...{
      writer: fsArtefactWriter(store.path),
      signal: new AbortController().signal,
      onProgress: () => undefined,
    },
  });
  const dataset = store.datasets.create(imported);
  const given = {
    ...{ dataset: dataset.id, method: { id: 'rotation' }, batchSize: 8, maxSamples: 80, epochs: 4, seed: 3 },
    ...{ evaluate: { knn: { k: 5 }, linear: { epochs: 2 } }, monitor: { bankSize: 64 } },
  };
  const catalog = {
    ...engineCatalog,
    metrics: [],
    disparities: [],
    readers: [],
    reportFormats: [],
    settings: {},
  };
  return parseConfig(given, { catalog, dataset: () => dataset });
}

/** A service with the real trainer; `ports` are its processes, newest last. */
async function serviceOver(
  store: Store,
): Promise<{ readonly service: RunService; readonly ports: TrainerPort[] }> {
  const ports: TrainerPort[] = [];
  const launcher = forkLauncher(TRAINER);
  const launch = (name: string): TrainerPort => {
    const port = launcher.launch(name);
    ports.push(port);
    return port;
  };
  const service = createRunService({
    ...hostOf(store, { launcher: { kind: 'fork', launch }, timing: { flush: 20 } }),
    datasetFilesOf: (id) => {
      const { digest, count, shape } = store.datasets.row(id);
      const { find } = store.artefacts;
      return datasetFilesOf({
        id,
        digest,
        count,
        shape,
        manifest: store.datasets.manifest(id),
        find,
        readBytes: readArtefact,
      });
    },
  });
  await service.start();
  return { service, ports };
}

/** Points about the machine, not about what was learned. */
const MACHINE: ReadonlySet<string> = new Set([
  METRICS.samplesPerSecond,
  METRICS.waitingForData,
  METRICS.peakMemory,
]);

/** What training computed, without what clock and machine say. */
function learned(store: Store, run: RunId): readonly Omit<MetricPoint, 'time'>[] {
  return [...store.points.all(run)]
    .filter((point) => !MACHINE.has(point.metric))
    .map(({ metric, step, epoch, value }) => ({ metric, step, epoch, value }));
}

/** Weights of the checkpoint a run ended with. */
function finalWeights(store: Store, run: RunId): object {
  const last = store.runs.get(run).checkpoints.find(({ kind }) => kind === 'final');
  return decodeCheckpoint(readFileSync(store.artefacts.find(last?.digest ?? '').path)).tensors;
}

it('closing with pause far from any checkpoint: the run ends with the weights and points of an uninterrupted one', async () => {
  const path = join(testFolder('real'), 'workspace');
  const newId = (prefix: string): string => `${prefix}-${crypto.randomUUID()}`;
  const open = async () => {
    const store = openStore(path, { now: () => new Date().toISOString(), newId });
    const { service } = await serviceOver(store);
    const close = async (): Promise<void> => {
      await service.shutdown('pause');
      store.close();
    };
    onTestFinished(close);
    return { store, service, close };
  };
  const { store, service, close } = await open();
  const config = { ...(await smallConfig(store)), checkpoint: { everyEpochs: 100, keep: 2 } };
  const launch = (): RunId => service.launch(config, { seeds: [], experiment: null, name: null })[0] ?? '';
  const [whole, left] = [launch(), launch()];
  await service.whenEnded(whole);
  const enough = (store.runs.row(whole).progress?.totalSteps ?? 0) / 2;
  await until(() => (store.runs.row(left).progress?.step ?? 0) > enough, 'it trained', PATIENCE);
  await close();

  const next = await open();
  const saved = next.store.runs.get(left).checkpoints.at(-1)?.step ?? 0;
  expect(saved).toBeGreaterThan(enough);
  expect(await next.service.whenEnded(left)).toMatchObject({ status: 'finished', reason: null });
  const words = next.store.logs.tail(left, 200).map(({ text }) => text);
  expect(words).toContainEqual(
    expect.stringMatching(new RegExp(`^Goes on at epoch \\d+, step ${saved}\\.$`)),
  );
  expect(learned(next.store, left)).toEqual(learned(next.store, whole));
  expect(finalWeights(next.store, left)).toEqual(finalWeights(next.store, whole));
  expect(next.store.runs.get(left).results).toEqual(next.store.runs.get(whole).results);
}, 400_000);

describe('kill -9 of the real trainer', () => {
  it(`${KILLS} times between checkpoints: the resumed run ends with the points of an uninterrupted one`, async () => {
    const path = join(testFolder('real'), 'workspace');
    const newId = (prefix: string): string => `${prefix}-${crypto.randomUUID()}`;
    const store = openStore(path, { now: () => new Date().toISOString(), newId });
    const { service, ports } = await serviceOver(store);
    try {
      const config = await smallConfig(store);
      const launch = (): RunId =>
        service.launch(config, { seeds: [], experiment: null, name: null })[0] ?? '';
      const whole = launch();
      expect(await service.whenEnded(whole)).toMatchObject({ status: 'finished', reason: null });
      const steps = Math.max(0, store.runs.row(whole).progress?.totalSteps ?? 0);
      expect(steps).toBeGreaterThan(20);

      const killed = launch();
      for (let kill = 1; kill <= KILLS; kill++) {
        const enough = (steps * kill) / (KILLS + 1) + 3;
        await until(
          () => (store.runs.row(killed).progress?.step ?? 0) > enough && service.active() > 0,
          'it trained',
          PATIENCE,
        );
        await until(() => store.runs.get(killed).checkpoints.length > 0, 'a checkpoint was kept', PATIENCE);
        process.kill(ports.at(-1)?.pid ?? 0, 'SIGKILL');
        const row = await service.whenEnded(killed);
        expect(row).toMatchObject({ status: 'crashed', resumable: true });
        expect(row.reason).toMatch(/SIGKILL/);
        await service.resume([killed]);
      }
      expect(await service.whenEnded(killed)).toMatchObject({ status: 'finished', reason: null });
      expect(learned(store, killed)).toEqual(learned(store, whole));
      expect(store.check()).toEqual([]);
      for (const { digest } of store.runs.get(killed).checkpoints)
        expect(await store.artefacts.verify(digest)).toBe(true);
    } finally {
      await service.shutdown('pause');
      store.close();
    }
  }, 400_000);
});
