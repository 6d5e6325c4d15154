import type { ImportOptions, SourcePreview } from '../../../preload/contract/vocabulary.ts';
import type { TableColumn } from '../../core/datasetFiles.ts';
import { int } from '../../core/params.ts';
import { Rng } from '../../core/rng.ts';
import { compareValues, knownValue, numberOf } from '../columns.ts';
import type { CsvRecord } from '../csvRecords.ts';
import { folderOf } from '../source.ts';
import type { DataSource } from '../source.ts';
import { looksLikeTable, tableRows } from '../tableFile.ts';
import { looksLikeImage } from './imagePlan.ts';
import type { Reader, Reading, Row } from './reader.ts';
import { chooseRoles, guessLabel, guessSensitive, guessSubject } from './tableColumns.ts';
import type { TableRoles } from './tableColumns.ts';
import { fullStops, surveyTables } from './tablePlan.ts';
import type { TablePlan } from './tablePlan.ts';
import { thumbnailsOf } from './thumbnails.ts';

const EXAMPLES = 10;
const COUNT = new Intl.NumberFormat('en-US');

const PARAMS = {
  limit: int(0, { min: 0, max: 100_000_000, doc: 'At most so many training rows; 0 takes all.' }),
  seed: int(1, { min: 0, max: 2_147_483_647, doc: 'Chooses the splits, and which rows a limit keeps.' }),
} as const;

/** Tables: one row is one example; what its columns are is inferred, and can be said. */
export const tabular: Reader = {
  id: 'tabular',
  title: 'Table',
  summary: 'CSV, TSV or Parquet, one row per example; types are inferred, numbers of people put into ranges.',
  params: PARAMS,
  alone: true,
  accepts,
  preview,
  read,
};

async function accepts(source: DataSource): Promise<number> {
  if (source.location.startsWith('builtin:')) return 0;
  if (source.entry !== null) return looksLikeTable(source.entry) ? 0.7 : 0;
  const entries = await source.list();
  if (entries.some(({ path }) => looksLikeImage(path))) return 0;
  return entries.some(({ path }) => folderOf(path) === '' && looksLikeTable(path)) ? 0.6 : 0;
}

async function read(source: DataSource, options: ImportOptions): Promise<Reading> {
  const plan = await surveyTables(source, options, false);
  return readingOf(source, plan, chooseRoles(plan.columns, options), options);
}

function readingOf(source: DataSource, plan: TablePlan, roles: TableRoles, options: ImportOptions): Reading {
  const spec = (name: string) => ({
    name,
    values: null,
    ...(roles.bins[name] === undefined ? {} : { edges: roles.bins[name] }),
  });
  return {
    format: { kind: 'table', columns: roles.inputs },
    shape: [1, 1, roles.inputs.length],
    total: plan.rows,
    name: source.name,
    targets: [spec(roles.label)],
    sensitive: roles.sensitive.map((name) => ({ ...spec(name), source: 'unknown' })),
    knownAnswer: '',
    rows: rowsOf(source, plan, roles, options),
  };
}

async function* rowsOf(
  source: DataSource,
  plan: TablePlan,
  roles: TableRoles,
  options: ImportOptions,
): AsyncIterable<Row> {
  const rowOf = rowReader(plan, roles);
  const chosen = chooseRows(plan, options);
  const tally = { complete: 0, all: 0 };
  let training = 0;
  for (const text of notesOf(plan, roles)) yield { kind: 'note', text };
  for (const { path, role } of plan.parts)
    for await (const { records, flaws } of tableRows(source, path, plan.header)) {
      for (const { line, reason } of flaws) yield { kind: 'rejected', item: `${path}, line ${line}`, reason };
      for (const record of records) {
        if (role === null && chosen?.has(training++) === false) continue;
        tally.all++;
        if (record.values.every((value) => knownValue(value) !== null)) tally.complete++;
        yield rowOf(path, record, role);
      }
    }
  if (tally.complete < tally.all)
    yield {
      kind: 'note',
      text: `${COUNT.format(tally.complete)} of ${COUNT.format(tally.all)} rows have every value; elsewhere what is missing counts as missing or unknown.`,
    };
}

