import type { RunId } from '../../../preload/contract/vocabulary.ts';
import { refuseOtherPeople } from '../../runs/index.ts';
import { refreshExclusions, type ConsentContext } from './exclusions.ts';

/**
 * Refuses to go on with a run, also one that only pauses, once somebody it began with has withdrawn: what it has learnt would stay in it.
 * A run that has nothing yet to go on from begins anew without them.
 * @throws AppError conflict
 */
export async function refuseAfterWithdrawal(context: ConsentContext, id: RunId): Promise<void> {
  const { store } = context;
  const { status, checkpoints, dataset, provenance } = store.runs.get(id);
  const here = store.datasets.list(true).some((row) => row.id === dataset);
  if (!here || (status !== 'paused' && checkpoints.length === 0)) return;
  await refreshExclusions(context, dataset);
  const { splits } = store.datasets.manifest(dataset);
  refuseOtherPeople(provenance.splits ?? splits, store.consent.splits(dataset)?.splits ?? splits);
}
