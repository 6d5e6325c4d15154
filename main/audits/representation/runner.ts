import type { RepresentationAudit } from '../../../preload/contract/vocabulary.ts';
import { broke, onThread, type AuditWatch } from '../thread.ts';
import type { RepresentationJob } from './job.ts';

/**
 * Audits representations on worker threads, so that the caller's stays free.
 * @throws AppError as reading the files and `auditRepresentations` do; cancelled if the signal aborts
 */
export async function runRepresentationAudit(
  job: RepresentationJob,
  watch: AuditWatch = {},
): Promise<RepresentationAudit> {
  const answer = await onThread(job, watch, 'audit of representations');
  if (answer.type === 'represented') return answer.audit;
  throw broke('audit of representations', new Error(`its thread answered ${answer.type}`));
}
