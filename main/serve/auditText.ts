import type {
  Audit,
  AuditDifference,
  AuditedModel,
  AuditGroup,
  Disparity,
  Estimated,
  GroupKey,
  PrimaryMetric,
} from '../../preload/contract/vocabulary.ts';
import { readable, table } from './terminal.ts';

/**
 * An audit as `pretext audit --json` prints it: one model's result at the top level; several under `runs`, with the
 * `differences` between them.
 */
export function auditToJson(audit: Audit): unknown {
  const head = {
    audit: audit.id,
    features: audit.features,
    split: audit.options.split,
    target: audit.target,
    primaryDeclared: audit.primaryDeclared,
    looks: audit.looks,
    rules: audit.rules,
  };
  const [only, another] = audit.models;
  if (only && !another) return { ...head, ...modelToJson(only) };
  return { ...head, runs: audit.models.map(modelToJson), differences: audit.differences };
}

function modelToJson(model: AuditedModel): Readonly<Record<string, unknown>> {
  const { run, name, method, seed, primary, overall, groups, disparities } = model;
  return {
    run,
    name,
    method,
    seed,
    primary,
    overall: { n: overall.n, subjects: overall.subjects, metrics: overall.metrics },
    groups,
    disparities,
  };
}

/** The same in words: a table per model, its disparities, then the chief differences between models. */
export function auditToWords(audit: Audit): string {
  const chief = audit.differences.filter((row) => isChief(row, audit));
  const more = audit.differences.length - chief.length;
  const head = ['model', 'minus', 'what', 'value', 'low', 'high', 'p'];
  return [
    `${audit.id}  ${audit.name}: ${audit.features.join(', ')} on the ${audit.options.split} split of ${audit.datasetName}\n`,
    ...audit.models.map((model) => modelWords(model, audit.primary)),
    chief.length === 0
      ? ''
      : `\ndifferences between models\n${table(
          head,
          chief.map((row) => differenceCells(row, audit)),
        )}`,
    more === 0 ? '' : `${more} more ${more === 1 ? 'difference' : 'differences'} with --json\n`,
    ...audit.notes.map((note) => `note: ${note}\n`),
  ].join('');
}

/** The declared contrast; without one, the metrics of everybody. */
function isChief({ metric, disparity, features, group }: AuditDifference, { primary }: Audit): boolean {
  if (primary === null) return disparity === null && group === null;
  const declared = disparity !== null && metric === primary.metric && features.join() === primary.feature;
  return declared && (primary.group === null || group?.[primary.feature] === primary.group);
}

function modelWords(model: AuditedModel, primary: PrimaryMetric | null): string {
  const metrics = Object.keys(model.overall.metrics);
  const cells = (name: string, group: AuditGroup): string[] => [
    name,
    readable(group.n),
    ...metrics.map((metric) => valueCell(group.metrics[metric])),
  ];
  const rows = [
    cells('everybody', model.overall),
    ...model.groups.map((group) => cells(groupName(group.group), group)),
  ];
  return [
    `\n${model.name}\n`,
    model.primary === null || primary === null
      ? ''
      : `declared primary: ${primaryWords(primary)}: ${intervalWords(model.primary)}\n`,
    table(['group', 'n', ...metrics], rows),
    model.disparities.length === 0
      ? ''
      : table(
          ['disparity', 'kind', 'value', 'low', 'high', 'p', 'between'],
          model.disparities.map(disparityCells),
        ),
  ].join('');
}

/** `accuracy, aligned minus conflicting (alignment)`. */
function primaryWords({ metric, feature, group, reference }: PrimaryMetric): string {
  return group === null || reference === null
    ? `${metric}, largest difference between groups of ${feature}`
    : `${metric}, ${group} minus ${reference} (${feature})`;
}

function valueCell(value: Estimated | undefined): string {
  return readable(value?.value ?? null);
}

function disparityCells(row: Disparity): string[] {
  const between = row.max && row.min ? `${groupName(row.max)} / ${groupName(row.min)}` : (row.reason ?? '');
  return [row.id, row.kind, ...[row.value, row.low, row.high, row.p].map(readable), between];
}

function differenceCells(row: AuditDifference, audit: Audit): string[] {
  const name = (run: string): string => audit.models.find((model) => model.run === run)?.name ?? run;
  const what =
    row.disparity ?? `${row.metric ?? ''}${row.group === null ? '' : ` of ${groupName(row.group)}`}`;
  return [name(row.run), name(row.baseline), what, ...[row.value, row.low, row.high, row.p].map(readable)];
}

/** `0.12 [0.10, 0.14]`, or why it is undefined. */
export function intervalWords({ value, low, high, reason }: Estimated): string {
  return value === null
    ? `undefined${reason === undefined ? '' : ` (${reason})`}`
    : `${readable(value)} [${readable(low)}, ${readable(high)}]`;
}

function groupName(group: GroupKey): string {
  return Object.entries(group)
    .map(([feature, value]) => `${feature}=${value}`)
    .join(', ');
}
