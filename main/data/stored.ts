import { AppError } from '../../preload/contract/errors.ts';
import type {
  DatasetId,
  Digest,
  FeatureSource,
  SampleGrid,
  SplitRole,
} from '../../preload/contract/vocabulary.ts';
import type {
  ArtefactFile,
  DatasetFiles,
  DatasetManifest,
  FileFormat,
  GroupColumn,
  TextColumn,
} from '../core/datasetFiles.ts';
import { Rng } from '../core/rng.ts';
import { BLANK, bytesPerSample, wordsOf } from './formats.ts';

/** How the bytes of a stored data set are reached; `length` null reads to the end. See `readArtefact` in fsSink.ts. */
export interface Shelf {
  readonly find: (digest: Digest) => ArtefactFile;
  readonly readBytes: (file: ArtefactFile, offset: number, length: number | null) => Promise<Uint8Array>;
}

/** A stored data set and where its bytes are. */
export interface StoredDataset extends Shelf {
  readonly id: DatasetId;
  /** Digest of the manifest. */
  readonly digest: Digest;
  readonly manifest: DatasetManifest;
  readonly count: number;
  /** Height, width, channels. */
  readonly shape: readonly [number, number, number];
}

/** What a trainer may see: sensitive features only for rows of the validation split. */
export async function datasetFilesOf(dataset: StoredDataset): Promise<DatasetFiles> {
  const { id, digest, manifest, count, shape, find } = dataset;
  const rows = await splitOf(dataset, 'validation');
  const validationGroups: GroupColumn[] = [];
  for (const feature of manifest.sensitive) {
    const codes = await codesOf(dataset, feature.digest);
    validationGroups.push({ feature: feature.name, values: feature.values, codes: picked(codes, rows) });
  }
  return {
    id,
    digest,
    count,
    shape,
    samples: find(manifest.samples),
    ...formatOf(dataset),
    targets: manifest.targets.map(({ name, classes, digest: file }) => ({ name, classes, file: find(file) })),
    splits: {
      pretrain: find(manifest.splits.pretrain),
      probeTrain: find(manifest.splits.probeTrain),
      validation: find(manifest.splits.validation),
      audit: find(manifest.splits.audit),
    },
    validationGroups,
  };
}

/** How samples that are no images are read, and what is said of those that are. */
function formatOf({
  manifest: { format, captions },
  find,
}: StoredDataset): Pick<DatasetFiles, 'format' | 'captions'> {
  const read: FileFormat | undefined =
    format?.kind === 'text' ? { kind: 'text', ends: find(format.ends) } : format;
  return {
    ...(read === undefined ? {} : { format: read }),
    ...(captions === undefined
      ? {}
      : { captions: { texts: find(captions.texts), ends: find(captions.ends) } }),
  };
}

/** The rows of one split with everything an audit needs; entry i of every column is row i of the split. */
export interface AuditTable {
  readonly split: SplitRole;
  /** Index of each row in the data set, ascending. */
  readonly indices: Uint32Array;
  /** Names within the source: rows of two data sets with equal names are the same example. */
  readonly names: readonly string[];
  /** Subject codes; meaningful within this data set only. */
  readonly subjects: Int32Array;
  readonly sensitive: readonly {
    readonly name: string;
    readonly source: FeatureSource;
    readonly values: readonly string[];
    readonly codes: Int16Array;
  }[];
  readonly targets: readonly {
    readonly name: string;
    readonly classes: readonly string[];
    readonly codes: Int16Array;
  }[];
}

/** Names, subjects, sensitive features and targets of one split. For audits alone: the caller logs the look. */
export async function auditTableOf(dataset: StoredDataset, split: SplitRole): Promise<AuditTable> {
  const { manifest } = dataset;
  const indices = await splitOf(dataset, split);
  const names = await namesOf(dataset);
  const subjects = await subjectCodesOf(dataset);
  const sensitive = [];
  for (const { name, source, values, digest } of manifest.sensitive)
    sensitive.push({ name, source, values, codes: picked(await codesOf(dataset, digest), indices) });
  const targets = [];
  for (const { name, classes, digest } of manifest.targets)
    targets.push({ name, classes, codes: picked(await codesOf(dataset, digest), indices) });
  return {
    split,
    indices,
    names: Array.from(indices, (index) => names[index] ?? ''),
    subjects: Int32Array.from(indices, (index) => subjects[index] ?? -1),
    sensitive,
    targets,
  };
}

