import type { CallArgs } from '../../../preload/contract/calls.ts';
import type { JobId } from '../../../preload/contract/vocabulary.ts';
import { runAudit } from '../../audits/auditRunner.ts';
import { isoNow, type ApiContext } from '../context.ts';
import { basename } from '../pathName.ts';
import { earlierLooks } from './chosenOn.ts';
import { declare, withUsualMetrics } from './declaration.ts';

/** Assesses a table of predictions made anywhere. */
export function auditPredictions(context: ApiContext, args: CallArgs<'audits.predictions'>): JobId {
  const { store, jobs, announce, host } = context;
  const created = isoNow(host);
  const { options, declared } = declare(withUsualMetrics(args.options, args.numeric), [], created);
  const name = args.name ?? basename(args.path);
  const facts = {
    id: host.newId('audit'),
    name,
    created,
    dataset: null,
    datasetName: basename(args.path),
    primaryDeclared: declared,
    looks: 1,
    hashes: { code: host.codeDigest() },
    costs: [],
    notes: [],
  };
  const { path, truth, prediction, score, subject, weight, numeric } = args;
  const { positive, control, groupThresholds } = options;
  // Columns that rows are divided by without being audited are read too.
  const features = [
    ...new Set([
      ...options.features,
      ...(control == null ? [] : [control]),
      ...(groupThresholds == null ? [] : [groupThresholds.feature]),
    ]),
  ];
  const columns = { truth, prediction, score, subject, weight, numeric, positive, features };
  const earlier = earlierLooks(context);
  return jobs.start('audit', `Audit ${name}`, async ({ signal, progress }) => {
    const audit = await runAudit(
      { kind: 'predictions', path, columns, facts, options, earlier },
      { onProgress: progress, signal, workerUrl: host.workers.audits },
    );
    announce('audit.changed', store.audits.create(audit));
    return audit.id;
  });
}
