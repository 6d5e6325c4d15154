import type { Handlers } from '../../../preload/contract/calls.ts';
import type { ApiContext } from '../context.ts';
import { rekey } from '../privacy/rekey.ts';

type Names = Extract<keyof Handlers, `privacy.${string}`>;

/** Privacy of data sets: the key of subject ids. */
export function privacyHandlers(context: ApiContext): Pick<Handlers, Names> {
  const { keys, store } = context;
  return {
    'privacy.key': () => keys.state(),
    'privacy.adoptKey': () => keys.adopt(),
    'privacy.rekey': ({ dataset }) => rekey(context, store.datasets.row(dataset).id),
  };
}
