import type { ImportOptions, SourcePreview } from '../../../preload/contract/vocabulary.ts';
import { int } from '../../core/params.ts';
import { isSubjectName } from '../columnNames.ts';
import { knownValue, numberOf } from '../columns.ts';
import { fileNameOf, invalidData } from '../source.ts';
import type { DataSource } from '../source.ts';
import { looksLikeTable, tableRows } from '../tableFile.ts';
import { resampled, timeOf, timingOf } from '../timeline.ts';
import type { Timing } from '../timeline.ts';
import { previewOf } from './fields.ts';
import type { Reader, Reading, Row } from './reader.ts';
import { chooseRoles, guessLabel } from './tableColumns.ts';
import { surveyTables } from './tablePlan.ts';
import type { TablePlan } from './tablePlan.ts';

const TIME = /^(time|timestamp|date|datetime|t|seconds|ms|step)$/i;
/** A longer series is given up: its rows are in memory until it ends. */
const MAX_ROWS = 1_000_000;
const MAX_VALUES = 16_000_000;

const PARAMS = {
  steps: int(128, {
    min: 2,
    max: 65_536,
    doc: 'Steps of each series; longer ones are cut into several, what is left over is filled up as missing.',
  }),
} as const;

/** Long tables: one row per time step, of one series per file or per subject. */
export const series: Reader = {
  id: 'series',
  title: 'Time series in long tables',
  summary: 'CSV, TSV or Parquet with one row per time step; one series per subject, or per file.',
  params: PARAMS,
  alone: true,
  accepts,
  preview,
  read,
};

async function accepts(source: DataSource): Promise<number> {
  if (source.location.startsWith('builtin:')) return 0;
  if (source.entry === null || !looksLikeTable(source.entry)) return 0;
  for await (const { columns } of tableRows(source, source.entry, { header: 'first' }))
    return columns.some((name) => TIME.test(name)) && columns.some(isSubjectName) ? 0.75 : 0;
  return 0;
}

interface Layout {
  readonly time: string | null;
  readonly label: string;
  readonly subject: string | null;
  readonly sensitive: readonly string[];
  readonly channels: readonly string[];
  readonly edges: Readonly<Record<string, readonly number[]>>;
  readonly steps: number;
}

async function read(source: DataSource, options: ImportOptions): Promise<Reading> {
  const plan = await surveyTables(source, options, false);
  return readingOf(source, plan, layoutOf(plan, options), options);
}

function layoutOf(plan: TablePlan, options: ImportOptions): Layout {
  const names = plan.columns.map(({ name }) => name);
  const time = options.time ?? names.find((name) => TIME.test(name)) ?? null;
  if (time !== null && !names.includes(time))
    throw invalidData(`There is no column ${time} for the time.`, `Columns: ${names.join(', ')}.`);
  const subject = options.subject ?? names.find(isSubjectName);
  const rest = plan.columns.filter(({ name }) => name !== time);
  const label = options.label ?? guessLabel(rest.filter(({ name }) => name !== subject));
  const roles = chooseRoles(rest, { ...options, ...(label !== null && { label }), ...(subject !== undefined && { subject }) }); // prettier-ignore
  const channels = roles.inputs.filter(({ kind }) => kind === 'number').map(({ name }) => name);
  if (channels.length === 0) throw invalidData('No column of numbers is left as a channel.', 'Channels are the columns of numbers that are neither time nor label nor about people.'); // prettier-ignore
  return { time, label: roles.label, subject: roles.subject, sensitive: roles.sensitive, channels, edges: roles.bins, steps: options.steps ?? PARAMS.steps.default }; // prettier-ignore
}

function readingOf(source: DataSource, plan: TablePlan, layout: Layout, options: ImportOptions): Reading {
  const { channels, steps, label, sensitive, edges } = layout;
  const spec = (name: string) => ({ name, values: null, ...(edges[name] === undefined ? {} : { edges: edges[name] }) }); // prettier-ignore
  return {
    format: { kind: 'series', channels },
    shape: [steps, 1, channels.length],
    total: null,
    name: source.name,
    targets: [spec(label)],
    sensitive: sensitive.map((name) => ({ ...spec(name), source: 'unknown' })),
    knownAnswer: '',
    rows: rowsOf(source, plan, layout, options),
  };
}

/** Rows of one series as they come. */
interface Gathered {
  readonly name: string;
  readonly subject: string | null;
  readonly role: 'audit' | null;
  readonly fields: Map<string, string>;
  readonly times: number[];
  readonly rows: Float32Array[];
}

