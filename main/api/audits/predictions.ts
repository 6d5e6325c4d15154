import type { CallArgs } from '../../../preload/contract/calls.ts';
import type { JobId } from '../../../preload/contract/vocabulary.ts';
import { runAudit } from '../../audits/auditRunner.ts';
import { isoNow, type ApiContext } from '../context.ts';
import { basename } from '../pathName.ts';
import { declare, withUsualMetrics } from './declaration.ts';

/** Assesses a table of predictions made anywhere. */
export function auditPredictions(context: ApiContext, args: CallArgs<'audits.predictions'>): JobId {
  const { store, jobs, announce, host } = context;
  const created = isoNow(host);
  const { options, declared } = declare(withUsualMetrics(args.options), [], created);
  const name = args.name ?? basename(args.path);
  const facts = {
    id: host.newId('audit'),
    name,
    created,
    dataset: null,
    datasetName: basename(args.path),
    primaryDeclared: declared,
    looks: 1,
    hashes: {},
    costs: [],
    notes: [],
  };
  const { path, truth, prediction, score, subject } = args;
  const { features, positive } = options;
  const columns = { truth, prediction, score, subject, positive, features };
  return jobs.start('audit', `Audit ${name}`, async ({ signal, progress }) => {
    const audit = await runAudit(
      { kind: 'predictions', path, columns, facts, options },
      { onProgress: progress, signal, workerUrl: host.workers.audits },
    );
    announce('audit.changed', store.audits.create(audit));
    return audit.id;
  });
}
