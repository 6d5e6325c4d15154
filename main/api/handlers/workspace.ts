import { basename } from '../pathName.ts';
import type { EngineReport } from '../../../preload/contract/vocabulary.ts';
import type { Handlers } from '../../../preload/contract/calls.ts';
import type { ApiContext } from '../context.ts';
import { openSettings, writeSettings } from '../ownSettings.ts';

type Names =
  | 'workspace.info'
  | 'catalog.get'
  | 'engines.report'
  | 'files.list'
  | 'files.choose'
  | 'settings.get'
  | 'settings.set';

/** The workspace itself, the machine, and settings. */
export function workspaceHandlers({ store, runs, catalog, host }: ApiContext): Pick<Handlers, Names> {
  // A failed look is not remembered.
  let known: readonly EngineReport[] | null = null;
  return {
    'workspace.info': async () => ({
      path: store.path,
      name: basename(store.path),
      readOnly: store.readOnly,
      readOnlyReason: store.readOnlyReason,
      ...(await store.usage()),
      appVersion: host.appVersion,
      schemaVersion: store.schemaVersion,
      host: host.kind,
      cores: host.cores,
    }),
    'catalog.get': () => catalog,
    'engines.report': async ({ fresh }) => {
      if (fresh || known === null) known = await runs.doctor();
      return known;
    },
    'files.list': ({ path }) => host.listFolder(path),
    'files.choose': ({ kind }) => host.choosePath(kind),
    'settings.get': () => openSettings(store),
    'settings.set': ({ values }) => {
      writeSettings(store, values);
      return openSettings(store);
    },
  };
}
