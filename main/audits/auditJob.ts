import type { Audit, AuditOptions, Digest } from '../../preload/contract/vocabulary.ts';
import { assessWith } from './audit.ts';
import type { DrawElsewhere } from './audit.ts';
import { readPredictionsTable } from './predictionsTable.ts';
import type { AuditProgress } from './table.ts';
import { thresholdsOf } from './selection.ts';
import type { EarlierLook } from './selection.ts';
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
  const asked = { ...job.options, positive: job.columns.positive };
  const options = chosenOnRows(asked, digest, job.earlier ?? []);
  return assessWith(drawing, { facts, options, table, models: [model] }, onProgress);
}

/** A threshold that differs from those with which the same file was audited before was chosen after looking at it. */
function chosenOnRows(options: AuditOptions, digest: Digest, earlier: readonly EarlierLook[]): AuditOptions {
  if (options.chosenOn?.threshold !== undefined) return options;
  const seen = earlier.filter((look) => look.digest === digest).map((look) => look.thresholds);
  if (seen.length === 0 || seen[0] === thresholdsOf(options)) return options;
  return { ...options, chosenOn: { ...options.chosenOn, threshold: options.split } };
}
