import type { ImportOptions } from '../../../preload/contract/vocabulary.ts';
import { readCsv } from '../csvTable.ts';
import type { CsvTable } from '../csvTable.ts';
import { compilePattern } from '../filePattern.ts';
import { fileNameOf, folderOf, invalidData, joinWithin } from '../source.ts';
import type { DataSource, SourceEntry } from '../source.ts';
import type { Rejection } from './reader.ts';

/** Where a column's values come from. */
export type Origin = 'folder' | 'pattern' | 'manifest';

/** One image and what is known of it besides its pixels. */
export interface ImageItem {
  readonly entry: SourceEntry;
  readonly fields: ReadonlyMap<string, string>;
  /** Line of the manifest that names it; null without one. */
  readonly line: number | null;
}

/** The images of a folder with their columns, before any of them is opened. */
export interface ImagePlan {
  readonly items: readonly ImageItem[];
  readonly columns: readonly { readonly name: string; readonly origin: Origin }[];
  readonly manifest: string | null;
  readonly rejected: readonly Rejection[];
  /** Images that the manifest does not name. */
  readonly unnamed: readonly Rejection[];
}

/** The column that holds the name of the folder an image lies in. */
export const FOLDER = 'folder';

const IMAGE = /\.(jpe?g|png|webp|gif|tiff?|avif)$/i;
const TABLE = /\.(csv|tsv)$/i;
const USUAL_TABLE = /^(labels?|manifest|metadata|annotations?|attributes|index|data)\.(csv|tsv)$/i;
const LITTER = /^(thumbs\.db|desktop\.ini)$/i;
const ROWS_TO_JUDGE_BY = 200;

/** Whether a file's name is that of an image. */
export function looksLikeImage(path: string): boolean {
  return IMAGE.test(path);
}

/**
 * Lists the images of a source with the columns that folder names, a filename pattern and a manifest give them.
 * @throws AppError invalidData if the manifest or the pattern is wrong
 */
export async function planImages(source: DataSource, options: ImportOptions): Promise<ImagePlan> {
  const entries = await source.list();
  const images = entries.filter((entry) => looksLikeImage(entry.path));
  const manifest = manifestOf(source, entries, options);
  const plan =
    manifest === null
      ? planByFiles(entries, images)
      : await planByManifest(source, manifest, entries, options.columns ?? null);
  return options.pattern === undefined ? plan : withPattern(plan, options.pattern);
}

function manifestOf(
  source: DataSource,
  entries: readonly SourceEntry[],
  options: ImportOptions,
): string | null {
  if (options.manifest !== undefined) {
    const path = source.within(options.manifest);
    if (path !== null) return path;
    throw invalidData(
      `The manifest ${options.manifest} lies outside ${source.location}.`,
      'Put it beside the images.',
    );
  }
  if (source.entry !== null) return TABLE.test(source.entry) ? source.entry : null;
  if (options.label === FOLDER || options.pattern !== undefined) return null;
  const tables = entries.filter((entry) => TABLE.test(entry.path) && folderOf(entry.path) === '');
  const usual = tables.find((entry) => USUAL_TABLE.test(entry.path));
  return usual?.path ?? (tables.length === 1 ? (tables[0]?.path ?? null) : null);
}

function planByFiles(entries: readonly SourceEntry[], images: readonly SourceEntry[]): ImagePlan {
  const others = entries.filter(
    (entry) => !looksLikeImage(entry.path) && !TABLE.test(entry.path) && !LITTER.test(fileNameOf(entry.path)),
  );
  return {
    items: images.map((entry) => ({ entry, fields: folderField(entry.path), line: null })),
    columns: [{ name: FOLDER, origin: 'folder' }],
    manifest: null,
    rejected: others.map((entry) => rejection(entry.path, entry.problem ?? 'is not an image file')),
    unnamed: [],
  };
}

function folderField(path: string): ReadonlyMap<string, string> {
  return new Map([[FOLDER, fileNameOf(folderOf(path))]]);
}

async function planByManifest(
  source: DataSource,
  manifest: string,
  entries: readonly SourceEntry[],
  named: readonly string[] | null,
): Promise<ImagePlan> {
  const table = await readCsv(source, manifest, named);
  const find = imageFinder(folderOf(manifest), entries);
  if (named === null) demandHeader(table, find, manifest);
  const { columns } = table;
  const fileColumn = fileColumnOf(table, find, manifest);
  const { items, rejected } = matchRows(table, fileColumn, find, manifest);
  const used = new Set(items.map(({ entry }) => entry.path));
  const own = columns.filter((name, i) => i !== fileColumn && name !== FOLDER);
  return {
    items,
    columns: [
      { name: FOLDER, origin: 'folder' },
      ...own.map((name) => ({ name, origin: 'manifest' as const })),
    ],
    manifest,
    rejected: [...table.rejected.map(({ item, reason }) => rejection(item, reason)), ...rejected],
    unnamed: entries
      .filter((entry) => looksLikeImage(entry.path) && !used.has(entry.path))
      .map((entry) => rejection(entry.path, `is not named in ${manifest}`)),
  };
}