/** Which samples are wanted: those of `indices`, or else `count` at random out of a split and, if given, a group. */
export interface SampleQuery {
  readonly split: SplitRole;
  readonly count: number;
  /** Samples before these in the order that the seed chooses; 0 if left out. */
  readonly offset?: number;
  readonly seed: number;
  /** Indices in the data set; all must be of the split. */
  readonly indices: readonly number[] | null;
  /** Feature (or target) and value; all must hold. */
  readonly group: Readonly<Record<string, string>> | null;
  /** The target shown as label; the first if left out. */
  readonly target?: string;
}

/**
 * Some samples as pixels (or in words) with label and groups, read by ranges.
 * @throws AppError usage for an index outside the split, or an unknown feature or value
 */
export async function samplesOf(dataset: StoredDataset, query: SampleQuery): Promise<SampleGrid> {
  const { manifest, shape } = dataset;
  const columns = await codeColumns(dataset);
  const rows = await splitOf(dataset, query.split);
  const { indices, ...matching } =
    query.indices === null
      ? randomRows(rows, columns, query)
      : { indices: checked(query.indices, rows, query.split) };
  const { format } = manifest;
  const samples: Uint8Array[] = [];
  for (const index of indices) samples.push(await sampleOf(dataset, index));
  const told = await Promise.all(indices.map((index, i) => toldOf(dataset, index, samples[i])));
  const valueOf = (name: string, index: number): string => {
    const column = columns.find((candidate) => candidate.name === name);
    return column?.classes[column.codes[index] ?? -1] ?? '';
  };
  const target = query.target ?? manifest.targets[0]?.name ?? '';
  const items = indices.map((index, i) => ({
    index,
    label: valueOf(target, index),
    groups: Object.fromEntries(manifest.sensitive.map(({ name }) => [name, valueOf(name, index)])),
    ...told[i],
  }));
  if (format !== undefined)
    return { count: indices.length, shape: BLANK, data: new Uint8Array(indices.length).fill(255), items, ...matching }; // prettier-ignore
  const stride = bytesPerSample(shape, format);
  const data = new Uint8Array(indices.length * stride);
  samples.forEach((bytes, i) => data.set(bytes, i * stride));
  return { count: indices.length, shape, data, items, ...matching };
}

/** Samples of a split by their indices, one after another. @throws AppError usage for an index outside the split */
export async function* samplesWithin(
  dataset: StoredDataset,
  split: SplitRole,
  indices: readonly number[],
): AsyncGenerator<{ readonly index: number; readonly bytes: Uint8Array }, void> {
  for (const index of checked(indices, await splitOf(dataset, split), split))
    yield { index, bytes: await sampleOf(dataset, index) };
}

/** What a sample holds, in words: all of one that is no picture, or the caption of one that is. */
async function toldOf(
  dataset: StoredDataset,
  index: number,
  bytes: Uint8Array | undefined,
): Promise<{ readonly text?: string }> {
  const { format, captions } = dataset.manifest;
  if (format !== undefined) return { text: wordsOf(format, bytes ?? new Uint8Array(0)) };
  if (captions === undefined) return {};
  return { text: await captionOf(dataset, index) };
}

/** What is said of one image; empty where the data set has no captions. */
export async function captionOf(dataset: StoredDataset, index: number): Promise<string> {
  const { captions } = dataset.manifest;
  return captions === undefined ? '' : new TextDecoder().decode(await textAt(dataset, captions, index));
}

/** The bytes of one sample in the data set's format. */
export async function sampleOf(dataset: StoredDataset, index: number): Promise<Uint8Array> {
  const { manifest, shape, find } = dataset;
  if (manifest.format?.kind === 'text')
    return textAt(dataset, { texts: manifest.samples, ends: manifest.format.ends }, index);
  const stride = bytesPerSample(shape, manifest.format);
  return dataset.readBytes(find(manifest.samples), index * stride, stride);
}

interface Codes {
  readonly name: string;
  readonly classes: readonly string[];
  readonly codes: Int16Array;
}

