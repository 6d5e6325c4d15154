import type { AuditOptions, DatasetId, RunId, SplitRole } from '../../../preload/contract/vocabulary.ts';
import { thresholdsOf } from '../../audits/selection.ts';
import type { EarlierLook } from '../../audits/selection.ts';
import type { ApiContext } from '../context.ts';

/** Splits on which runs are watched (validation) or their probes trained (probeTrain): what is kept of a run was chosen there. */
const WATCHED: readonly SplitRole[] = ['probeTrain', 'validation'];

/**
 * Options that say on which split checkpoint and threshold were chosen, where the caller did not: a run's checkpoint on the splits that it is watched on; a
 * threshold on the audited split, if one of the runs was audited there before with another.
 */
export function withChosenOn(
  { store }: Pick<ApiContext, 'store'>,
  options: AuditOptions,
  on: { readonly dataset: DatasetId; readonly runs: readonly RunId[] },
): AuditOptions {
  const { chosenOn = {}, split } = options;
  const checkpoint =
    chosenOn.checkpoint === undefined && WATCHED.includes(split) ? split : chosenOn.checkpoint;
  const first = store.audits
    .list(true)
    .toReversed()
    .filter((row) => row.dataset === on.dataset && row.runs.some((run) => on.runs.includes(run)))
    .map((row) => store.audits.get(row.id).options)
    .find((earlier) => earlier.split === split);
  const moved = first !== undefined && thresholdsOf(first) !== thresholdsOf(options);
  const threshold = chosenOn.threshold === undefined && moved ? split : chosenOn.threshold;
  return checkpoint === undefined && threshold === undefined
    ? options
    : { ...options, chosenOn: { checkpoint, threshold } };
}

/** Tables of predictions that were audited before, the oldest first. */
export function earlierLooks({ store }: Pick<ApiContext, 'store'>): readonly EarlierLook[] {
  return store.audits
    .list(true)
    .toReversed()
    .filter((row) => row.dataset === null)
    .flatMap((row) => {
      const { hashes, options } = store.audits.get(row.id);
      const digest = hashes['predictions'];
      return digest === undefined ? [] : [{ digest, thresholds: thresholdsOf(options) }];
    });
}
