import type { Handlers } from '../../../preload/contract/calls.ts';
import { previewInWorker } from '../../data/importer.ts';
import { samplesOf } from '../../data/stored.ts';
import type { ApiContext } from '../context.ts';
import { importDataset } from '../importDataset.ts';

type Names = Extract<keyof Handlers, `datasets.${string}`>;

/** A first look that takes longer has lost its purpose. */
const PREVIEW_MS = 60_000;

/** Data sets: import, look, describe. */
export function datasetHandlers(context: ApiContext): Pick<Handlers, Names> {
  const { store, announce, host } = context;
  return {
    'datasets.list': ({ archived }) => store.datasets.list(archived),
    'datasets.get': ({ id }) => store.datasets.get(id),
    'datasets.preview': ({ path, reader, options }) =>
      previewInWorker({
        path,
        reader,
        options,
        signal: AbortSignal.timeout(PREVIEW_MS),
        workerUrl: host.workers.data,
      }),
    'datasets.import': (args) => importDataset(context, args),
    'datasets.samples': ({ id, ...query }) => samplesOf(context.storedDataset(id), query),
    'datasets.setCard': ({ id, card }) => {
      const detail = store.datasets.setCard(id, card);
      announce('dataset.changed', store.datasets.row(detail.id));
      return detail;
    },
    'datasets.rename': ({ id, name }) => {
      const row = store.datasets.rename(id, name);
      announce('dataset.changed', row);
      return row;
    },
    'datasets.archive': ({ id, archived }) => {
      store.datasets.archive(id, archived);
      announce('dataset.changed', store.datasets.row(id));
    },
  };
}
