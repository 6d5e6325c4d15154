import { AppError } from '../../preload/contract/errors.ts';
import type { CheckpointRow, RunId } from '../../preload/contract/vocabulary.ts';
import type { ArtefactFile } from '../core/datasetFiles.ts';
import type { Store } from '../store/index.ts';
import type { RunServiceHost } from './host.ts';
import type { PretrainJob } from './protocol.ts';

/** The job of a run: from its newest checkpoint if it has one, else from the start; points are counted on. */
export async function pretrainJobOf(host: RunServiceHost, id: RunId): Promise<PretrainJob> {
  const { store } = host;
  const run = store.runs.get(id);
  return {
    kind: 'pretrain',
    id,
    config: run.config,
    dataset: await host.datasetFilesOf(run.dataset),
    directory: store.runs.directory(id),
    resumeFrom: await newestWhole(store, run.checkpoints),
    nextSeq: store.points.nextSeq(id),
    spent: run.cost,
  };
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