/** Makes examples of records. */
function rowReader(plan: TablePlan, roles: TableRoles) {
  const place = new Map(plan.columns.map(({ name }, i) => [name, i]));
  const at = (name: string): number => place.get(name) ?? -1;
  const label = at(roles.label);
  const subject = roles.subject === null ? -1 : at(roles.subject);
  const sensitive = roles.sensitive.map(at);
  const inputs = roles.inputs.map((column) => ({ at: at(column.name), numeric: numericOf(column) }));
  const meaning = fullStops(plan.columns[label]?.values ?? new Set());
  return (path: string, { line, values }: CsvRecord, role: 'audit' | null): Row => {
    const target = knownValue(values[label]);
    const item = `${path}, line ${line}`;
    if (target === null)
      return { kind: 'rejected', item, reason: `has no label: ${roles.label} says ${JSON.stringify(values[label]?.trim() ?? '')}` }; // prettier-ignore
    if (roles.bins[roles.label] !== undefined && numberOf(target) === null)
      return { kind: 'rejected', item, reason: `has no label: ${roles.label} says ${JSON.stringify(target)}, which is no number` }; // prettier-ignore
    const row = Float32Array.from(inputs, (input) => input.numeric(knownValue(values[input.at])));
    return {
      kind: 'example',
      name: `${path}#${line}`,
      bytes: new Uint8Array(row.buffer),
      subject: subject < 0 ? null : knownValue(values[subject]),
      targets: [meaning.get(target) ?? target],
      sensitive: sensitive.map((column) => knownValue(values[column])),
      role,
    };
  };
}

/** The number that stands for a value in a stored row. */
function numericOf(column: TableColumn): (value: string | null) => number {
  if (column.kind === 'number') return (value) => (value === null ? NaN : (numberOf(value) ?? NaN));
  const codes = new Map(column.values.map((value, code) => [value, code]));
  const unknown = column.values.length - 1;
  return (value) => (value === null ? unknown : (codes.get(value) ?? unknown));
}

/** Which training rows a limit keeps, by their place among them; null keeps all. */
function chooseRows({ trainingRows }: TablePlan, options: ImportOptions): ReadonlySet<number> | null {
  const limit = options.limit ?? PARAMS.limit.default;
  if (limit === 0 || limit >= trainingRows) return null;
  const order = Rng.stream(options.seed ?? PARAMS.seed.default, 'limit').permutation(trainingRows);
  return new Set(order.subarray(0, limit));
}

/** Columns whose names the header holds more than once, with what their twins are called. */
function twins(names: readonly string[]): readonly (readonly [string, string])[] {
  return names.flatMap((twin) => {
    const name = / \(\d+\)$/.test(twin) ? twin.slice(0, twin.lastIndexOf(' (')) : twin;
    return name !== twin && names.includes(name) ? [[name, twin] as const] : [];
  });
}

function notesOf(plan: TablePlan, roles: TableRoles): readonly string[] {
  const label = plan.columns.find(({ name }) => name === roles.label);
  const meanings = [...fullStops(label?.values ?? new Set())];
  return [
    ...twins(plan.columns.map(({ name }) => name)).map(([name, twin]) => `Column ${name} appears more than once; another is called ${twin}.`),
    ...Object.entries(roles.bins).map(([name, edges]) => `${name} was put into ranges with the edges ${edges.join(', ')}.`),
    ...roles.leftOut.map(({ name, reason }) => `Column ${name} is left out (${reason}).`),
    ...(meanings.length === 0 ? [] : [`In ${roles.label}, ${meanings.map(([from, to]) => `${from} was read as ${to}`).join(', ')}.`]),
  ];
} // prettier-ignore

async function preview(source: DataSource, options: ImportOptions): Promise<SourcePreview> {
  const plan = await surveyTables(source, options, true);
  const label = options.label ?? guessLabel(plan.columns);
  const subject = options.subject ?? guessSubject(plan.columns);
  const sensitive = options.sensitive ?? guessSensitive(plan.columns, label);
  const chosen = {
    ...options,
    ...plan.header,
    sensitive,
    ...(label === null ? {} : { label }),
    ...(subject === null ? {} : { subject }),
  };
  const roles = chooseRoles(plan.columns, chosen);
  const problems = [...notesOf(plan, roles), ...plan.problems];
  const thumbnails = await thumbnailsOf(readingOf(source, plan, roles, chosen));
  return {
    reader: tabular.id,
    count: plan.cut ? null : plan.rows,
    columns: plan.columns.map(({ name, distinct, missing, type, values }) => ({
      name,
      distinct,
      missing,
      type: options.types?.[name] ?? type,
      examples: [...values].sort(compareValues).slice(0, EXAMPLES),
    })),
    suggestion: {
      label: roles.label,
      sensitive,
      ...(subject === null ? {} : { subject }),
      ...plan.header,
      ...(Object.keys(roles.bins).length === 0 ? {} : { bins: roles.bins }),
    },
    thumbnails,
    problems: problems.slice(0, 100),
  };
}
