import type { Audit, AuditDifference, AuditedModel, AuditGroup, Estimated, GroupKey } from '../../preload/contract/vocabulary.ts';
import { groupId } from '../lib/groups.ts';
import { extent, rounded, symmetric, type Domain } from '../lib/scale.ts';

/** One group across all models of an audit, for one metric. */
export interface AuditTableRow {
  readonly id: string;
  readonly group: GroupKey;
  readonly n: number;
  readonly subjects: number;
  /** One per model. */
  readonly values: readonly (Estimated | null)[];
  /** One per model after the first: model minus baseline. */
  readonly differences: readonly (AuditDifference | null)[];
}

/** A metric of an audit by group, on axes that all rows share. */
export interface AuditTable {
  readonly rows: readonly AuditTableRow[];
  readonly domain: Domain;
  readonly differenceDomain: Domain;
}

const RATE: Domain = [0, 1];

/** How many features the deepest group of an audit has. */
export function depthOf(audit: Audit): number {
  return Math.max(1, ...audit.models.flatMap((model) => model.groups.map((group) => Object.keys(group.group).length)));
}

/** Groups of `depth` features (and everyone first) for one metric. */
export function auditTable(audit: Audit, metric: string, depth: number): AuditTable {
  const keys = new Map<string, GroupKey>();
  for (const model of audit.models) {
    for (const { group } of model.groups) if (Object.keys(group).length === depth) keys.set(groupId(group), group);
  }
  const rows = [rowOf(audit, metric, null), ...[...keys.values()].map((group) => rowOf(audit, metric, group))];
  const ends = rows.flatMap((row) => row.values.flatMap((value) => (value ? [value.value, value.low, value.high] : [])));
  const differenceEnds = rows.flatMap((row) => row.differences.flatMap((value) => (value ? [value.value, value.low, value.high] : [])));
  return { rows, domain: rounded(extent(ends), RATE), differenceDomain: symmetric(extent(differenceEnds)) };
}

function rowOf(audit: Audit, metric: string, group: GroupKey | null): AuditTableRow {
  const groups = audit.models.map((model) => findGroup(model, group));
  const known = groups.find((found) => found !== null) ?? null;
  return {
    id: group === null ? '' : groupId(group),
    group: group ?? {},
    n: known?.n ?? 0,
    subjects: known?.subjects ?? 0,
    values: groups.map((found) => found?.metrics[metric] ?? null),
    differences: audit.models.slice(1).map((model) => findDifference(audit, model, metric, group)),
  };
}

/** The model's numbers for a group; null group: everyone. */
export function findGroup(model: AuditedModel, group: GroupKey | null): AuditGroup | null {
  if (group === null) return model.overall;
  const id = groupId(group);
  return model.groups.find((candidate) => groupId(candidate.group) === id) ?? null;
}

function findDifference(audit: Audit, model: AuditedModel, metric: string, group: GroupKey | null): AuditDifference | null {
  const id = group === null ? '' : groupId(group);
  const baseline = audit.models[0]?.run ?? null;
  return (
    audit.differences.find((difference) => difference.run === model.run && difference.baseline === baseline && difference.metric === metric && difference.disparity === null && groupId(difference.group ?? {}) === id) ?? null
  );
}

/** The declared primary metric, each model against the first; of all differences in a disparity the primary's comes first. */
export function primaryDifferences(audit: Audit): readonly AuditDifference[] {
  const { primary } = audit;
  const baseline = audit.models[0]?.run ?? null;
  if (primary === null) return [];
  const concerns = (difference: AuditDifference): boolean =>
    difference.disparity !== null &&
    difference.baseline === baseline &&
    difference.features.join() === primary.feature &&
    (primary.group === null || difference.group?.[primary.feature] === primary.group);
  return audit.models.slice(1).flatMap((model) => audit.differences.find((difference) => difference.run === model.run && concerns(difference)) ?? []);
}

/** True if the interval of a difference excludes 0. */
export function excludesZero(value: Estimated | null): boolean {
  return value?.low != null && value.high != null && (value.low > 0 || value.high < 0);
}

/** The lowest value of a metric over single-feature groups that are not unknown; for metrics where lower is worse. */
export function worstGroup(model: AuditedModel, metric: string): number | null {
  const values = model.groups
    .filter((group) => Object.keys(group.group).length === 1 && !Object.values(group.group).includes('unknown'))
    .flatMap((group) => group.metrics[metric]?.value ?? []);
  return values.length > 0 ? Math.min(...values) : null;
}
