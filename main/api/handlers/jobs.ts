import type { Handlers } from '../../../preload/contract/calls.ts';
import type { ApiContext } from '../context.ts';

type Names = Extract<keyof Handlers, `jobs.${string}`>;

/** Long work other than training. */
export function jobHandlers({ jobs }: ApiContext): Pick<Handlers, Names> {
  return {
    'jobs.list': () => jobs.list(),
    'jobs.get': ({ id }) => jobs.get(id),
    'jobs.cancel': ({ id }) => jobs.cancel(id),
  };
}
