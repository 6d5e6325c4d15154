import type {
  Audit,
  AuditDifference,
  AuditedModel,
  AuditGroup,
  Disparity,
  Estimated,
  GroupKey,
} from '../../preload/contract/vocabulary.ts';
import { groupId } from '../lib/groups.ts';
import { extent, rounded, symmetric, type Domain } from '../lib/scale.ts';

/** How a model is named in differences: its run, or its name if it was made elsewhere. */
export function modelId(model: Pick<AuditedModel, 'run' | 'name'>): string {
  return model.run ?? model.name;
}

/** The model that the others are compared with: the declared baseline, else the first. */
export function baselineOf(audit: Audit): AuditedModel | null {
  const declared = audit.options.baseline ?? null;
  return audit.models.find((model) => declared !== null && model.run === declared) ?? audit.models[0] ?? null;
}

/** All models but the baseline, in their order. */
export function comparedModels(audit: Audit): readonly AuditedModel[] {
  const baseline = baselineOf(audit);
  return audit.models.filter((model) => model !== baseline);
}

/** One group across all models of an audit, for one metric. */
export interface AuditTableRow {
  readonly id: string;
  readonly group: GroupKey;
  readonly n: number;
  readonly subjects: number;
  /** One per model. */
  readonly values: readonly (Estimated | null)[];
  /** One per compared model: model minus baseline. */
  readonly differences: readonly (AuditDifference | null)[];
  /** One per model: the group minus its reference group; null for everyone, intersections without one and the reference itself. */
  readonly contrasts: readonly (Disparity | null)[];
  /** Index of the model that is best, where its paired interval excludes the runner-up. */
  readonly best: number | null;
}

/** A metric of an audit by group, on axes that all rows share. */
export interface AuditTable {
  readonly rows: readonly AuditTableRow[];
  readonly domain: Domain;
  readonly differenceDomain: Domain;
  readonly contrastDomain: Domain;
}

const RATE: Domain = [0, 1];

/** How many features the deepest group of an audit has. */
export function depthOf(audit: Audit): number {
  return Math.max(
    1,
    ...audit.models.flatMap((model) => model.groups.map((group) => Object.keys(group.group).length)),
  );
}

/** Groups of `depth` features (0: of any number), everyone first, for one metric. */
export function auditTable(audit: Audit, metric: string, depth: number): AuditTable {
  const keys = new Map<string, GroupKey>();
  for (const model of audit.models) {
    for (const { group } of model.groups)
      if (depth === 0 || Object.keys(group).length === depth) keys.set(groupId(group), group);
  }
  const found = indexOf(audit, metric);
  const rows = [
    rowOf(audit, metric, null, found),
    ...[...keys.values()].map((group) => rowOf(audit, metric, group, found)),
  ];
  const ends = (of: (row: AuditTableRow) => readonly (Estimated | null)[]): Domain | null =>
    extent(
      rows.flatMap((row) => of(row).flatMap((value) => (value ? [value.value, value.low, value.high] : []))),
    );
  const values = ends((row) => row.values);
  return {
    rows,
    domain: values !== null && (values[0] < 0 || values[1] > 1) ? values : rounded(values, RATE),
    differenceDomain: symmetric(ends((row) => row.differences)),
    contrastDomain: symmetric(
      extent(
        rows.flatMap((row) =>
          row.contrasts.flatMap((one) =>
            one?.low != null ? [one.value, one.low, one.high, ...(one.simultaneous ?? [])] : [],
          ),
        ),
      ),
    ),
  };
}

/** What is looked up for every row, by model and group: a table of a thousand groups reads each list once. */
interface Found {
  readonly groups: readonly ReadonlyMap<string, AuditGroup>[];
  readonly contrasts: readonly ReadonlyMap<string, Disparity>[];
  readonly differences: ReadonlyMap<string, AuditDifference>;
}

function indexOf(audit: Audit, metric: string): Found {
  const baseline = baselineOf(audit);
  const between = audit.differences.filter(
    (one) =>
      baseline !== null &&
      one.baseline === modelId(baseline) &&
      one.metric === metric &&
      one.disparity === null,
  );
  const toReference = ({ relativeTo, kind, metric: of }: Disparity): boolean =>
    relativeTo === 'reference' && kind === 'difference' && of === metric;
  return {
    groups: audit.models.map((model) => new Map(model.groups.map((group) => [groupId(group.group), group]))),
    contrasts: audit.models.map(
      (model) => new Map(model.disparities.filter(toReference).map((one) => [groupId(one.group ?? {}), one])),
    ),
    differences: new Map(between.map((one) => [`${one.run}/${groupId(one.group ?? {})}`, one])),
  };
}

function rowOf(audit: Audit, metric: string, group: GroupKey | null, found: Found): AuditTableRow {
  const id = group === null ? '' : groupId(group);
  const groups = audit.models.map((model, at) =>
    group === null ? model.overall : (found.groups[at]?.get(id) ?? null),
  );
  const known = groups.find((one) => one !== null) ?? null;
  return {
    id,
    group: group ?? {},
    n: known?.n ?? 0,
    subjects: known?.subjects ?? 0,
    values: groups.map((one) => one?.metrics[metric] ?? null),
    differences: comparedModels(audit).map(
      (model) => found.differences.get(`${modelId(model)}/${id}`) ?? null,
    ),
    contrasts: audit.models.map((_, at) => (group === null ? null : (found.contrasts[at]?.get(id) ?? null))),
    best: bestOf(audit, metric, id),
  };
}

function bestOf(audit: Audit, metric: string, id: string): number | null {
  const best = audit.bests?.find(
    (one) => one.marked && one.metric === metric && groupId(one.group ?? {}) === id,
  );
  const at = best ? audit.models.findIndex((model) => modelId(model) === best.run) : -1;
  return at === -1 ? null : at;
}

/** The declared primary metric, each model against the first; of all differences in a disparity the primary's comes first. */
export function primaryDifferences(audit: Audit): readonly AuditDifference[] {
  const { primary } = audit;
  const baseline = baselineOf(audit);
  if (primary === null || baseline === null) return [];
  const concerns = (difference: AuditDifference): boolean =>
    difference.disparity !== null &&
    difference.baseline === modelId(baseline) &&
    difference.features.join() === primary.feature &&
    (primary.group === null || difference.group?.[primary.feature] === primary.group);
  return comparedModels(audit).flatMap(
    (model) =>
      audit.differences.find((difference) => difference.run === modelId(model) && concerns(difference)) ?? [],
  );
}

/** True if the interval of a difference excludes 0. */
export function excludesZero(value: Estimated | null): boolean {
  return value?.low != null && value.high != null && (value.low > 0 || value.high < 0);
}

/** The worst group of one feature with enough behind it. */
export interface WorstGroup {
  readonly group: GroupKey;
  readonly value: number;
}

/** The worst value of a metric over groups of one feature that are known and have enough behind them; null where none has. */
export function worstGroup(model: AuditedModel, metric: string, higherIsBetter: boolean): WorstGroup | null {
  const sign = higherIsBetter ? 1 : -1;
  const found = model.groups
    .filter(({ group }) => Object.keys(group).length === 1 && !Object.values(group).includes('unknown'))
    .flatMap(({ group, metrics }) => {
      const value = metrics[metric];
      return value?.value != null && value.low !== null ? [{ group, value: value.value }] : [];
    });
  return found.toSorted((a, b) => sign * (a.value - b.value))[0] ?? null;
}
