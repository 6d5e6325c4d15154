import type { Audit } from '../../preload/contract/vocabulary.ts';
import { broke, onThread, type AuditWatch } from './thread.ts';
import type { AuditJob } from './workerMessages.ts';

/**
 * Computes one audit on a worker thread.
 * @throws AppError as `assess` and `readPredictionsTable` do; cancelled if the signal aborts
 */
export async function runAudit(job: AuditJob, watch: AuditWatch = {}): Promise<Audit> {
  const answer = await onThread(job, watch, 'audit');
  if (answer.type === 'assessed') return answer.audit;
  throw broke('audit', new Error(`its thread answered ${answer.type}`));
}