/** Rows whose image is found, each image once; and what is wrong with the others. */
function matchRows(
  { columns, rows }: CsvTable,
  fileColumn: number,
  find: Find,
  manifest: string,
): { readonly items: readonly ImageItem[]; readonly rejected: readonly Rejection[] } {
  const items: ImageItem[] = [];
  const rejected: Rejection[] = [];
  const lineOf = new Map<string, number>();
  for (const { line, values } of rows) {
    const given = (values[fileColumn] ?? '').trim();
    const reject = (reason: string): void =>
      void rejected.push(given === '' ? rejection(`${manifest}, line ${line}`, reason) : rejection(given, `${reason} (${manifest}, line ${line})`)); // prettier-ignore
    const found = given === '' ? 'names no file' : find(given);
    if (typeof found === 'string') {
      reject(found);
      continue;
    }
    const before = lineOf.get(found.path);
    if (before !== undefined) {
      reject(`was named in line ${before} already`);
      continue;
    }
    lineOf.set(found.path, line);
    const fields = new Map(folderField(found.path));
    columns.forEach((name, i) => i !== fileColumn && fields.set(name, values[i] ?? ''));
    items.push({ entry: found, fields, line });
  }
  return { items, rejected };
}

/** A first line that names an image is a row: read as a header it would be lost. */
function demandHeader({ columns }: CsvTable, find: Find, manifest: string): void {
  const image = columns.find((name) => name !== '' && typeof find(name) !== 'string');
  if (image === undefined) return;
  throw invalidData(
    `${manifest} has no header: its first line names the image ${image}.`,
    `Name its ${columns.length} columns in order, such as file,label (--columns), or add them as its first line.`,
  );
}

type Find = (given: string) => SourceEntry | string;

/** Finds the image that a manifest names: by its path from the manifest or the source, or by its name if only one has it. */
function imageFinder(folder: string, entries: readonly SourceEntry[]): Find {
  const byPath = new Map(entries.map((entry) => [entry.path.normalize(), entry]));
  const byName = new Map<string, SourceEntry | null>();
  for (const entry of entries) {
    if (!looksLikeImage(entry.path)) continue;
    const name = fileNameOf(entry.path).normalize();
    byName.set(name, byName.has(name) ? null : entry);
  }
  return (given) => {
    if (given.includes('\0')) return 'is no path';
    const near = joinWithin(folder, given);
    if (near === null) return 'leads out of the folder';
    const named = given.includes('/') ? undefined : byName.get(given.normalize());
    const found =
      byPath.get(near.normalize()) ?? byPath.get(joinWithin('', given)?.normalize() ?? '') ?? named;
    if (found) return looksLikeImage(found.path) ? found : 'is not an image file';
    return named === null ? 'is the name of several images' : 'does not exist in the folder';
  };
}

function fileColumnOf(table: Pick<CsvTable, 'columns' | 'rows'>, find: Find, manifest: string): number {
  const sample = table.rows.slice(0, ROWS_TO_JUDGE_BY);
  const hits = table.columns.map(
    (_, i) => sample.filter(({ values }) => typeof find((values[i] ?? '').trim()) !== 'string').length,
  );
  const most = Math.max(0, ...hits);
  if (most > 0) return hits.indexOf(most);
  throw invalidData(
    `No column of ${manifest} names images of the folder.`,
    'One column must hold the images’ paths, as seen from the manifest.',
  );
}

function withPattern(plan: ImagePlan, text: string): ImagePlan {
  const pattern = compilePattern(text);
  const items: ImageItem[] = [];
  const rejected = [...plan.rejected];
  for (const item of plan.items) {
    const fields = pattern.match(item.entry.path);
    if (fields === null) rejected.push(rejection(item.entry.path, `does not fit the pattern ${text}`));
    else items.push({ ...item, fields: new Map([...fields, ...item.fields]) });
  }
  const known = new Set(plan.columns.map((column) => column.name));
  const added = pattern.fields.filter((name) => !known.has(name));
  return {
    ...plan,
    items,
    rejected,
    columns: [...plan.columns, ...added.map((name) => ({ name, origin: 'pattern' as const }))],
  };
}

function rejection(item: string, reason: string): Rejection {
  return { kind: 'rejected', item, reason };
}
