import type { CallArgs } from '../../preload/contract/calls.ts';
import type { JobId } from '../../preload/contract/vocabulary.ts';
import { checkJobOf } from '../audits/requirements/checkJob.ts';
import { runCheck } from '../audits/requirements/checkRunner.ts';
import { isoNow, type ApiContext } from './context.ts';

/** Starts a check on a thread; the job's result is the data set's id, and the check is the newest of its checks. */
export function checkDataset(
  { store, jobs, host, storedDataset }: ApiContext,
  { id, reference }: CallArgs<'datasets.check'>,
): JobId {
  const dataset = storedDataset(id);
  // With everybody, whether consent holds or not: the check is of the data.
  const whole = { ...dataset, manifest: store.datasets.manifest(dataset.id) };
  const title = `Check ${store.datasets.row(dataset.id).name}`;
  return jobs.start('check', title, async ({ signal, progress }) => {
    const job = checkJobOf(whole, reference, isoNow(host));
    const check = await runCheck(job, { signal, onProgress: progress, workerUrl: host.workers.audits });
    store.datasets.addCheck(dataset.id, check);
    return dataset.id;
  });
}
