import type { ImportOptions } from '../../../preload/contract/vocabulary.ts';
import type { TableColumn } from '../../core/datasetFiles.ts';
import { nearest } from '../../core/nearest.ts';
import { isLabelName, isSensitiveName, isSubjectName } from '../columnNames.ts';
import { compareValues, MAX_CLASSES, UNKNOWN } from '../columns.ts';
import type { ColumnSurvey } from '../columnSurvey.ts';
import { quantileEdges } from '../ranges.ts';
import { invalidData } from '../source.ts';

/** Numbers of more values than this are put into ranges where they stand for groups or classes. */
const MOST_GROUPS = 12;
const MOST_CLASSES = 50;
const GROUP_RANGES = 4;
const LABEL_RANGES = 2;

/** Which column of a table serves as what. */
export interface TableRoles {
  readonly label: string;
  readonly subject: string | null;
  readonly sensitive: readonly string[];
  /** What a model sees. */
  readonly inputs: readonly TableColumn[];
  /** Columns that serve as nothing, with why. */
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
  /** Edges of the ranges that numbers are put into. */
  readonly bins: Readonly<Record<string, readonly number[]>>;
}

/** The column that is probably the label: one so called, or the last of a few values. */
export function guessLabel(columns: readonly ColumnSurvey[]): string | null {
  const named = columns.find(({ name }) => isLabelName(name));
  const few = columns.findLast(({ distinct }) => distinct >= 2 && distinct <= MOST_CLASSES);
  return (named ?? few)?.name ?? null;
}

/** Columns that by their names are about people, but for the label. */
export function guessSensitive(columns: readonly ColumnSurvey[], label: string | null): readonly string[] {
  return columns.map(({ name }) => name).filter((name) => isSensitiveName(name) && name !== label);
}

/** The column that by its name tells whose a row is. */
export function guessSubject(columns: readonly ColumnSurvey[]): string | null {
  return columns.find(({ name }) => isSubjectName(name))?.name ?? null;
}

/** What the options make of the columns. @throws AppError invalidData naming an unknown column, or if nothing is left */
export function chooseRoles(columns: readonly ColumnSurvey[], options: ImportOptions): TableRoles {
  const label = options.label ?? guessLabel(columns);
  if (label === null)
    throw invalidData(
      'No label was chosen, and no column has from 2 to 50 different values.',
      `Choose one of the columns ${columns.map(({ name }) => name).join(', ')} as label.`,
    );
  const target = demand(columns, label, 'label');
  const subject = options.subject === undefined ? null : demand(columns, options.subject, 'subject').name;
  const sensitive = [...new Set(options.sensitive)].map((name) => demand(columns, name, 'sensitive feature'));
  for (const name of Object.keys({ ...options.types, ...options.bins })) demand(columns, name, 'type or range');
  const taken = new Set([label, subject, ...sensitive.map(({ name }) => name)]);
  const rest = columns.filter(({ name }) => !taken.has(name));
  const inputs = rest.flatMap((column) => inputOf(column, options));
  if (inputs.length === 0)
    throw invalidData('No column is left for a model to see.', 'Choose fewer sensitive features, or give types.'); // prettier-ignore
  return {
    label,
    subject,
    sensitive: sensitive.map(({ name }) => name),
    inputs,
    leftOut: rest.filter(({ name }) => !inputs.some((input) => input.name === name)).map((column) => ({ name: column.name, reason: whyLeftOut(column, options) })),
    bins: Object.fromEntries([
      ...rangesOf(target, options, MOST_CLASSES, LABEL_RANGES),
      ...sensitive.flatMap((column) => rangesOf(column, options, MOST_GROUPS, GROUP_RANGES)),
    ]),
  };
} // prettier-ignore

function demand(columns: readonly ColumnSurvey[], name: string, purpose: string): ColumnSurvey {
  const found = columns.find((column) => column.name === name);
  if (found) return found;
  const names = columns.map((column) => column.name);
  const close = nearest(name, names);
  throw invalidData(
    `There is no column ${name} for the ${purpose}.`,
    `${close === null ? '' : `Did you mean ${close}? `}Columns: ${names.join(', ')}.`,
  );
}

function inputOf(column: ColumnSurvey, options: ImportOptions): readonly TableColumn[] {
  const { name, values, distinct } = column;
  const kind = options.types?.[name] ?? column.type;
  if (kind === 'ignore') return [];
  if (kind === 'number') return [{ name, kind }];
  if (distinct > MAX_CLASSES)
    throw invalidData(
      `Column ${name} has more than ${MAX_CLASSES} different values, too many for a category.`,
      'Make it a number, or ignore it.',
    );
  return [{ name, kind, values: [...[...values].sort(compareValues), UNKNOWN] }];
}

function whyLeftOut({ name, known, distinct }: ColumnSurvey, options: ImportOptions): string {
  if (options.types?.[name] === 'ignore') return 'as asked';
  if (known === 0) return 'empty';
  return distinct > MAX_CLASSES
    ? `more than ${MAX_CLASSES} different values`
    : `${distinct} different values`;
}

function rangesOf(
  column: ColumnSurvey,
  options: ImportOptions,
  most: number,
  parts: number,
): [string, readonly number[]][] {
  const given = options.bins?.[column.name];
  if (given !== undefined) return [[column.name, given]];
  if (!column.isNumeric || column.distinct <= most || options.types?.[column.name] === 'category') return [];
  const edges = quantileEdges(column.sortedNumbers, parts);
  return edges.length === 0 ? [] : [[column.name, edges]];
}
