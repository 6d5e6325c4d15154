import type { CallArgs } from '../../../preload/contract/calls.ts';
import type { AuditOptions, PrimaryMetric, RunRow } from '../../../preload/contract/vocabulary.ts';
import { canonicalJson } from '../../core/canonical.ts';
import { DEFAULT_METRICS, NUMBER_METRICS } from '../../fairness/metricCatalog.ts';

/** An audit's options with the primary metric that holds, and since when. */
export interface Declaration {
  readonly options: AuditOptions;
  /** ISO 8601; null without a primary metric. */
  readonly declared: string | null;
}

interface DeclaringRun extends Pick<RunRow, 'created'> {
  readonly config: { readonly audit: { readonly primary: PrimaryMetric | null } };
}

/**
 * The primary metric is declared before anything is looked at: with the runs, if all their configs declare the same one
 * (then since the last of them was made), otherwise with the audit itself.
 */
export function declare(options: AuditOptions, runs: readonly DeclaringRun[], now: string): Declaration {
  const [first, ...others] = runs.map(({ config }) => config.audit.primary);
  const shared =
    first && others.every((primary) => canonicalJson(primary) === canonicalJson(first)) ? first : null;
  const primary = options.primary ?? shared;
  if (primary === null) return { options, declared: null };
  const withRuns = shared !== null && canonicalJson(primary) === canonicalJson(shared);
  const lastMade = runs
    .map(({ created }) => created)
    .sort()
    .at(-1);
  return { options: { ...options, primary }, declared: withRuns ? (lastMade ?? now) : now };
}

/** The options with the usual metrics where none are named. */
export function withUsualMetrics(
  options: CallArgs<'audits.create'>['options'],
  numeric = false,
): AuditOptions {
  const usual = numeric ? NUMBER_METRICS : DEFAULT_METRICS;
  return options.metrics.length > 0 ? options : { ...options, metrics: [...usual] };
}
