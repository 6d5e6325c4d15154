import type { CallArgs } from '../../../preload/contract/calls.ts';
import { AppError } from '../../../preload/contract/errors.ts';
import type { AuditId, AuditOptions, DatasetRow, JobId } from '../../../preload/contract/vocabulary.ts';
import { runAudit } from '../../audits/auditRunner.ts';
import { modelOfRun, tableOfSplit } from '../../audits/datasetTable.ts';
import type { ModelPredictions } from '../../audits/table.ts';
import { canonicalJson, digestOf } from '../../core/canonical.ts';
import { parsePredictions } from '../../core/predictions.ts';
import { auditTableOf, type AuditTable as SplitTable } from '../../data/stored.ts';
import type { StoredRun } from '../../store/index.ts';
import { refreshExclusions } from '../consent/exclusions.ts';
import { isoNow, type ApiContext } from '../context.ts';
import type { JobControl, JobOptions } from '../jobs.ts';
import { withChosenOn } from './chosenOn.ts';
import { declare, withUsualMetrics, type Declaration } from './declaration.ts';

/** What an audit of runs is about, settled before anything is looked at. */
interface Plan {
  readonly id: AuditId;
  readonly name: string;
  readonly created: string;
  readonly dataset: DatasetRow;
  readonly target: string;
  readonly runs: readonly StoredRun[];
  readonly split: 'probeTrain' | 'validation' | 'audit';
  readonly declaration: Declaration;
}

/** Share of the work that predicting is, for the progress. */
const PREDICTING = 0.6;

/**
 * Assesses runs on one split: the primary metric is declared first, then each run predicts, then a worker counts.
 * @throws AppError notFound, usage if the runs do not go together
 */
export function auditRuns(
  context: ApiContext,
  args: CallArgs<'audits.create'>,
  jobOptions: JobOptions = {},
): JobId {
  const plan = planOf(context, args);
  const work = (job: JobControl): Promise<AuditId> => carryOut(context, plan, job);
  return context.jobs.start('audit', `Audit ${plan.name}`, work, jobOptions);
}

/** The same within a job that is under way. @throws AppError notFound, usage if the runs do not go together */
export function auditRunsIn(
  context: ApiContext,
  args: CallArgs<'audits.create'>,
  job: JobControl,
): Promise<AuditId> {
  return carryOut(context, planOf(context, args), job);
}

async function carryOut(context: ApiContext, plan: Plan, job: JobControl): Promise<AuditId> {
  await refreshExclusions(
    { store: context.store, storedDataset: context.storedDataset, now: context.host.now },
    plan.dataset.id,
  );
  const stored = context.storedDataset(plan.dataset.id);
  const split = await auditTableOf(stored, plan.split);
  const models = await predictAll(context, plan, split, job);
  const table = tableOfSplit(split, plan.target);
  const facts = {
    id: plan.id,
    name: plan.name,
    created: plan.created,
    dataset: plan.dataset.id,
    datasetName: plan.dataset.name,
    primaryDeclared: plan.declaration.declared,
    looks: context.store.datasets.get(plan.dataset.id).auditLooks.length,
    hashes: {
      dataset: plan.dataset.digest,
      split: stored.manifest.splits[plan.split],
      ...Object.fromEntries(models.map(({ run, digest }) => [`predictions:${run.id}`, digest])),
      ...Object.fromEntries(plan.runs.map((run) => [`config:${run.id}`, run.configHash])),
      ...Object.fromEntries(
        plan.runs.flatMap((run) => {
          const last = run.checkpoints.at(-1);
          return last ? [[`checkpoint:${run.id}`, last.digest]] : [];
        }),
      ),
      code: context.host.codeDigest(),
    },
    costs: plan.runs.map((run) => ({ run: run.id, cost: run.cost })),
    notes: [...purposeNotes(plan.runs), ...transductiveNotes(plan.dataset)],
  };
  const input = {
    facts,
    options: plan.declaration.options,
    table,
    models: models.map(({ model }) => model),
  };
  const audit = await runAudit(
    { kind: 'assess', input },
    {
      onProgress: (share, detail) => job.progress(PREDICTING + (1 - PREDICTING) * share, detail),
      signal: job.signal,
      workerUrl: context.host.workers.audits,
    },
  );
  context.announce('audit.changed', context.store.audits.create(audit));
  return audit.id;
}

/** Whether encoders saw what they are judged by, said in every report. */
function transductiveNotes({ transductive }: DatasetRow): readonly string[] {
  return transductive === true
    ? ['Pretraining was transductive, as declared: encoders saw the audited examples without their labels.']
    : [];
}

