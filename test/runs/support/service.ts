import { join } from 'node:path';
import type { EventName, Events } from '../../../preload/contract/events.ts';
import type { Params, RunConfig, RunId, RunRow, RunStatus } from '../../../preload/contract/vocabulary.ts';
import type { DatasetFiles, ImportedDataset } from '../../../main/core/datasetFiles.ts';
import {
  createRunService,
  forkLauncher,
  type RunService,
  type RunServiceHost,
  type StartOptions,
} from '../../../main/runs/index.ts';
import { openStore, type OpenOptions, type Store } from '../../../main/store/index.ts';
import { countingHost, sampleConfig, temporaryFolder } from '../../store/support/workspace.ts';

export const FAKE_TRAINER = join(import.meta.dirname, 'fakeTrainer.ts');

/** A data set that only has a name: the fake trainer reads none. */
export function sampleDataset(name = 'digits'): ImportedDataset {
  const digest = 'a'.repeat(64);
  const splits = { pretrain: 2, probeTrain: 1, validation: 1, audit: 1 };
  const card = {
    ...{ description: '', motivation: '', collection: '', licence: '', consent: '', intendedUse: '' },
    ...{ outOfScope: '', knownIssues: '', knownAnswer: '' },
  };
  return {
    ...{
      name,
      reader: 'idx',
      source: '/somewhere',
      options: { name },
      modality: 'image',
      count: 5,
      shape: [2, 2, 1],
    },
    ...{
      primaryTarget: 'digit',
      targets: [],
      sensitive: [],
      subjects: 5,
      splits,
      groups: [],
      digest,
      card,
      size: 20,
    },
    report: { read: 5, rejected: [], moreRejected: 1, notes: [] },
    manifest: {
      ...{ samples: digest, targets: [], sensitive: [], subjects: { digest, count: 5 }, names: digest },
      splits: { pretrain: digest, probeTrain: digest, validation: digest, audit: digest },
    },
  };
}

function noFiles(id: string): DatasetFiles {
  const file = { digest: 'a'.repeat(64), path: '/nowhere', size: 0 };
  const splits = { pretrain: file, probeTrain: file, validation: file, audit: file };
  return {
    id,
    digest: file.digest,
    count: 5,
    shape: [2, 2, 1],
    samples: file,
    targets: [],
    splits,
    validationGroups: [],
  };
}

/** The host of a service over a store; everything announced is put into `heard`. */
export function hostOf(
  store: Store,
  change: Partial<RunServiceHost> = {},
): RunServiceHost & { readonly heard: Heard } {
  const heard = new Heard();
  return {
    ...{
      store,
      launcher: forkLauncher(FAKE_TRAINER),
      datasetFilesOf: noFiles,
      codeVersion: 'test',
      packages: {},
    },
    ...{ platform: 'test', now: () => Date.now(), announce: heard.announce, heard },
    timing: { flush: 20, grace: 1000, idle: 20_000, answer: 60_000, predict: 60_000 },
    ...change,
  };
}

/** What was announced, in order. */
export class Heard {
  readonly events: { readonly name: EventName; readonly payload: unknown; readonly time: number }[] = [];

  readonly announce = <N extends EventName>(name: N, payload: Events[N]): void => {
    this.events.push({ name, payload, time: performance.now() });
  };

  /** Statuses of a run as windows saw them, without repetitions. */
  statuses(id: RunId): readonly RunStatus[] {
    const rows = this.events
      .filter(({ name }) => name === 'run.changed')
      .map(({ payload }) => payload as RunRow);
    const all = rows.filter((row) => row.id === id).map((row) => row.status);
    return all.filter((status, i) => status !== all[i - 1]);
  }
}

/** A config that tells the fake trainer what to do. */
export function fakeConfig(store: Store, params: Params, change: Partial<RunConfig> = {}): RunConfig {
  const dataset = store.datasets.list()[0] ?? store.datasets.create(sampleDataset());
  return sampleConfig({ dataset: dataset.id, method: { id: 'fake', params }, ...change });
}

/** A started service on a fresh workspace, closed and removed afterwards. */
export async function withService<T>(
  work: (made: {
    readonly store: Store;
    readonly service: RunService;
    readonly heard: Heard;
    launch: Launch;
  }) => Promise<T>,
  change: Partial<RunServiceHost> = {},
  options: OpenOptions = {},
  start: StartOptions = {},
): Promise<T> {
  const folder = temporaryFolder('runs');
  const store = openStore(join(folder.path, 'workspace'), countingHost(), options);
  const host = hostOf(store, change);
  const service = createRunService(host);
  await service.start(start);
  const launch: Launch = (params, more = {}) => {
    const [id] = service.launch(fakeConfig(store, params, more), { seeds: [], experiment: null, name: null });
    return id ?? '';
  };
  try {
    return await work({ store, service, heard: host.heard, launch });
  } finally {
    await service.shutdown('pause');
    store.close();
    folder.remove();
  }
}

type Launch = (params: Params, change?: Partial<RunConfig>) => RunId;

/** Waits until something holds; fails after a while. */
export async function until(holds: () => boolean, what: string, patienceMs = 60_000): Promise<void> {
  for (const start = performance.now(); !holds();) {
    if (performance.now() - start > patienceMs) throw new Error(`Waited in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
