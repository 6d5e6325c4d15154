import { AppError } from '../../preload/contract/errors.ts';
import type { CheckpointRow, Digest, RunId, SplitRole } from '../../preload/contract/vocabulary.ts';
import type { ArtefactFile, DatasetFiles } from '../core/datasetFiles.ts';
import type { Store, StoredRun } from '../store/index.ts';
import { refuseOtherPeople } from './begunSplits.ts';
import type { RunServiceHost } from './host.ts';
import type { PretrainJob } from './protocol.ts';

/** The job of a run: from its newest checkpoint if it has one, else from the start; points are counted on. */
export async function pretrainJobOf(host: RunServiceHost, id: RunId): Promise<PretrainJob> {
  const { store } = host;
  const run = store.runs.get(id);
  const dataset = await host.datasetFilesOf(run.dataset);
  const resumeFrom = await newestWhole(store, run.checkpoints);
  noteSplits(store, run, dataset, resumeFrom !== null);
  return {
    kind: 'pretrain',
    id,
    config: run.config,
    dataset,
    directory: store.runs.directory(id),
    resumeFrom,
    ...startOf(store, run),
    nextSeq: store.points.nextSeq(id),
    spent: run.cost,
  };
}

/** The checkpoint that a fine-tuning starts from. @throws AppError notFound if it was deleted */
function startOf(store: Store, { config, name }: StoredRun): Pick<PretrainJob, 'startFrom'> {
  const from = config.finetune?.from ?? null;
  if (from === null) return {};
  try {
    return { startFrom: store.artefacts.find(from.checkpoint) };
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== 'notFound') throw cause;
    throw new AppError({
      code: 'notFound',
      message: `The checkpoint of run ${from.run}, which ${name} fine-tunes, is no longer in the workspace.`,
      hint: 'Pretrain again, or fine-tune another run.',
    });
  }
}

/** Keeps which splits a run learns from. @throws AppError conflict if it goes on, and other people are in them now */
function noteSplits(store: Store, run: StoredRun, dataset: DatasetFiles, goesOn: boolean): void {
  const { pretrain, probeTrain, validation, audit } = dataset.splits;
  const splits: Record<SplitRole, Digest> = {
    pretrain: pretrain.digest,
    probeTrain: probeTrain.digest,
    validation: validation.digest,
    audit: audit.digest,
  };
  if (!goesOn) {
    store.runs.change(run.id, { provenance: { ...run.provenance, splits } });
    return;
  }
  refuseOtherPeople(run.provenance.splits ?? store.datasets.manifest(run.dataset).splits, splits);
}

/**
 * The newest checkpoint whose bytes are what they were; null if there are none.
 * @throws AppError invalidData if there are some but all are damaged: starting over in silence would hide that
 */
async function newestWhole(
  store: Store,
  checkpoints: readonly CheckpointRow[],
): Promise<ArtefactFile | null> {
  for (const { digest } of checkpoints.toReversed()) {
    if (await store.artefacts.verify(digest).catch(() => false)) return store.artefacts.find(digest);
  }
  if (checkpoints.length === 0) return null;
  throw new AppError({
    code: 'invalidData',
    message: 'Every checkpoint of this run is missing or damaged.',
    hint: 'Clone the run to train it anew.',
  });
}
