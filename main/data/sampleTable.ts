import { AppError } from '../../preload/contract/errors.ts';
import type { FeatureSource, ImportOptions, ImportReport } from '../../preload/contract/vocabulary.ts';
import type { ArtefactFile, ArtefactWriter } from '../core/datasetFiles.ts';
import { ClassColumnBuilder, SubjectColumnBuilder, UNKNOWN } from './columns.ts';
import { checkEdges, RangeColumnBuilder } from './ranges.ts';
import type { ClassColumn, SubjectColumn } from './columns.ts';
import { CopyIndex } from './leakage.ts';
import { SubjectNames } from './privacy/subjectNames.ts';
import type { SubjectKey } from './privacy/subjectKey.ts';
import { bytesOf, grown, Packer } from './packer.ts';
import { TextPacker } from './textPacker.ts';
import type { Example, Reading, Row, TargetSpec } from './readers/reader.ts';
import { invalidData } from './source.ts';

/** Rejections that the report lists one by one. */
export const LISTED_REJECTIONS = 1000;

const ROWS_PER_REPORT = 100;
// A name must stay on its line.
const CONTROLS = /\p{Cc}/gu;

/** How far an import is. */
export interface ImportProgress {
  /** Rows read so far, rejected ones too. */
  readonly done: number;
  /** Rows in all, or null while unknown. */
  readonly total: number | null;
  readonly detail: string;
  /** Everything is read: from here on no library works on foreign bytes, and silence is no sign of a loop. */
  readonly closing?: true;
}

export interface SensitiveColumn extends ClassColumn {
  readonly source: FeatureSource;
}

/** Everything read: samples and names are in their artefacts already, the columns are in memory. */
export interface SampleTable {
  readonly count: number;
  readonly shape: readonly [number, number, number];
  readonly samples: ArtefactFile;
  /** Where each sample ends; only told for texts, where they differ in length. */
  readonly ends: ArtefactFile | null;
  readonly captions: { readonly texts: ArtefactFile; readonly ends: ArtefactFile } | null;
  /** Width and height of every image in its file; only told where images were brought to one size. */
  readonly originalSizes: ArtefactFile | null;
  readonly names: ArtefactFile;
  readonly primary: ClassColumn;
  readonly targets: readonly ClassColumn[];
  readonly sensitive: readonly SensitiveColumn[];
  readonly subjects: SubjectColumn;
  /** Id of the key that turned the subjects' names; null where there are none. */
  readonly key: string | null;
  /** 1 where the source sets the sample aside as test data. */
  readonly audit: Uint8Array;
  /** What tells copies; null for made data, which repeats itself on purpose. */
  readonly copies: CopyIndex | null;
  readonly report: ImportReport;
}

interface Job {
  readonly options: ImportOptions;
  readonly writer: ArtefactWriter;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ImportProgress) => void;
  /** Asked now and then; the import goes on when it answers. */
  readonly paused?: () => Promise<void>;
  /** Opens the key for subject ids, once the first of them comes. */
  readonly subjectKey?: () => SubjectKey;
}

/** Reads every row of a source in bounded memory: samples and names go straight to the store. */
export async function readTable(reading: Reading, job: Job): Promise<SampleTable> {
  const { writer } = job;
  const sinks: Sinks = {
    samples: reading.format?.kind === 'text' ? await TextPacker.open(writer) : await Packer.open(writer),
    names: await Packer.open(writer),
    captions: reading.captions === true ? await TextPacker.open(writer) : null,
    originalSizes: reading.measured === true ? await Packer.open(writer) : null,
  };
  try {
    const builder = new TableBuilder(reading, job, sinks);
    for await (const row of reading.rows) {
      await builder.add(row);
      if (builder.done % ROWS_PER_REPORT === 0) {
        report(builder, reading, job);
        await job.paused?.();
      }
    }
    report(builder, reading, job);
    return await builder.finish(job.options);
  } catch (cause) {
    for (const sink of Object.values(sinks) as (Packer | TextPacker | null)[]) await sink?.abort();
    throw cause;
  }
}

function report(builder: TableBuilder, reading: Reading, job: Job): void {
  if (job.signal.aborted)
    throw new AppError({
      code: 'cancelled',
      message: 'The import was cancelled.',
      hint: 'Nothing was stored.',
    });
  const { done } = builder;
  const detail =
    reading.total === null
      ? `${done} read`
      : `${done} of ${reading.total} read, ${builder.rejectedCount} rejected`;
  job.onProgress({ done, total: reading.total, detail });
}

/** Where the pieces of examples go. */
interface Sinks {
  readonly samples: Packer | TextPacker;
  readonly names: Packer;
  readonly captions: TextPacker | null;
  readonly originalSizes: Packer | null;
}

