import type {
  Audit,
  AuditDifference,
  AuditedModel,
  Disparity,
  GroupKey,
} from '../../../preload/contract/vocabulary.ts';
import { DISPARITIES } from '../../fairness/disparities.ts';
import { METRIC_IDS, metricById } from '../../fairness/metricCatalog.ts';

/** Title of a metric, or its id if this version does not know it. */
export function metricTitle(id: string): string {
  return (METRIC_IDS as readonly string[]).includes(id) ? metricById(id).title : id;
}

/** Whether more of a metric is better; null where neither is, or this version does not know it. */
export function higherIsBetter(id: string): boolean | null {
  return (METRIC_IDS as readonly string[]).includes(id) ? metricById(id).higherIsBetter : null;
}

/** Title of a disparity, or its id if this version does not know it. */
export function disparityTitle(id: string): string {
  return DISPARITIES.find((entry) => entry.id === id)?.title ?? id;
}

/** `red` for one feature, `red, square` for several. */
export function groupTitle(group: GroupKey | null | undefined): string {
  return group == null ? 'everybody' : Object.values(group).join(', ') || 'everybody';
}

/** What was declared before the first look, in words. */
export function primaryWords(audit: Audit): string {
  const { primary } = audit;
  if (primary === null) return 'No primary metric was declared.';
  const metric = metricTitle(primary.metric);
  return primary.group === null || primary.reference === null
    ? `${metric}, largest difference between groups of ${primary.feature}`
    : `${metric}, ${primary.group} minus ${primary.reference} (${primary.feature})`;
}

/** What was audited on: a split of a data set, or a table made elsewhere. */
export function placeWords({ dataset, datasetName, options }: Audit): string {
  return dataset === null ? datasetName : `${datasetName}, ${options.split} split`;
}

/** How often the split was looked at; null for a table made elsewhere, of which nobody knows. */
export function looksWords({ dataset, looks, options }: Audit): string | null {
  if (dataset === null) return null;
  const times = looks === 1 ? '1 time' : `${looks} times`;
  return `The ${options.split} split had been looked at ${times}, this audit included.`;
}

/** True for a difference between runs in the declared primary metric. */
export function isPrimary({ primary }: Audit, one: AuditDifference): boolean {
  if (primary === null || one.disparity === null) return false;
  if (one.metric !== primary.metric || one.features.join() !== primary.feature) return false;
  return primary.group === null ? one.group === null : one.group?.[primary.feature] === primary.group;
}

/** CSS class of the audit's n-th model: the same colour everywhere in a report. */
export function colourOf(index: number): string {
  return `c${(index % 6) + 1}`;
}

/** How a run is known in differences. */
export function runKey(model: AuditedModel): string {
  return model.run ?? model.name;
}

/** Name of a run from its key. */
export function runName(audit: Audit, key: string): string {
  return audit.models.find((model) => runKey(model) === key)?.name ?? key;
}

/** The difference of a metric of one group (null: of everybody) between two runs. */
export function metricDifference(
  audit: Audit,
  run: string,
  metric: string,
  group: GroupKey | null,
): AuditDifference | null {
  const wanted = JSON.stringify(group);
  return (
    audit.differences.find(
      (one) =>
        one.run === run &&
        one.metric === metric &&
        one.disparity === null &&
        JSON.stringify(one.group) === wanted,
    ) ?? null
  );
}

/** True for a disparity that names the most distant groups. */
export function isSpread(disparity: Disparity): boolean {
  return disparity.relativeTo !== 'reference';
}

/** The combinations of features by which groups were formed, in order. */
export function groupingsOf(audit: Audit): readonly (readonly string[])[] {
  const seen = new Map<string, readonly string[]>();
  for (const { group } of audit.models[0]?.groups ?? [])
    seen.set(Object.keys(group).join('\u0000'), Object.keys(group));
  return [...seen.values()];
}

/** True if two lists name the same features, in any order. */
export function sameFeatures(a: readonly string[], b: readonly string[]): boolean {
  return a.toSorted().join('\u0000') === b.toSorted().join('\u0000');
}

/** True if a group belongs to a combination of features. */
export function isOf(group: GroupKey, features: readonly string[]): boolean {
  return Object.keys(group).join('\u0000') === features.join('\u0000');
}