async function codeColumns(dataset: StoredDataset): Promise<readonly Codes[]> {
  const columns: Codes[] = [];
  for (const { name, values, digest } of dataset.manifest.sensitive)
    columns.push({ name, classes: values, codes: await codesOf(dataset, digest) });
  for (const { name, classes, digest } of dataset.manifest.targets)
    columns.push({ name, classes, codes: await codesOf(dataset, digest) });
  return columns;
}

function randomRows(
  rows: Uint32Array,
  columns: readonly Codes[],
  query: SampleQuery,
): { readonly indices: number[]; readonly matching: number } {
  const wanted = Object.entries(query.group ?? {}).map(([name, value]) => {
    const column = columns.find((candidate) => candidate.name === name);
    if (!column)
      throw usage(`There is no feature ${name}.`, `Known: ${columns.map((c) => c.name).join(', ')}.`);
    const code = column.classes.indexOf(value);
    if (code < 0)
      throw usage(`Feature ${name} has no value ${value}.`, `Known: ${column.classes.join(', ')}.`);
    return { codes: column.codes, code };
  });
  const matching = rows.filter((index) => wanted.every(({ codes, code }) => codes[index] === code));
  const rng = Rng.stream(query.seed, `samples of ${query.split}`);
  const first = Math.min(query.offset ?? 0, matching.length);
  const end = Math.min(first + query.count, matching.length);
  for (let i = 0; i < end; i++) {
    const j = i + rng.below(matching.length - i);
    [matching[i], matching[j]] = [matching[j] ?? 0, matching[i] ?? 0];
  }
  return { indices: [...matching.subarray(first, end)], matching: matching.length };
}

function checked(indices: readonly number[], rows: Uint32Array, split: SplitRole): number[] {
  const members = new Set(rows);
  const stray = indices.find((index) => !members.has(index));
  if (stray === undefined) return [...indices];
  throw usage(`Sample ${stray} is not in the ${split} split.`, 'Ask for samples of that split.');
}

async function textAt(shelf: Shelf, { texts, ends }: TextColumn, index: number): Promise<Uint8Array> {
  const before = index === 0 ? 0 : 1;
  const width = Float64Array.BYTES_PER_ELEMENT;
  const places = await shelf.readBytes(shelf.find(ends), (index - before) * width, (1 + before) * width);
  const [first = 0, second = first] = new Float64Array(aligned(places));
  const start = before === 0 ? 0 : first;
  return shelf.readBytes(shelf.find(texts), start, second - start);
}

function usage(message: string, hint: string): AppError {
  return new AppError({ code: 'usage', message, hint });
}

/** Names of the samples within their source, by index. */
export async function namesOf(dataset: StoredDataset): Promise<readonly string[]> {
  return new TextDecoder().decode(await bytesIn(dataset, dataset.manifest.names)).split('\n');
}

/** Sample indices of a split, ascending. */
export function splitOf(dataset: StoredDataset, split: SplitRole): Promise<Uint32Array> {
  return splitRows(dataset, dataset.manifest.splits[split]);
}

/** Sample indices that a stored split lists, ascending. */
export async function splitRows(dataset: Shelf, digest: Digest): Promise<Uint32Array> {
  return new Uint32Array(aligned(await bytesIn(dataset, digest)));
}

/** Codes of a column, one per sample. */
export async function codesOf(dataset: Shelf, digest: Digest): Promise<Int16Array> {
  return new Int16Array(aligned(await bytesIn(dataset, digest)));
}

/** Subject code of every sample. */
export async function subjectCodesOf(dataset: StoredDataset): Promise<Int32Array> {
  return new Int32Array(aligned(await bytesIn(dataset, dataset.manifest.subjects.digest)));
}

/** A buffer of exactly these bytes, at offset 0, as wider typed arrays demand. */
function aligned(content: Uint8Array): ArrayBuffer {
  // Not slice(): of a Node Buffer that is another view of the same memory, at any offset.
  return new Uint8Array(content).buffer;
}

/** Every byte of an artefact. */
export function bytesIn(dataset: Shelf, digest: Digest): Promise<Uint8Array> {
  return dataset.readBytes(dataset.find(digest), 0, null);
}

function picked(codes: Int16Array, rows: Uint32Array): Int16Array {
  return Int16Array.from(rows, (index) => codes[index] ?? 0);
}
