import type { ImportOptions } from '../../../preload/contract/vocabulary.ts';
import { ColumnSurvey } from '../columnSurvey.ts';
import { readCsv } from '../csvTable.ts';
import { isSubjectName } from '../columnNames.ts';
import { openNpy } from '../npyFile.ts';
import type { NpyFile } from '../npyFile.ts';
import { fileNameOf, invalidData } from '../source.ts';
import type { DataSource } from '../source.ts';
import { openZip } from '../zipSource.ts';
import type { FieldColumns } from './fields.ts';

const ARRAY = /\.npy$/i;
const PACKED = /\.npz$/i;
const LABELS = /(^|_)(y|labels?|targets?|class(es)?)(_|$)/i;
const SUBJECTS = /(^|_)(subjects?|persons?|patients?|participants?|groups?|pids?|ids?)(_|$)/i;
const TEST = /(^|_)test(_|$)/i;
const DEMOGRAPHICS = /^(demographics?|subjects?|participants?|metadata|labels?)\.(csv|tsv)$/i;
const MAX_ARRAYS = 1000;

interface ArrayFile {
  readonly source: DataSource;
  readonly path: string;
  /** Its name without folder and extension. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly bytes: boolean;
}

/** One array of samples with what goes with it. */
export interface ArrayPart {
  readonly source: DataSource;
  readonly samples: ArrayFile;
  readonly labels: ArrayFile | null;
  readonly subjects: ArrayFile | null;
  readonly role: 'audit' | null;
}

/** The arrays of a source and the table of its people. */
export interface ArrayPlan {
  readonly parts: readonly ArrayPart[];
  readonly people: People | null;
  readonly notes: readonly string[];
}

interface People {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Place of the column of the subject; -1: row i is sample i. */
  readonly key: number;
  readonly path: string;
}

/** Values of the labels, subjects and people of every sample. */
export interface ArrayColumns extends FieldColumns {
  readonly fieldsOf: (part: ArrayPart, index: number) => (name: string) => string | undefined;
}

/** Finds out which array is what. @throws AppError invalidData if there is none, or they do not fit each other */
export async function planArrays(source: DataSource, options: ImportOptions): Promise<ArrayPlan> {
  const files = await arraysOf(source);
  const isOther = ({ name, shape }: ArrayFile): boolean => (LABELS.test(name) || SUBJECTS.test(name)) && flat(shape); // prettier-ignore
  const samples = files.filter((file) => !isOther(file) && file.shape.length >= 2);
  if (samples.length === 0)
    throw invalidData(`${source.location} holds no array of samples.`, 'Samples are an array of two axes or more, such as samples x time x channels.'); // prettier-ignore
  const isTest = ({ name }: ArrayFile): boolean => TEST.test(name);
  const hasBoth = samples.some(isTest) && !samples.every(isTest);
  const parts = samples.map((file): ArrayPart => ({
    source: file.source,
    samples: file,
    labels: beside(file, files, LABELS, samples.length),
    subjects: beside(file, files, SUBJECTS, samples.length),
    role: hasBoth && isTest(file) ? 'audit' : null,
  }));
  const people = await peopleOf(source, options);
  const count = parts.reduce((sum, part) => sum + (part.samples.shape[0] ?? 0), 0);
  if (people !== null && people.key < 0 && people.rows.length !== count)
    throw invalidData(
      `${people.path} has ${people.rows.length} rows for ${count} samples, and nothing to join them by.`,
      'Give an array of subjects beside the samples, and a column subject in the table.',
    );
  return { parts, people, notes: [] };
}

function flat(shape: readonly number[]): boolean {
  return shape.slice(1).every((side) => side === 1);
}

async function arraysOf(source: DataSource): Promise<readonly ArrayFile[]> {
  const paths = source.entry === null ? (await source.list()).map(({ path }) => path) : [source.entry];
  const files: ArrayFile[] = [];
  for (const path of paths) {
    if (PACKED.test(path)) {
      const inner = await openZip(source, path);
      for (const entry of await inner.list()) if (ARRAY.test(entry.path)) files.push(await arrayAt(inner, entry.path)); // prettier-ignore
    } else if (ARRAY.test(path)) files.push(await arrayAt(source, path));
    if (files.length > MAX_ARRAYS) throw invalidData(`${source.location} holds more than ${MAX_ARRAYS} arrays.`, 'Import a part of it.'); // prettier-ignore
  }
  return files;
}

async function arrayAt(source: DataSource, path: string): Promise<ArrayFile> {
  const file: NpyFile = await openNpy(source, path);
  await file.close();
  return { source, path, name: fileNameOf(path).replace(ARRAY, ''), shape: file.shape, bytes: file.bytes };
}

/** The array of labels or subjects that goes with samples: as long, and of the same train or test name. */
function beside(samples: ArrayFile, files: readonly ArrayFile[], names: RegExp, parts: number): ArrayFile | null {
  const fitting = files.filter(({ name, shape }) => names.test(name) && flat(shape) && shape[0] === samples.shape[0]);
  const words = (name: string): readonly string[] => ['train', 'val', 'test'].filter((word) => name.includes(word));
  const same = fitting.filter(({ name }) => words(name).join() === words(samples.name).join());
  return same[0] ?? (parts === 1 ? (fitting[0] ?? null) : null);
} // prettier-ignore

async function peopleOf(source: DataSource, options: ImportOptions): Promise<People | null> {
  const given = options.manifest === undefined ? null : source.within(options.manifest);
  const tables = (await source.list()).filter(({ path }) => /\.(csv|tsv)$/i.test(path));
  const usual = tables.find(({ path }) => DEMOGRAPHICS.test(fileNameOf(path)));
  const only = source.entry === null && tables.length === 1 ? tables[0] : undefined;
  const path = given ?? (usual ?? only)?.path ?? null;
  if (path === null) return null;
  const { columns, rows } = await readCsv(source, path, options.columns ?? null);
  const key = columns.findIndex((name) => name === options.subject || isSubjectName(name));
  return { columns, rows: rows.map(({ values }) => values), key, path };
}

/** Reads labels and subjects, and joins the people. */
export async function arrayColumns(plan: ArrayPlan): Promise<ArrayColumns> {
  const own = new Map<ArrayPart, { labels: readonly string[] | null; subjects: readonly string[] | null; first: number }>();
  let first = 0;
  for (const part of plan.parts) {
    own.set(part, { labels: await valuesOf(part.labels), subjects: await valuesOf(part.subjects), first });
    first += part.samples.shape[0] ?? 0;
  }
  const { people } = plan;
  const byKey = new Map(people?.key === -1 ? [] : people?.rows.map((row) => [(row[people.key] ?? '').trim(), row]));
  const place = new Map(people?.columns.map((name, i) => [name, i]));
  const subject = people === null || people.key < 0 ? 'subject' : (people.columns[people.key] ?? 'subject');
  const fieldsOf = (part: ArrayPart, index: number) => {
    const mine = own.get(part);
    const whose = mine?.subjects?.[index];
    const row = people === null ? undefined : people.key < 0 || whose === undefined ? people.rows[(mine?.first ?? 0) + index] : byKey.get(whose.trim());
    return (name: string): string | undefined => {
      if (name === 'label' && mine?.labels) return mine.labels[index];
      if (name === subject && whose !== undefined) return whose;
      if (name === 'file' && !place.has(name)) return part.samples.name;
      return row?.[place.get(name) ?? -1];
    };
  };
  const has = (which: 'labels' | 'subjects'): boolean => plan.parts.some((part) => part[which] !== null);
  const names = new Set([...(has('labels') ? ['label'] : []), ...(has('subjects') ? [subject] : []), ...(people?.columns ?? []), 'file']);
  const surveys = [...names].map((name) => new ColumnSurvey(name));
  for (const part of plan.parts)
    for (let index = 0; index < (part.samples.shape[0] ?? 0); index++) {
      const fields = fieldsOf(part, index);
      for (const survey of surveys) survey.add(fields(survey.name));
    }
  return { surveys, fieldsOf };
} // prettier-ignore

async function valuesOf(array: ArrayFile | null): Promise<readonly string[] | null> {
  if (array === null) return null;
  const file = await openNpy(array.source, array.path);
  const values: string[] = [];
  try {
    for (let items = await file.next(4096); items.length > 0; items = await file.next(4096))
      for (const item of items) values.push(file.text(item));
  } finally {
    await file.close();
  }
  return values;
}
