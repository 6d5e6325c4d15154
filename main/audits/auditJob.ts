import type { Audit } from '../../preload/contract/vocabulary.ts';
import { assess } from './audit.ts';
import { readPredictionsTable } from './predictionsTable.ts';
import type { AuditProgress } from './table.ts';
import type { AuditJob } from './workerMessages.ts';

/** Does one audit job in this thread. @throws AppError as `assess` and `readPredictionsTable` do */
export async function doAudit(job: AuditJob, onProgress: AuditProgress): Promise<Audit> {
  if (job.kind === 'assess') return assess(job.input, onProgress);
  onProgress(0, 'reading predictions');
  const { table, model, digest } = await readPredictionsTable(job.path, job.columns);
  const facts = { ...job.facts, hashes: { ...job.facts.hashes, predictions: digest } };
  const options = { ...job.options, positive: job.columns.positive };
  return assess({ facts, options, table, models: [model] }, onProgress);
}
