import type { CallArgs } from '../../preload/contract/calls.ts';
import type { JobId } from '../../preload/contract/vocabulary.ts';
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
      announce('dataset.changed', row);
      return row.id;
    },
    jobOptions,
  );
}
