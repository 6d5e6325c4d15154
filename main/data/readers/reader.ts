import type {
  FeatureSource,
  ImportOptions,
  ParamSpecs,
  SourcePreview,
} from '../../../preload/contract/vocabulary.ts';
import type { SampleFormat } from '../../core/datasetFiles.ts';
import type { DataSource } from '../source.ts';

/** One example as a reader hands it on. */
export interface Example {
  readonly kind: 'example';
  /** Unique within the source; equal names in two data sets are the same example. */
  readonly name: string;
  /** The sample in the reading's format: for images [height, width, channels]. Valid until the next row is asked for. */
  readonly bytes: Uint8Array;
  /** Whose it is; null: nobody else's. */
  readonly subject: string | null;
  /** Width and height of the image in its file, in pixels. Only where the reading is measured. */
  readonly original?: readonly [number, number];
  /** What is said of the image; empty text where nothing is. Only where the reading has captions. */
  readonly caption?: string;
  /** One value per target of the reading. */
  readonly targets: readonly string[];
  /** One value per sensitive feature of the reading; null is unknown. */
  readonly sensitive: readonly (string | null)[];
  /** `audit` if the source itself sets the example aside as test data, null if the splits may choose. */
  readonly role: 'audit' | null;
}

/** What could not be read, for the import report. */
export interface Rejection {
  readonly kind: 'rejected';
  readonly item: string;
  readonly reason: string;
  /** Whose it is, where that is known: the id is not kept in the report. */
  readonly subject?: string | null;
}

/** A remark about the whole source, for the import report. */
export interface Remark {
  readonly kind: 'note';
  readonly text: string;
}

export type Row = Example | Rejection | Remark;

/** A column of classes. `values` null: whatever occurs, in the order of `compareValues`. */
export interface TargetSpec {
  readonly name: string;
  readonly values: readonly string[] | null;
  /** Edges of the ranges that its values, which are numbers, are put into. */
  readonly edges?: readonly number[];
}

export interface SensitiveSpec extends TargetSpec {
  readonly source: FeatureSource;
}

/** How the bytes of examples are to be understood; where texts end is found out while they are stored. */
export type ReadingFormat = Exclude<SampleFormat, { kind: 'text' }> | { readonly kind: 'text' };

/** A source opened for reading: what its rows look like, and the rows, once. */
export interface Reading {
  /** Left out for images. */
  readonly format?: ReadingFormat;
  /** Whether examples have captions. */
  readonly captions?: boolean;
  /** Whether examples tell the size they had before they were brought to one. */
  readonly measured?: boolean;
  /** Height, width, channels of every example; [1, 1, columns] of a table, [time, 1, channels] of series, [1, 1, 1] of texts. */
  readonly shape: readonly [number, number, number];
  /** Rows to come, or null if that is not known. */
  readonly total: number | null;
  /** A name for the data set if the user gives none. */
  readonly name: string;
  /** The first is the primary one. */
  readonly targets: readonly TargetSpec[];
  readonly sensitive: readonly SensitiveSpec[];
  /** For made data: what an audit must find; empty otherwise. */
  readonly knownAnswer: string;
  readonly rows: AsyncIterable<Row>;
}

/** One format: one file, one registry line. Readers see bytes through a DataSource alone. */
export interface Reader {
  readonly id: string;
  readonly title: string;
  /** One sentence: what it reads. */
  readonly summary: string;
  /** What the import form offers as sliders and numbers; columns come from the preview. */
  readonly params: ParamSpecs;
  /** Whether of a file it is given it reads nothing that lies beside it. */
  readonly alone?: true;
  /** How surely the source is of this format: 0 not at all, 1 certainly. */
  accepts(source: DataSource): Promise<number>;
  /** @throws AppError invalidData if the source cannot be read at all */
  preview(source: DataSource, options: ImportOptions): Promise<SourcePreview>;
  /** @throws AppError invalidData if nothing can be read or an option is wrong; a bad file is a row instead */
  read(source: DataSource, options: ImportOptions): Promise<Reading>;
}
