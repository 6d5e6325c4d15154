import type { ExperimentId, RunConfig, RunId, RunPurpose } from '../../preload/contract/vocabulary.ts';
import { configHash } from '../core/runConfig.ts';
import type { ApiContext } from './context.ts';

/** A run that a sweep wants. */
export interface WantedRun {
  readonly config: RunConfig;
  readonly name: string;
}

/**
 * The runs of a sweep within an experiment. One that is there with the same config is taken as it is, or gone on with where it ended
 * unfinished: asked again, a sweep completes itself.
 * @returns ids in the order of what is wanted
 */
export async function ensureRuns(
  { store, runs }: ApiContext,
  wanted: readonly WantedRun[],
  experiment: ExperimentId,
  purpose: RunPurpose,
): Promise<readonly RunId[]> {
  const present = new Map(
    store.runs.list({ archived: false, experiment }).map((row) => [row.configHash, row] as const),
  );
  const again: RunId[] = [];
  const ids = wanted.map(({ config, name }) => {
    const row = present.get(configHash(config));
    if (row === undefined) return runs.launch(config, { seeds: [], experiment, name, purpose })[0] as RunId;
    if (['stopped', 'failed', 'crashed'].includes(row.status)) again.push(row.id);
    return row.id;
  });
  if (again.length > 0) await runs.resume(again);
  return ids;
}

/** The experiment of that name, made if there is none. */
export function experimentNamed({ store, announce }: ApiContext, name: string): ExperimentId {
  const present = store.experiments.list().find((row) => row.name === name && !row.archived);
  if (present) return present.id;
  const made = store.experiments.create({ name, notes: '' });
  announce('experiment.changed', made);
  return made.id;
}
