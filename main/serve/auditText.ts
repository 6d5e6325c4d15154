import type {
  Audit,
  AuditDifference,
  AuditedModel,
  AuditGroup,
  Disparity,
  Estimated,
  PrimaryMetric,
  Tested,
} from '../../preload/contract/vocabulary.ts';
import { groupName, nameOf, otherWords, rangeWords, sideBySideWords, titled } from './auditTables.ts';
import { readable, table } from './terminal.ts';

/**
 * An audit as `pretext audit --json` prints it: one model's result at the top level; several under `runs`, with the
 * `differences` between them. Everything that is stored of an audit stands in it.
 */
export function auditToJson(audit: Audit): unknown {
  const { id, name, features, models, differences, primary, runs, ...facts } = audit;
  const [only, another] = models;
  return {
    audit: id,
    title: name,
    features,
    split: audit.options.split,
    declaredPrimary: primary,
    ...(only && !another ? modelToJson(only) : { runs: models.map(modelToJson), differences }),
    ...facts,
    runIds: runs,
  };
}

function modelToJson(model: AuditedModel): Readonly<Record<string, unknown>> {
  const { run, name, method, seed, primary, overall, groups, disparities, ...others } = model;
  return { run, name, method, seed, primary, overall, groups, disparities, ...others };
}

/** The same in words: a table per model, its disparities, then the chief differences between models. */
export function auditToWords(audit: Audit): string {
  const chief = audit.differences.filter((row) => isChief(row, audit));
  const more = audit.differences.length - chief.length;
  return [
    `${audit.id}  ${audit.name}: ${audit.features.join(', ')} on the ${audit.options.split} split of ${audit.datasetName}\n`,
    ...selectedWords(audit),
    ...audit.models.map((model) => modelWords(model, audit.primary)),
    titled(
      'differences between these trained models',
      DIFFERENCE_HEAD,
      chief.map((row) => differenceCells(row, audit)),
    ),
    more === 0 ? '' : `${more} more ${more === 1 ? 'difference' : 'differences'} with --json\n`,
    ...sideBySideWords(audit),
    ...audit.notes.map((note) => `note: ${note}\n`),
  ].join('');
}

/** Before any number: what was chosen on the rows that are audited. */
function selectedWords({ selectedOnAuditData = [] }: Audit): readonly string[] {
  return selectedOnAuditData.map((what) => `SELECTED ON AUDIT DATA: the ${what}\n`);
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
    model.disparities.length === 0 ? '' : table(DISPARITY_HEAD, model.disparities.map(disparityCells)),
    ...otherWords(model),
  ].join('');
}

const DISPARITY_HEAD = [
  'disparity', 'kind', 'relative to', 'value', 'low', 'high', 'together', 'shuffled', 'p', 'adjusted', 'detectable', 'between',
]; // prettier-ignore
const RELATIONS = { betweenGroups: 'between', overall: 'overall', reference: 'reference' } as const;
const DIFFERENCE_HEAD = [
  'model', 'minus', 'what', 'value', 'low', 'high', 'p', 'adjusted', 'detectable', 'gap',
]; // prettier-ignore

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
  const groups = row.group && row.reference ? [row.group, row.reference] : [row.max, row.min];
  const named = groups.filter((group) => group != null).map(groupName);
  const between = named.length === 2 ? named.join(' / ') : (row.reason ?? '');
  return [
    row.id,
    row.kind,
    RELATIONS[row.relativeTo],
    ...[row.value, row.low, row.high].map(readable),
    rangeWords(row.simultaneous),
    rangeWords(row.nullRange),
    ...testCells(row),
    between,
  ];
}

function differenceCells(row: AuditDifference, audit: Audit): string[] {
  const what =
    row.disparity ?? `${row.metric ?? ''}${row.group === null ? '' : ` of ${groupName(row.group)}`}`;
  return [
    nameOf(audit, row.run),
    nameOf(audit, row.baseline),
    what,
    ...[row.value, row.low, row.high].map(readable),
    ...testCells(row),
    row.gap?.narrowedWithoutWorst === true ? 'gap narrowed, worst group not improved' : '',
  ];
}

/** p, the adjusted p, and the smallest difference that would show. */
function testCells({ p, pAdjusted, detectable }: Tested & Estimated): string[] {
  return [p, pAdjusted ?? null, detectable ?? null].map(readable);
}

/** `0.12 [0.10, 0.14]`, or why it is undefined. */
export function intervalWords({ value, low, high, reason }: Estimated): string {
  return value === null
    ? `undefined${reason === undefined ? '' : ` (${reason})`}`
    : `${readable(value)} [${readable(low)}, ${readable(high)}]`;
}
