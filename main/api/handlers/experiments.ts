import type { Handlers } from '../../../preload/contract/calls.ts';
import type { ApiContext } from '../context.ts';

type Names = Extract<keyof Handlers, `experiments.${string}`>;

/** Experiments: what runs are gathered under. */
export function experimentHandlers({ store }: ApiContext): Pick<Handlers, Names> {
  return {
    'experiments.list': () => store.experiments.list(),
    'experiments.create': (row) => store.experiments.create(row),
    'experiments.update': ({ id, ...change }) => store.experiments.update(id, change),
  };
}
