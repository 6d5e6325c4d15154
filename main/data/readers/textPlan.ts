import type { ImportOptions } from '../../../preload/contract/vocabulary.ts';
import { nearest } from '../../core/nearest.ts';
import { fileNameOf, folderOf, invalidData } from '../source.ts';
import type { DataSource, SourceEntry } from '../source.ts';
import { tableRows } from '../tableFile.ts';
import { jsonLines, noTexts, textLines, textOf } from '../textLines.ts';

const TEXT = /\.(txt|text|pos|neg)$/i;
const TABLE = /\.(csv|tsv|parquet)$/i;
const JSON_LINES = /\.(jsonl|ndjson)$/i;
const TEXT_COLUMN = /^(text|sentence|content|document|review|comment|body|tweet|message)$/i;
const LITTER = /(^|\/)(readme|licen[cs]e|changelog)[^/]*$/i;
/** So few files at the top of a folder hold a text per line; more are texts themselves. */
const FEW_FILES = 20;

/** One text, or why there is none. */
export interface TextItem {
  readonly name: string;
  readonly text: string | null;
  readonly fields: ReadonlyMap<string, string> | null;
  /** Why there is no text. */
  readonly reason: string;
}

/** The texts of a source with the columns that go with them. */
export interface TextPlan {
  readonly columns: readonly string[];
  /** How surely the source is meant to be read as texts. */
  readonly confidence: number;
  /** Every item in order, from the beginning at every call. */
  items(): AsyncIterable<TextItem>;
}

/** Finds the texts of a source. @throws AppError invalidData if there are none, or the column of the text is not there */
export async function planTexts(source: DataSource, options: ImportOptions): Promise<TextPlan> {
  if (source.location.startsWith('builtin:')) throw noTexts(source.location);
  const { entry } = source;
  if (entry !== null && TABLE.test(entry)) return planTable(source, entry, options);
  if (entry !== null && JSON_LINES.test(entry)) return planJson(source, [entry], options);
  const all = entry === null ? await source.list() : [await source.stat(entry)].flatMap((item) => item ?? []);
  const usable = all.filter(({ path }) => !LITTER.test(path));
  const files = usable.filter(({ path }) => TEXT.test(path));
  const json = usable.filter(({ path }) => JSON_LINES.test(path)).map(({ path }) => path);
  if (files.length === 0 && json.length > 0) return planJson(source, json, options);
  if (files.length === 0) throw noTexts(source.location);
  const others = all.length - files.length;
  return planFiles(source, files, options, others > files.length ? 0.1 : 0.6);
}

function planFiles(source: DataSource, files: readonly SourceEntry[], options: ImportOptions, confidence: number): TextPlan {
  const flat = files.length <= FEW_FILES && files.every(({ path }) => folderOf(path) === folderOf(files[0]?.path ?? ''));
  const lines = options.layout === undefined ? flat : options.layout === 'lines';
  return {
    columns: lines ? ['file', 'folder'] : ['folder', 'file'],
    confidence,
    items: async function* () {
      for (const file of files) {
        const fields = new Map([['file', fileNameOf(file.path)], ['folder', fileNameOf(folderOf(file.path)) || source.name]]);
        if (file.problem !== null) yield { name: file.path, text: null, fields: null, reason: file.problem };
        else if (lines) yield* linesOf(source, file.path, fields);
        else yield await fileOf(source, file, fields);
      }
    },
  };
} // prettier-ignore

async function* linesOf(
  source: DataSource,
  path: string,
  fields: ReadonlyMap<string, string>,
): AsyncIterable<TextItem> {
  for await (const { line, text, reason } of textLines(source, path))
    yield { name: `${path}#${line}`, text, fields, reason };
}

async function fileOf(
  source: DataSource,
  { path, size }: SourceEntry,
  fields: ReadonlyMap<string, string>,
): Promise<TextItem> {
  try {
    return { name: path, text: await textOf(source, path, size), fields, reason: '' };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return { name: path, text: null, fields: null, reason };
  }
}

async function planTable(source: DataSource, path: string, options: ImportOptions): Promise<TextPlan> {
  const header = { ...(options.columns && { columns: options.columns }), ...(options.header && { header: options.header }) }; // prettier-ignore
  let columns: readonly string[] = [];
  for await (const piece of tableRows(source, path, header)) {
    columns = piece.columns;
    break;
  }
  const column = textColumn(columns, options, path);
  const at = columns.indexOf(column);
  return {
    columns: columns.filter((name) => name !== column),
    confidence: 0.3,
    items: async function* () {
      for await (const { records, flaws } of tableRows(source, path, header)) {
        for (const { line, reason } of flaws) yield { name: `${path}, line ${line}`, text: null, fields: null, reason }; // prettier-ignore
        for (const { line, values } of records) {
          const fields = new Map(columns.map((name, i) => [name, values[i] ?? '']));
          yield itemOf(`${path}#${line}`, values[at], fields, column);
        }
      }
    },
  };
}

async function planJson(
  source: DataSource,
  paths: readonly string[],
  options: ImportOptions,
): Promise<TextPlan> {
  const names = new Set<string>();
  for (const path of paths)
    for await (const { fields } of jsonLines(source, path)) for (const name of fields?.keys() ?? []) names.add(name); // prettier-ignore
  const column = textColumn([...names], options, paths[0] ?? source.location);
  return {
    columns: [...names].filter((name) => name !== column),
    confidence: 0.7,
    items: async function* () {
      for (const path of paths)
        for await (const { line, fields, reason } of jsonLines(source, path)) {
          if (fields === null) yield { name: `${path}, line ${line}`, text: null, fields, reason };
          else yield itemOf(`${path}#${line}`, fields.get(column), fields, column);
        }
    },
  };
}

function itemOf(name: string, text: string | undefined, fields: ReadonlyMap<string, string>, column: string): TextItem {
  const trimmed = (text ?? '').trim();
  return trimmed === '' ? { name, text: null, fields: null, reason: `has no text: ${column} is empty` } : { name, text: trimmed, fields, reason: '' };
} // prettier-ignore

function textColumn(columns: readonly string[], options: ImportOptions, path: string): string {
  const { text } = options;
  const found = text === undefined ? columns.find((name) => TEXT_COLUMN.test(name)) : columns.find((name) => name === text); // prettier-ignore
  if (found !== undefined) return found;
  const close = text === undefined ? null : nearest(text, columns);
  throw invalidData(
    text === undefined ? `No column of ${path} is called text.` : `There is no column ${text} for the text.`,
    `${close === null ? '' : `Did you mean ${close}? `}Name the column of the text (--text): ${columns.slice(0, 50).join(', ')}.`,
  );
}
