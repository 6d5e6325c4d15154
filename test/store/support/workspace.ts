import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunConfig, RunId } from '../../../preload/contract/vocabulary.ts';
import { digestOfValue } from '../../../main/core/canonical.ts';
import { openStore, type OpenOptions, type Store, type StoreHost } from '../../../main/store/index.ts';

/** A host whose clock ticks a second per look and whose ids count. */
export function countingHost(start = 0): StoreHost {
  let ticks = start;
  let ids = start;
  return {
    now: () => new Date(Date.UTC(2026, 0, 1) + 1000 * ticks++).toISOString(),
    newId: (prefix) => `${prefix}-${String(++ids).padStart(5, '0')}`,
  };
}

/** A folder that is removed afterwards. */
export function temporaryFolder(name: string): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `pretext-${name}-`));
  // A process that is just being killed may still write.
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Runs `work` on a fresh workspace, and removes it. */
export async function withStore<T>(
  work: (store: Store) => T | Promise<T>,
  options: OpenOptions = {},
): Promise<T> {
  const folder = temporaryFolder('store');
  const store = openStore(join(folder.path, 'workspace'), countingHost(), options);
  try {
    return await work(store);
  } finally {
    store.close();
    folder.remove();
  }
}

/** A complete config for tests of what does not train. */
export function sampleConfig(change: Partial<RunConfig> = {}): RunConfig {
  return {
    dataset: 'dataset-1',
    target: 'digit',
    modality: 'image',
    method: { id: 'simclr', params: {} },
    views: [],
    encoder: { id: 'smallCnn', params: {} },
    optimizer: { id: 'sgd', params: {} },
    schedule: { id: 'warmupCosine', params: {} },
    batchSize: 64,
    epochs: 4,
    maxSamples: 0,
    seed: 1,
    engine: { id: 'onnx', device: 'cpu', threads: 0 },
    evaluate: {
      knn: { k: 20, temperature: 0.1, everyEpochs: 1, target: 'digit' },
      linear: { epochs: 1, learningRate: 0.02, weightDecay: 0 },
    },
    monitor: { everyEpochs: 1, bankSize: 64 },
    checkpoint: { everyEpochs: 1, keep: 2 },
    audit: { features: [], primary: null },
    ...change,
  };
}

/** The experiment of each store's test runs; listing them all for every run would count all runs. */
const experiments = new WeakMap<Store, string>();

/** Adds a queued run, with its experiment, and answers its id. */
export function addRun(store: Store, change: Partial<RunConfig> = {}, name = ''): RunId {
  const experiment =
    experiments.get(store) ??
    (store.experiments.list()[0] ?? store.experiments.create({ name: 'first', notes: '' })).id;
  experiments.set(store, experiment);
  const config = sampleConfig(change);
  const provenance = { datasetDigest: '', codeVersion: 'test', packages: {}, engine: null, platform: 'test' };
  const run = { experiment, name, config, configHash: digestOfValue(config), provenance };
  return store.runs.create(run).id;
}