async function* rowsOf(
  source: DataSource,
  plan: TablePlan,
  layout: Layout,
  options: ImportOptions,
): AsyncIterable<Row> {
  const place = new Map(plan.columns.map(({ name }, i) => [name, i]));
  const at = (name: string | null): number => (name === null ? -1 : (place.get(name) ?? -1));
  const [time, subject, ...fields] = [layout.time, layout.subject, layout.label, ...layout.sensitive].map(at);
  const channels = layout.channels.map(at);
  const times = new Map<string, number>();
  const tally: Record<Timing, number> = { regular: 0, irregular: 0, backwards: 0, none: 0 };
  for (const { path, role } of plan.parts) {
    let open: Gathered | null = null;
    for await (const { records, flaws } of tableRows(source, path, plan.header)) {
      for (const { line, reason } of flaws) yield { kind: 'rejected', item: `${path}, line ${line}`, reason };
      for (const { values } of records) {
        const whose = subject === -1 ? null : knownValue(values[subject ?? -1]);
        if (open === null || open.subject !== whose) {
          if (open !== null) yield* seriesRows(open, layout, options, tally);
          open = begun(path, whose, role, times);
        }
        gather(open, values, { time: time ?? -1, channels, fields, names: [layout.label, ...layout.sensitive] }); // prettier-ignore
      }
    }
    if (open !== null) yield* seriesRows(open, layout, options, tally);
  }
  for (const text of timeNotes(tally, options)) yield { kind: 'note', text };
}

function begun(
  path: string,
  subject: string | null,
  role: 'audit' | null,
  times: Map<string, number>,
): Gathered {
  const base = subject === null ? fileNameOf(path) : `${fileNameOf(path)}#${subject}`;
  const time = (times.get(base) ?? 0) + 1;
  times.set(base, time);
  return {
    name: time === 1 ? base : `${base} (${time})`,
    subject,
    role,
    fields: new Map(),
    times: [],
    rows: [],
  };
}

interface Places {
  readonly time: number;
  readonly channels: readonly number[];
  readonly fields: readonly number[];
  readonly names: readonly string[];
}

function gather(open: Gathered, values: readonly string[], { time, channels, fields, names }: Places): void {
  for (const [i, field] of fields.entries()) {
    const value = knownValue(values[field]);
    const name = names[i] ?? '';
    if (value !== null && !open.fields.has(name)) open.fields.set(name, value);
  }
  // One more than the most, so that the excess is seen.
  if (open.rows.length > Math.min(MAX_ROWS, MAX_VALUES / channels.length)) return;
  if (time >= 0) open.times.push(timeOf(knownValue(values[time])));
  open.rows.push(
    Float32Array.from(channels, (channel) => numberOf(knownValue(values[channel]) ?? '') ?? NaN),
  );
}

function* seriesRows(open: Gathered, layout: Layout, options: ImportOptions, tally: Record<Timing, number>): Iterable<Row> {
  const label = open.fields.get(layout.label);
  if (label === undefined) return yield { kind: 'rejected', item: open.name, reason: `has no label: ${layout.label} is missing`, subject: open.subject };
  if (open.rows.length > Math.min(MAX_ROWS, MAX_VALUES / layout.channels.length))
    return yield { kind: 'rejected', item: open.name, reason: `has more than ${open.rows.length - 1} rows`, subject: open.subject };
  const timing = layout.time === null ? 'none' : timingOf(open.times);
  tally[timing]++;
  const wanted = timing === 'irregular' && options.timestamps !== 'rows';
  const rows = wanted ? resampled(open.times, open.rows, 2 * open.rows.length) : open.rows;
  for (let from = 0, piece = 0; from < rows.length; from += layout.steps, piece++)
    yield {
      kind: 'example',
      name: rows.length <= layout.steps ? open.name : `${open.name}@${from}`,
      bytes: packed(rows.slice(from, from + layout.steps), layout),
      subject: open.subject ?? open.name,
      targets: [label],
      sensitive: layout.sensitive.map((name) => open.fields.get(name) ?? null),
      role: open.role,
    };
} // prettier-ignore

function packed(rows: readonly Float32Array[], { steps, channels }: Layout): Uint8Array {
  const values = new Float32Array(steps * channels.length).fill(NaN);
  rows.forEach((row, i) => values.set(row, i * channels.length));
  return new Uint8Array(values.buffer);
}

function timeNotes(tally: Readonly<Record<Timing, number>>, options: ImportOptions): readonly string[] {
  const irregular =
    options.timestamps === 'rows'
      ? 'rows were taken as they come'
      : 'they were brought onto a grid of their usual step, in straight lines between neighbours';
  return [
    ...(tally.irregular === 0 ? [] : [`The times of ${tally.irregular} series are irregular: ${irregular}.`]),
    ...(tally.backwards === 0
      ? []
      : [
          `The times of ${tally.backwards} series go back, repeat or are missing: rows were taken as they come.`,
        ]),
  ];
}

async function preview(source: DataSource, options: ImportOptions): Promise<SourcePreview> {
  const plan = await surveyTables(source, options, true);
  const layout = layoutOf(plan, { ...options, sensitive: [] });
  const columns = { surveys: plan.columns.filter(({ name }) => name !== layout.time) };
  const wanted = { ...options, label: layout.label, ...(layout.subject !== null && { subject: layout.subject }) }; // prettier-ignore
  const first = await previewOf(series.id, columns, wanted, ({ sensitive }) =>
    readingOf(source, plan, layoutOf(plan, { ...wanted, sensitive }), options),
  );
  const time = layout.time === null ? {} : { time: layout.time };
  return { ...first, suggestion: { ...first.suggestion, ...time, ...plan.header, steps: layout.steps } };
}
