import type { CallArgs } from '../../preload/contract/calls.ts';
import type { DatasetId, JobId } from '../../preload/contract/vocabulary.ts';
import { importInWorker } from '../data/importer.ts';
import type { ApiContext } from './context.ts';
import type { JobOptions } from './jobs.ts';
import { basename } from './pathName.ts';

/** Starts an import; the job's result is the data set's id. */
export function importDataset(
  { store, jobs, announce, host }: ApiContext,
  { path, reader, options }: CallArgs<'datasets.import'>,
  jobOptions: JobOptions = {},
): JobId {
  const title = `Import ${options.name ?? basename(path)}`;
  return jobs.start(
    'import',
    title,
    async ({ signal, progress }) => {
      const imported = await importInWorker({
        path,
        reader,
        options,
        workspace: store.path,
        signal,
        workerUrl: host.workers.data,
        onProgress: ({ done, total, detail }) =>
          progress(total === null || total === 0 ? null : done / total, detail),
      });
      const row = store.datasets.create(imported);
      carryConsentOver(store, row.id, imported.source);
      announce('dataset.changed', row);
      return row.id;
    },
    jobOptions,
  );
}

/** People who withdrew stay out when their data is imported again with other options. */
function carryConsentOver(store: ApiContext['store'], id: DatasetId, source: string): void {
  const others = store.datasets.list(true).filter((row) => row.id !== id);
  for (const { id: other } of others)
    if (store.datasets.get(other).source === source) store.consent.carryOver(other, id);
}
