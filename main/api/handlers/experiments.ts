import type { Handlers } from '../../../preload/contract/calls.ts';
import type { ExperimentRow } from '../../../preload/contract/vocabulary.ts';
import type { ApiContext } from '../context.ts';

type Names = Extract<keyof Handlers, `experiments.${string}`>;

/** Experiments: what runs are gathered under. */
export function experimentHandlers({ store, announce }: ApiContext): Pick<Handlers, Names> {
  const announced = (row: ExperimentRow): ExperimentRow => {
    announce('experiment.changed', row);
    return row;
  };
  return {
    'experiments.list': () => store.experiments.list(),
    'experiments.create': (row) => announced(store.experiments.create(row)),
    'experiments.update': ({ id, ...change }) => announced(store.experiments.update(id, change)),
  };
}
