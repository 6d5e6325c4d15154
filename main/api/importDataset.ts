import type { CallArgs } from '../../preload/contract/calls.ts';
import type { DatasetRow, JobId } from '../../preload/contract/vocabulary.ts';
import type { ImportedDataset } from '../core/datasetFiles.ts';
import { importInWorker } from '../data/importer.ts';
import { consentOf } from './consent/carried.ts';
import { refreshExclusions } from './consent/exclusions.ts';
import type { ApiContext } from './context.ts';
import type { JobOptions } from './jobs.ts';
import { basename } from './pathName.ts';

/** Starts an import; the job's result is the data set's id. */
export function importDataset(
  context: ApiContext,
  { path, reader, options }: CallArgs<'datasets.import'>,
  jobOptions: JobOptions = {},
): JobId {
  const { store, jobs, host, keys } = context;
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
        key: keys.place(),
        onProgress: ({ done, total, detail }) =>
          progress(total === null || total === 0 ? null : done / total, detail),
      });
      const { key } = imported.manifest.subjects;
      if (key !== undefined) keys.note(key);
      return (await storeWithConsent(context, imported)).id;
    },
    jobOptions,
  );
}

/** Stores a data set, with the consent that is known of its source: whoever withdrew stays out of it. */
export async function storeWithConsent(context: ApiContext, imported: ImportedDataset): Promise<DatasetRow> {
  const { store, announce, host } = context;
  const records = await consentOf(context, imported);
  const row = store.datasets.create(imported);
  const own = new Set(store.consent.list(row.id).map(({ subject }) => subject));
  const carried = records.filter(({ subject }) => !own.has(subject));
  if (carried.length > 0) {
    store.consent.set(row.id, carried);
    await refreshExclusions({ ...context, now: host.now }, row.id);
  }
  announce('dataset.changed', row);
  return row;
}
