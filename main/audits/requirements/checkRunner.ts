import type { DatasetCheck } from '../../../preload/contract/vocabulary.ts';
import { broke, onThread, type AuditWatch } from '../thread.ts';
import type { CheckJob } from './checkJob.ts';

/**
 * Makes one check on a worker thread.
 * @throws AppError as `readCheckTable` does; cancelled if the signal aborts
 */
export async function runCheck(job: CheckJob, watch: AuditWatch = {}): Promise<DatasetCheck> {
  const answer = await onThread(job, watch, 'check');
  if (answer.type === 'checked') return answer.check;
  throw broke('check', new Error(`its thread answered ${answer.type}`));
}
