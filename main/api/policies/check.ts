import { AppError } from '../../../preload/contract/errors.ts';
import type { JobId, PolicyResult, PolicyRow } from '../../../preload/contract/vocabulary.ts';
import { optionsOfPolicy } from '../../audits/policies/declare.ts';
import { policyRow } from '../../audits/policies/due.ts';
import { findingsOf, worstState } from '../../audits/policies/evaluate.ts';
import { digestOfValue } from '../../core/canonical.ts';
import { checkpointOf } from '../../runs/index.ts';
import type { StoredPolicy, StoredRun } from '../../store/index.ts';
import { auditRunsIn } from '../audits/runs.ts';
import { isoNow, type ApiContext } from '../context.ts';

/** Where a policy stands now. */
export function rowOfPolicy(
  { store, host }: Pick<ApiContext, 'store' | 'host'>,
  policy: StoredPolicy,
): PolicyRow {
  return policyRow(policy, store.policies.results(policy.id), scopeName(store, policy), host.now());
}

function scopeName(store: ApiContext['store'], { scope }: StoredPolicy): string {
  return 'dataset' in scope
    ? store.datasets.row(scope.dataset).name
    : store.experiments.get(scope.experiment).name;
}

/** Policies past their due date, the longest overdue first. */
export function duePolicies(context: Pick<ApiContext, 'store' | 'host'>): readonly PolicyRow[] {
  return context.store.policies
    .list()
    .map((policy) => rowOfPolicy(context, policy))
    .filter(({ overdue }) => overdue)
    .sort((a, b) => a.due.localeCompare(b.due));
}

/**
 * Audits runs by a policy and keeps what is found.
 * @throws AppError notFound; conflict: an archived policy, a run without a trained checkpoint; usage: no runs, or runs of something else
 */
export function checkPolicyOn(context: ApiContext, idOrName: string, ids: readonly string[]): JobId {
  const { store, host, jobs, announce } = context;
  const policy = store.policies.get(idOrName);
  if (policy.archived)
    throw new AppError({ code: 'conflict', message: `The audit policy ${policy.name} is archived.`, hint: 'Take it out of the archive first.' }); // prettier-ignore
  const runs = runsOf(store, policy, ids);
  const checkpoints = runs.map((run) => checkpointOf(run).digest);
  return jobs.start('audit', `Check ${policy.name}`, async (job) => {
    const options = optionsOfPolicy(policy);
    const dataset = 'dataset' in policy.scope ? policy.scope.dataset : null;
    const audit = store.audits.get(
      await auditRunsIn(context, { runs: runs.map(({ id }) => id), dataset, name: `${policy.name}, ${isoNow(host).slice(0, 10)}`, options: mutable(options) }, job), // prettier-ignore
    );
    const findings = findingsOf(audit, policy.limits);
    const { dataset: data, split } = audit.hashes;
    const result: PolicyResult = store.policies.addResult({
      ...{
        id: host.newId('check'),
        policy: policy.id,
        created: isoNow(host),
        audit: audit.id,
        runs: audit.runs,
      },
      ...{ state: worstState(findings.map(({ state }) => state)), findings },
      subject: digestOfValue({ checkpoints: [...checkpoints].sort(), data, split, limits: policy.limits }),
    });
    announce('policy.changed', rowOfPolicy(context, policy));
    return result.id;
  });
}

/** The contract's argument has lists of its own. */
function mutable(options: ReturnType<typeof optionsOfPolicy>) {
  return { ...options, features: [...options.features], metrics: [...options.metrics], references: { ...options.references } }; // prettier-ignore
}

function runsOf(
  store: ApiContext['store'],
  { name, scope }: StoredPolicy,
  ids: readonly string[],
): readonly StoredRun[] {
  // prettier-ignore
  if (ids.length > 0) {
    const runs = [...new Set(ids)].map((id) => store.runs.get(id));
    const stray = 'experiment' in scope ? runs.find((run) => run.experiment !== scope.experiment) : undefined;
    if (stray === undefined) return runs;
    throw usage(`${stray.name} is not a run of the experiment that ${name} is about.`, 'Choose runs of that experiment.'); // prettier-ignore
  }
  if ('dataset' in scope)
    throw usage(`${name} is about a data set: no run was named.`, 'Name the runs to check.');
  const rows = store.runs.list({ experiment: scope.experiment, statuses: ['finished', 'stopped'] });
  if (rows.length > 0) return rows.map(({ id }) => store.runs.get(id));
  throw usage(
    `The experiment that ${name} is about has no finished run.`,
    'Let a run finish, then check again.',
  );
}

function usage(message: string, hint: string): AppError {
  return new AppError({ code: 'usage', message, hint });
}
