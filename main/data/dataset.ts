import type {
  ImportOptions,
  ImportReport,
  SourcePreview,
  SplitRole,
} from '../../preload/contract/vocabulary.ts';
import type { ArtefactWriter, ImportedDataset } from '../core/datasetFiles.ts';
import { checkProportions, DEFAULT_PROPORTIONS, splitBySubject } from '../core/splits.ts';
import { cardFor } from './cards.ts';
import { modalityOf } from './formats.ts';
import { openSource } from './fsSource.ts';
import { groupCounts, strataOf } from './groups.ts';
import { leakageNotes, MOST_COMPARED } from './leakage.ts';
import { contentDigest, storeTable } from './manifest.ts';
import type { Reader } from './readers/reader.ts';
import { fingerprintOf } from './recall.ts';
import type { ImportMemory } from './recall.ts';
import type { SubjectKey } from './privacy/subjectKey.ts';
import * as registry from './readers/registry.ts';
import { readTable } from './sampleTable.ts';
import type { ImportProgress, SampleTable } from './sampleTable.ts';
import { invalidData } from './source.ts';
import type { DataSource } from './source.ts';

/** Every reader by id. */
export const readers: Readonly<Record<string, Reader>> = registry satisfies Record<string, Reader>;

/** Seed of what an import chooses (splits, and which samples a limit keeps) if none is given. */
export const DEFAULT_IMPORT_SEED = 1;

export interface ImportRequest {
  /** A file, a folder, or `builtin:coloured-digits`, or `builtin:made-movement`. */
  readonly path: string;
  /** Null: the reader that accepts the source most surely. */
  readonly reader: string | null;
  readonly options: ImportOptions;
  readonly writer: ArtefactWriter;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ImportProgress) => void;
  /** Asked now and then; the import goes on when it answers. */
  readonly paused?: () => Promise<void>;
  /** What earlier imports made; left out: the source is read in any case. */
  readonly memory?: ImportMemory;
  /** Opens the key for subject ids, once the first of them comes; without it, a source with subject ids is refused. */
  readonly subjectKey?: () => SubjectKey;
}

export interface PreviewRequest {
  readonly path: string;
  readonly reader: string | null;
  readonly options: ImportOptions;
}

/**
 * Imports a source: streams its examples into packed artefacts, splits them by subject, counts the groups. The same content and
 * options give the same digest. What cannot be read is listed in the report.
 * @throws AppError invalidData if nothing can be read or an option is wrong; cancelled; diskFull
 */
export async function importDataset(request: ImportRequest): Promise<ImportedDataset> {
  const { options, onProgress } = request;
  checkProportions(options.splits ?? DEFAULT_PROPORTIONS);
  onProgress({ done: 0, total: null, detail: 'looking at the source' });
  const source = await openSource(request.path);
  const reader = await chooseReader(source, request.reader);
  const fingerprint = request.memory ? await fingerprintOf(source, reader, options) : null;
  const known = fingerprint === null ? null : await request.memory?.recall(fingerprint);
  if (known) return { ...known, source: request.path };
  const dataset = await readDataset(source, reader, request);
  if (fingerprint !== null) await request.memory?.remember(fingerprint, dataset);
  return dataset;
}

async function readDataset(
  source: DataSource,
  reader: Reader,
  request: ImportRequest,
): Promise<ImportedDataset> {
  const { options } = request;
  const reading = await reader.read(source, options);
  const table = await readTable(reading, request);
  request.onProgress({ done: table.count, total: table.count, detail: 'splitting', closing: true });
  const splits = splitTable(table, options);
  const stored = await storeTable(table, splits, reading.format, request.writer);
  return {
    name: options.name ?? reading.name,
    reader: reader.id,
    source: request.path,
    options,
    modality: modalityOf(reading.format),
    count: table.count,
    shape: table.shape,
    primaryTarget: table.primary.name,
    targets: table.targets.map(({ name, classes, counts }) => ({ name, classes, counts })),
    sensitive: table.sensitive.map(({ name, source: origin, classes, counts }) => ({
      name,
      source: origin,
      values: classes,
      counts,
    })),
    subjects: table.subjects.count,
    splits: {
      pretrain: splits.pretrain.length,
      probeTrain: splits.probeTrain.length,
      validation: splits.validation.length,
      audit: splits.audit.length,
    },
    groups: groupCounts(table.primary, table.sensitive, splits),
    digest: contentDigest(stored.manifest),
    manifest: stored.manifest,
    card: cardFor(reader.id, options, reading.knownAnswer),
    report: reportOf(table, splits, options),
    size: stored.size,
  };
}

/** A first look at a source before it is imported. @throws AppError invalidData if no reader can read it */
export async function previewSource(request: PreviewRequest): Promise<SourcePreview> {
  const source = await openSource(request.path);
  const reader = await chooseReader(source, request.reader);
  return reader.preview(source, request.options);
}

async function chooseReader(source: DataSource, id: string | null): Promise<Reader> {
  if (id !== null) {
    const reader = Object.hasOwn(readers, id) ? readers[id] : undefined;
    if (reader) return reader;
    throw invalidData(`There is no reader ${id}.`, `Known readers: ${Object.keys(readers).join(', ')}.`);
  }
  let best: Reader | null = null;
  let confidence = 0;
  for (const reader of Object.values(readers)) {
    const own = await reader.accepts(source);
    if (own > confidence) [best, confidence] = [reader, own];
  }
  if (best) return best;
  throw invalidData(
    `No reader knows what ${source.location} is.`,
    `Pretext reads: ${Object.values(readers).map((reader) => reader.title.toLowerCase()).join('; ')}.`, // prettier-ignore
  );
}

function splitTable(table: SampleTable, options: ImportOptions): Readonly<Record<SplitRole, Uint32Array>> {
  const splits = splitBySubject({
    subjects: table.subjects.codes,
    strata: strataOf([table.primary, ...table.sensitive]),
    audit: table.audit.includes(1) ? table.audit : null,
    proportions: options.splits ?? DEFAULT_PROPORTIONS,
    seed: options.seed ?? DEFAULT_IMPORT_SEED,
  });
  if (options.transductive !== true) return splits;
  return { ...splits, pretrain: Uint32Array.from({ length: table.count }, (_, index) => index) };
}

const TRANSDUCTIVE =
  'Pretraining is transductive, as declared: encoders see every sample without its label, also those that probes and audits are judged by.';

function reportOf(
  table: SampleTable,
  splits: Readonly<Record<SplitRole, Uint32Array>>,
  options: ImportOptions,
): ImportReport {
  const { report, copies, subjects } = table;
  const leakage = copies?.report(splits, subjects.codes);
  return {
    ...report,
    notes: [
      ...report.notes,
      ...(options.transductive === true ? [TRANSDUCTIVE] : []),
      ...(leakage ? leakageNotes(leakage) : []),
      ...(leakage && table.count > MOST_COMPARED
        ? [`Of ${table.count} samples the first ${MOST_COMPARED} were compared with each other for copies.`]
        : []),
      ...emptySplits(splits),
    ],
    ...(leakage && { leakage }),
  };
}

function emptySplits(splits: Readonly<Record<SplitRole, Uint32Array>>): readonly string[] {
  return Object.entries(splits)
    .filter(([, indices]) => indices.length === 0)
    .map(([role]) => `The ${role} split is empty: there are too few subjects, or its share is 0.`);
}
