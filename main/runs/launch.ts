import { AppError } from '../../preload/contract/errors.ts';
import type {
  ExperimentId,
  RunConfig,
  RunId,
  RunProvenance,
  RunPurpose,
} from '../../preload/contract/vocabulary.ts';
import { configHash } from '../core/runConfig.ts';
import type { Store, StoredRun } from '../store/index.ts';
import type { RunServiceHost } from './host.ts';
import type { NumberedPoint } from './protocol.ts';

/** Which runs a config becomes. */
export interface LaunchOptions {
  /** One run each; none: the config's own. */
  readonly seeds: readonly number[];
  /** Null: one named after the data set. */
  readonly experiment: ExperimentId | null;
  /** Null: names of two words. */
  readonly name: string | null;
  /** What they are for, as far as consent is concerned. */
  readonly purpose?: RunPurpose;
}

/** Queues one run per seed, all or none. @throws AppError notFound for an unknown data set or experiment */
export function addRuns(host: RunServiceHost, config: RunConfig, options: LaunchOptions): readonly RunId[] {
  const { store } = host;
  const seeds = options.seeds.length > 0 ? options.seeds : [config.seed];
  return store.transaction(() => {
    const experiment = options.experiment ?? experimentFor(store, config);
    store.experiments.get(experiment);
    return seeds.map((seed) =>
      addRun(
        host,
        { ...config, seed },
        {
          experiment,
          name: nameOf(options.name, seed, seeds),
          kept: options.purpose === undefined ? {} : { purpose: options.purpose },
        },
      ),
    );
  });
}

/** Queues a run with the same config, or with another seed, for the same purpose unless another is given. */
export function addClone(host: RunServiceHost, id: RunId, seed: number | null, given?: RunPurpose): RunId {
  const run = host.store.runs.get(id);
  const purpose = given ?? run.provenance.purpose;
  const kept = purpose === undefined ? {} : { purpose };
  return addRun(
    host,
    { ...run.config, seed: seed ?? run.seed },
    { experiment: run.experiment, name: '', kept },
  );
}

const COPY_BATCH = 5000;

/**
 * Queues a run with the same config but more epochs, which goes on from the other's last checkpoint; its points are copied, so that its charts
 * are whole.
 * @throws AppError usage if the epochs are not more, conflict if the run has no checkpoint of its end
 */
export function addExtension(host: RunServiceHost, id: RunId, epochs: number): RunId {
  const { store } = host;
  const run = store.runs.get(id);
  const checkpoint = run.checkpoints.findLast(({ kind }) => kind !== 'periodic');
  if (!Number.isInteger(epochs) || epochs <= run.config.epochs)
    throw new AppError({
      code: 'usage',
      message: `Run ${run.name} has ${run.config.epochs} epochs; extending it to ${epochs} adds none.`,
      hint: `Choose more than ${run.config.epochs} epochs.`,
    });
  if (!checkpoint)
    throw new AppError({
      code: 'conflict',
      message: `Run ${run.name} has not ended with a checkpoint and cannot be extended.`,
      hint: 'Resume it first.',
    });
  return store.transaction(() => {
    const { splits, purpose } = run.provenance;
    const made = addRun(
      host,
      { ...run.config, epochs },
      {
        experiment: run.experiment,
        name: `${run.name} to ${epochs} epochs`,
        kept: { ...(splits ? { splits } : {}), ...(purpose ? { purpose } : {}) },
      },
    );
    store.runs.addCheckpoint(made, { ...checkpoint, kind: 'periodic' }, run.config.checkpoint.keep);
    copyPoints(store, run, made);
    if (run.cost) store.runs.change(made, { cost: run.cost });
    return made;
  });
}

function copyPoints(store: Store, from: StoredRun, to: RunId): void {
  let batch: NumberedPoint[] = [];
  let seq = 0;
  for (const point of store.points.all(from.id)) {
    batch.push({ ...point, seq: seq++ });
    if (batch.length < COPY_BATCH) continue;
    store.points.append(to, batch);
    batch = [];
  }
  store.points.append(to, batch);
}

function experimentFor(store: Store, config: RunConfig): ExperimentId {
  const { name } = store.datasets.row(config.dataset);
  const present = store.experiments.list().find((row) => row.name === name && !row.archived);
  return (present ?? store.experiments.create({ name, notes: '' })).id;
}

function nameOf(name: string | null, seed: number, seeds: readonly number[]): string {
  if (name === null) return '';
  return seeds.length > 1 ? `${name} seed ${seed}` : name;
}

interface NewRunFacts {
  readonly experiment: ExperimentId;
  readonly name: string;
  /** What is known of its splits and purpose before it starts. */
  readonly kept: Pick<RunProvenance, 'splits' | 'purpose'>;
}

function addRun(host: RunServiceHost, config: RunConfig, { experiment, name, kept }: NewRunFacts): RunId {
  const { store, codeVersion, packages, platform } = host;
  const datasetDigest = store.datasets.row(config.dataset).digest;
  const provenance: RunProvenance = { datasetDigest, codeVersion, packages, engine: null, platform, ...kept };
  const row = store.runs.create({ experiment, name, config, configHash: configHash(config), provenance });
  host.announce('run.changed', row);
  return row.id;
}
