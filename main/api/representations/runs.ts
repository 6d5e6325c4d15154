import type { CallArgs } from '../../../preload/contract/calls.ts';
import { AppError } from '../../../preload/contract/errors.ts';
import type { DatasetRow, JobId } from '../../../preload/contract/vocabulary.ts';
import type { ModelFiles } from '../../audits/representation/job.ts';
import { runRepresentationAudit } from '../../audits/representation/runner.ts';
import { auditTableOf } from '../../data/stored.ts';
import type { Represented } from '../../runs/index.ts';
import type { StoredRun } from '../../store/index.ts';
import { refreshExclusions } from '../consent/exclusions.ts';
import { isoNow, type ApiContext } from '../context.ts';
import type { JobControl } from '../jobs.ts';

type Args = CallArgs<'representations.create'>;

/** Share of the work that encoding is, for the progress. */
const ENCODING = 0.3;

interface Plan {
  readonly id: string;
  readonly name: string;
  readonly created: string;
  readonly dataset: DatasetRow;
  readonly runs: readonly StoredRun[];
  readonly split: 'probeTrain' | 'validation' | 'audit';
  readonly options: Args['options'];
}

/**
 * Audits the frozen encoders of runs on one split.
 * @throws AppError notFound; usage if the runs do not go together or a feature is not there
 */
export function representRuns(context: ApiContext, args: Args): JobId {
  const plan = planOf(context, args);
  return context.jobs.start('audit', `Audit of representations ${plan.name}`, (job) => carryOut(context, plan, job)); // prettier-ignore
}

function planOf({ store, host }: ApiContext, { runs: ids, dataset, name, options }: Args): Plan {
  const runs = [...new Set(ids)].map((id) => store.runs.get(id));
  const row = store.datasets.row(dataset ?? onlyDataset(runs));
  const { split } = options;
  if (split === 'pretrain')
    throw usage(
      'The pretrain split holds what the encoders were trained on; it is not audited.',
      'Choose audit, validation or probeTrain.',
    );
  const known = row.sensitive.map((feature) => feature.name);
  const unknown = options.features.find((feature) => !known.includes(feature));
  if (unknown !== undefined)
    throw usage(
      `Data set ${row.name} has no sensitive feature ${JSON.stringify(unknown)}.`,
      `It has ${known.join(', ') || 'none'}.`,
    );
  const title = name ?? runs.map((run) => run.name).join(', ');
  return {
    id: host.newId('representation'),
    name: title,
    created: isoNow(host),
    dataset: row,
    runs,
    split,
    options,
  };
}

function onlyDataset(runs: readonly StoredRun[]): string {
  const [dataset, ...others] = new Set(runs.map((run) => run.dataset));
  if (dataset !== undefined && others.length === 0) return dataset;
  throw usage('These runs were trained on different data sets.', 'Choose the data set to audit them on.');
}

async function carryOut(context: ApiContext, plan: Plan, job: JobControl): Promise<string> {
  const { store, storedDataset, host, announce } = context;
  await refreshExclusions({ store, storedDataset, now: host.now }, plan.dataset.id);
  const stored = storedDataset(plan.dataset.id);
  const represented: Represented[] = [];
  try {
    for (const run of plan.runs) {
      job.progress((ENCODING * represented.length) / plan.runs.length, `${run.name} encodes`);
      const look = plan.split === 'audit' ? { audit: plan.id, purpose: `audit of representations ${plan.name}` } : null; // prettier-ignore
      const request = { run: run.id, dataset: plan.dataset.id, split: plan.split, look };
      represented.push(await context.runs.represent(request, job.signal));
    }
    const split = await auditTableOf(stored, plan.split);
    const target = split.targets.find(({ name }) => name === plan.runs[0]?.config.target) ?? null;
    const audit = await runRepresentationAudit(
      {
        kind: 'representation',
        facts: {
          ...{ id: plan.id, name: plan.name, created: plan.created, notes: [] },
          ...{ dataset: plan.dataset.id, datasetName: plan.dataset.name },
          hashes: {
            dataset: plan.dataset.digest,
            split: stored.manifest.splits[plan.split],
            ...Object.fromEntries(plan.runs.map((run) => [`config:${run.id}`, run.configHash])),
            ...Object.fromEntries(plan.runs.map((run, at) => [`checkpoint:${run.id}`, represented[at]?.checkpoint.digest ?? ''])), // prettier-ignore
          },
        },
        options: plan.options,
        models: plan.runs.map((run, at) => modelFiles(run, represented[at])),
        rawInput: represented[0]?.rawInput ?? null,
        rows: { target, sensitive: split.sensitive, subjects: split.subjects, names: split.names },
      },
      {
        onProgress: (share, detail) => job.progress(ENCODING + (1 - ENCODING) * share, detail),
        signal: job.signal,
        workerUrl: host.workers.audits,
      },
    );
    announce('representation.changed', store.representations.create(audit));
    return audit.id;
  } finally {
    await Promise.all(represented.map((files) => files.dispose()));
  }
}

function modelFiles({ id, name, method, seed }: StoredRun, files: Represented | undefined): ModelFiles {
  return { run: id, name, method, seed, layers: files?.layers ?? [] };
}

function usage(message: string, hint: string): AppError {
  return new AppError({ code: 'usage', message, hint });
}
