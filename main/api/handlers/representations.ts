import type { Handlers } from '../../../preload/contract/calls.ts';
import { exportRepresentations } from '../../audits/representation/formats.ts';
import { forOutside } from '../../audits/representation/outside.ts';
import type { ApiContext } from '../context.ts';
import { auditEmbeddings } from '../representations/embeddings.ts';
import { representRuns } from '../representations/runs.ts';

type Names = Extract<keyof Handlers, `representations.${string}`>;

/** Audits of representations. */
export function representationHandlers(context: ApiContext): Pick<Handlers, Names> {
  const { store, announce, host } = context;
  return {
    'representations.list': ({ archived }) => store.representations.list(archived),
    'representations.get': ({ id }) => store.representations.get(id),
    'representations.create': (args) => representRuns(context, args),
    'representations.embeddings': (args) => auditEmbeddings(context, args),
    'representations.archive': ({ id, archived }) => {
      announce('representation.changed', store.representations.archive(id, archived));
    },
    'representations.export': ({ id, format, smallCells }) =>
      exportRepresentations(forOutside(store.representations.get(id), smallCells), format, host.appVersion),
  };
}