class TableBuilder {
  done = 0;
  rejectedCount = 0;
  private count = 0;
  private readonly reading: Reading;
  private readonly sinks: Sinks;
  private readonly targets: readonly ClassColumnBuilder[];
  private readonly sensitive: readonly ClassColumnBuilder[];
  private readonly names: SubjectNames;
  private readonly subjects: SubjectColumnBuilder;
  private audit = new Uint8Array(1024);
  private readonly rejected: { item: string; reason: string }[] = [];
  private readonly notes: string[] = [];
  private readonly copies: CopyIndex | null;
  private readonly encoder = new TextEncoder();

  constructor(reading: Reading, { options, subjectKey }: Job, sinks: Sinks) {
    this.reading = reading;
    this.names = new SubjectNames(options, subjectKey);
    this.subjects = new SubjectColumnBuilder(this.names.turn);
    this.sinks = sinks;
    const pictures = reading.format === undefined ? reading.shape : null;
    this.copies = reading.knownAnswer === '' ? new CopyIndex(pictures) : null;
    this.targets = reading.targets.map((spec) => builderOf(spec, options));
    this.sensitive = reading.sensitive.map((spec) => builderOf(spec, options));
  }

  async add(row: Row): Promise<void> {
    if (row.kind === 'note') return void this.notes.push(row.text);
    this.done++;
    if (row.kind === 'example') return this.addExample(row);
    this.rejectedCount++;
    this.names.note(row.subject ?? null);
    if (this.rejected.length < LISTED_REJECTIONS) this.rejected.push({ item: row.item, reason: row.reason });
  }

  async finish(options: ImportOptions): Promise<SampleTable> {
    if (this.count === 0) throw nothingRead(this.names.withoutIds(this.rejected));
    const targets = this.targets.map((column) => column.finish(null));
    const [primary] = targets;
    if (!primary) throw invalidData('The source has no label.', 'Choose the column of the label.');
    const { samples, names, captions, originalSizes } = this.sinks;
    const texts = samples instanceof TextPacker ? await samples.finish() : null;
    return {
      count: this.count,
      shape: samples instanceof TextPacker ? [Math.max(1, samples.longest), 1, 1] : this.reading.shape,
      samples: texts === null ? await (samples as Packer).finish() : texts.texts,
      ends: texts === null ? null : texts.ends,
      captions: captions === null ? null : await captions.finish(),
      originalSizes: originalSizes === null ? null : await originalSizes.finish(),
      names: await names.finish(),
      primary,
      targets,
      sensitive: this.sensitive.map((column, i) => ({
        ...column.finish(UNKNOWN),
        source: this.sourceOf(i, options),
      })),
      subjects: this.subjects.finish(),
      key: this.names.keyId,
      audit: this.audit.slice(0, this.count),
      copies: this.copies,
      report: {
        read: this.count,
        rejected: this.names.withoutIds(this.rejected),
        moreRejected: this.rejectedCount - this.rejected.length,
        notes: [...this.notes.map((note) => this.names.sentence(note)), ...this.names.notes()],
      },
    };
  }

  private async addExample(example: Example): Promise<void> {
    this.targets.forEach((column, i) => column.add(example.targets[i] ?? UNKNOWN));
    this.sensitive.forEach((column, i) => column.add(example.sensitive[i] ?? UNKNOWN));
    this.subjects.add(example.subject);
    if (this.count === this.audit.length) this.audit = grown(this.audit, new Uint8Array(2 * this.count));
    this.audit[this.count++] = example.role === 'audit' ? 1 : 0;
    const { samples, names, captions, originalSizes } = this.sinks;
    await names.add(this.encoder.encode(`${lineOf(this.names.sample(example))}\n`));
    this.copies?.add(example.bytes);
    await samples.add(example.bytes);
    await captions?.add(this.encoder.encode(example.caption ?? ''));
    await originalSizes?.add(bytesOf(Uint32Array.from(example.original ?? [0, 0])));
  }

  private sourceOf(index: number, options: ImportOptions): FeatureSource {
    const spec = this.reading.sensitive[index];
    return options.featureSources?.[spec?.name ?? ''] ?? spec?.source ?? 'unknown';
  }
}

function builderOf({ name, values, edges }: TargetSpec, options: ImportOptions): ClassColumnBuilder {
  const ranges = options.bins?.[name] ?? edges;
  return ranges === undefined
    ? new ClassColumnBuilder(name, values)
    : new RangeColumnBuilder(name, checkEdges(name, ranges));
}

function lineOf(name: string): string {
  return name.replace(CONTROLS, (control) => encodeURIComponent(control));
}

function nothingRead(rejected: readonly { item: string; reason: string }[]): AppError {
  const [first] = rejected;
  return first === undefined
    ? invalidData('The source holds no examples.', 'Give a source with at least one example.')
    : invalidData(
        `None of the ${rejected.length} examples could be read.`,
        `The first, ${first.item}: ${first.reason}.`,
      );
}
