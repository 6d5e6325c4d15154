import type { Audit } from '../../preload/contract/vocabulary.ts';
import { assessWith } from './audit.ts';
import type { DrawElsewhere } from './audit.ts';
import { readPredictionsTable } from './predictionsTable.ts';
import type { AuditProgress } from './table.ts';
import type { AuditJob } from './workerMessages.ts';

/** Does one audit job in this thread, its draws where `drawing` does them. @throws AppError as `assess` and `readPredictionsTable` do */
export async function doAudit(
  job: AuditJob,
  drawing: DrawElsewhere,
  onProgress: AuditProgress,
): Promise<Audit> {
  if (job.kind === 'assess') return assessWith(drawing, job.input, onProgress);
  onProgress(0, 'reading predictions');
  const { table, model, digest } = await readPredictionsTable(job.path, job.columns);
  const facts = { ...job.facts, hashes: { ...job.facts.hashes, predictions: digest } };
  const options = { ...job.options, positive: job.columns.positive };
  return assessWith(drawing, { facts, options, table, models: [model] }, onProgress);
}
