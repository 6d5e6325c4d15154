import type { ImportOptions, SourcePreview } from '../../../preload/contract/vocabulary.ts';
import { nearest } from '../../core/nearest.ts';
import { isLabelName, isSensitiveName, isSubjectName } from '../columnNames.ts';
import { compareValues } from '../columns.ts';
import type { ColumnSurvey } from '../columnSurvey.ts';
import { invalidData } from '../source.ts';
import type { Reading } from './reader.ts';
import { thumbnailsOf } from './thumbnails.ts';

const EXAMPLES = 10;
const MOST_CLASSES = 50;

/** What is known of samples besides their content. */
export interface FieldColumns {
  readonly surveys: readonly ColumnSurvey[];
}

/** Which column serves as what. */
export interface ChosenFields<Columns extends FieldColumns> {
  readonly columns: Columns;
  readonly label: string;
  readonly subject: string | null;
  readonly sensitive: readonly string[];
}

/** The columns that the options name; the label is guessed by name, then by how few values a column has. @throws AppError invalidData */
export function chooseFields<Columns extends FieldColumns>(
  columns: Columns,
  options: ImportOptions,
): ChosenFields<Columns> {
  const names = columns.surveys.map(({ name }) => name);
  const demand = (name: string, purpose: string): string => {
    if (names.includes(name)) return name;
    const close = nearest(name, names);
    throw invalidData(
      `There is no column ${name} for the ${purpose}.`,
      `${close === null ? '' : `Did you mean ${close}? `}Columns: ${names.join(', ')}.`,
    );
  };
  const label = options.label ?? guessLabel(columns.surveys);
  if (label === null)
    throw invalidData('No label was chosen, and none can be told.', `Choose one of the columns ${names.join(', ')}.`); // prettier-ignore
  return {
    columns,
    label: demand(label, 'label'),
    subject: options.subject === undefined ? guessSubject(columns.surveys) : demand(options.subject, 'subject'), // prettier-ignore
    sensitive: [...new Set(options.sensitive)].map((name) => demand(name, 'sensitive feature')),
  };
}

function guessLabel(surveys: readonly ColumnSurvey[]): string | null {
  const named = surveys.find(({ name }) => isLabelName(name));
  const few = surveys.find(({ distinct, name }) => distinct >= 1 && distinct <= MOST_CLASSES && !isSensitiveName(name)); // prettier-ignore
  return (named ?? few ?? surveys[0])?.name ?? null;
}

function guessSubject(surveys: readonly ColumnSurvey[]): string | null {
  return surveys.find(({ name }) => isSubjectName(name))?.name ?? null;
}

/** A first look: the columns, what is suggested, and the first samples. */
export async function previewOf<Columns extends FieldColumns>(
  reader: string,
  columns: Columns,
  options: ImportOptions,
  readingOf: (chosen: ChosenFields<Columns>) => Reading,
): Promise<SourcePreview> {
  const label = chooseFields(columns, { ...options, sensitive: [] }).label;
  const names = columns.surveys.map(({ name }) => name);
  const sensitive = options.sensitive ?? names.filter((name) => isSensitiveName(name) && name !== label);
  const chosen = chooseFields(columns, { ...options, label, sensitive });
  const problems: string[] = [];
  const reading = readingOf(chosen);
  const thumbnails = await thumbnailsOf(reading, (row) => {
    if (row.kind === 'rejected') problems.push(`${row.item} ${row.reason}`);
    if (row.kind === 'note') problems.push(row.text);
  });
  return {
    reader,
    count: reading.total,
    columns: columns.surveys.map(({ name, distinct, missing, values }) => ({
      name,
      distinct,
      missing,
      examples: [...values].sort(compareValues).slice(0, EXAMPLES),
    })),
    suggestion: { label, sensitive, ...(chosen.subject === null ? {} : { subject: chosen.subject }) },
    thumbnails,
    problems: problems.slice(0, 100),
  };
}