/** Purposes that consent does not cover, said in every report. */
function purposeNotes(runs: readonly StoredRun[]): readonly string[] {
  return runs.flatMap(({ name, provenance: { purpose } }) =>
    purpose == null || purpose.override === null
      ? []
      : [
          `${name} was trained although consent does not cover it. ${purpose.refusal ?? ''} Reason given: ${purpose.override}`,
        ],
  );
}

function planOf(context: ApiContext, args: CallArgs<'audits.create'>): Plan {
  const { store, host } = context;
  const ids = [...new Set(args.runs)];
  const runs = ids.map((id) => store.runs.get(id));
  const dataset = store.datasets.row(
    args.dataset ??
      only(
        runs.map((run) => run.dataset),
        'were trained on different data sets',
        'Choose the data set to assess them on.',
      ),
  );
  const target = only(
    runs.map((run) => run.config.target),
    'predict different targets',
    'Audit them one by one.',
  );
  const { split } = args.options;
  if (split === 'pretrain')
    throw new AppError({
      code: 'usage',
      message: 'The pretrain split holds what the encoders were trained on; it is not audited.',
      hint: 'Choose audit, validation or probeTrain.',
    });
  refuseUnknownFeatures(dataset, args.options.features);
  const created = isoNow(host);
  const id = host.newId('audit');
  const name =
    args.name ??
    `${runs
      .map((run) => run.name)
      .slice(0, 3)
      .join(', ')}${runs.length > 3 ? ' …' : ''}`;
  return {
    id,
    name,
    created,
    dataset,
    target,
    runs,
    split,
    declaration: declare(
      withChosenOn(context, withUsualMetrics(args.options), { dataset: dataset.id, runs: ids }),
      runs,
      created,
    ),
  };
}

/** The one value of a list. @throws AppError usage if there are several */
function only(values: readonly string[], fault: string, hint: string): string {
  const [value, ...others] = new Set(values);
  if (value !== undefined && others.length === 0) return value;
  throw new AppError({ code: 'usage', message: `These runs ${fault}.`, hint });
}

function refuseUnknownFeatures(dataset: DatasetRow, features: AuditOptions['features']): void {
  const known = dataset.sensitive.map((feature) => feature.name);
  const unknown = features.find((feature) => !known.includes(feature));
  if (unknown === undefined) return;
  throw new AppError({
    code: 'usage',
    message: `Data set ${dataset.name} has no sensitive feature ${JSON.stringify(unknown)}.`,
    hint: `It has ${known.join(', ') || 'none'}.`,
  });
}

interface Predicted {
  readonly run: StoredRun;
  readonly digest: string;
  readonly model: ModelPredictions;
}

async function predictAll(
  context: ApiContext,
  plan: Plan,
  split: SplitTable,
  job: JobControl,
): Promise<readonly Predicted[]> {
  const predicted: Predicted[] = [];
  for (const run of plan.runs) {
    job.progress((PREDICTING * predicted.length) / plan.runs.length, `${run.name} predicts`);
    predicted.push(await predictOne(context, plan, split, run, job.signal));
  }
  return predicted;
}

async function predictOne(
  context: ApiContext,
  plan: Plan,
  split: SplitTable,
  run: StoredRun,
  signal: AbortSignal,
): Promise<Predicted> {
  const look = plan.split === 'audit' ? { audit: plan.id, purpose: `audit ${plan.name}` } : null;
  const request = { run: run.id, dataset: plan.dataset.id, split: plan.split, representations: false, look };
  const { predictions } = await context.runs.predict(request, signal);
  const bytes = await context.storedDataset(plan.dataset.id).readBytes(predictions, 0, null);
  const { name, method, seed } = run;
  const arm = armOf(plan.runs, run);
  const model = modelOfRun({ run: run.id, name, method, seed, arm }, parsePredictions(bytes), split);
  return { run, digest: predictions.digest, model };
}

/** Runs whose configs differ in nothing but the seed are of one arm: the method, with a digest where several arms have the same one. */
function armOf(runs: readonly StoredRun[], run: StoredRun): string {
  const keyOf = ({ config }: StoredRun): string => digestOf(canonicalJson({ ...config, seed: null }));
  const key = keyOf(run);
  const several = runs.some((other) => other.method === run.method && keyOf(other) !== key);
  return several ? `${run.method} ${key.slice(0, 6)}` : run.method;
}
