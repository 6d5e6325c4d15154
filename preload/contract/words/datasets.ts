import type { Modality, SplitRole } from './config.ts';
import type { AuditId, DatasetId, Digest, RunId } from './ids.ts';

/** How the values of a sensitive feature came to be; every report prints it. */
export type FeatureSource =
  'selfReported' | 'annotated' | 'inferred' | 'annotatedOrInferred' | 'synthetic' | 'unknown';

export interface TargetInfo {
  readonly name: string;
  readonly classes: readonly string[];
  readonly counts: readonly number[];
}

export interface SensitiveInfo {
  readonly name: string;
  readonly source: FeatureSource;
  /** Values in order of code; the unknown value is always present as `unknown`, if only with count 0. */
  readonly values: readonly string[];
  readonly counts: readonly number[];
}

export interface DatasetCard {
  readonly description: string;
  readonly motivation: string;
  readonly collection: string;
  readonly licence: string;
  readonly consent: string;
  readonly intendedUse: string;
  readonly outOfScope: string;
  readonly knownIssues: string;
  /** For made data: the answer that an audit must find. */
  readonly knownAnswer: string;
  /** What the data is used for here: the purpose of runs that state none. */
  readonly purpose?: string;
  /** The purposes that consent covers, with commas between them; empty or left out: not stated. */
  readonly consentPurposes?: string;
}

export interface DatasetRow {
  readonly id: DatasetId;
  readonly name: string;
  readonly reader: string;
  readonly modality: Modality;
  readonly count: number;
  /** Height, width, channels of every sample; of a table [1, 1, columns], of series [time, 1, channels], of texts [bytes of the longest, 1, 1]. */
  readonly shape: readonly [number, number, number];
  readonly primaryTarget: string;
  readonly targets: readonly TargetInfo[];
  readonly sensitive: readonly SensitiveInfo[];
  readonly subjects: number;
  readonly splits: Readonly<Record<SplitRole, number>>;
  /** Present where the pretrain split was declared to hold every sample, those of the other splits too. */
  readonly transductive?: true;
  readonly digest: Digest;
  readonly size: number;
  readonly created: string;
  readonly archived: boolean;
  readonly rejected: number;
}

/** Sizes and label rates of every group and intersection, by split. */
export interface GroupCount {
  readonly split: SplitRole;
  readonly group: Readonly<Record<string, string>>;
  readonly target: string;
  readonly n: number;
  readonly classCounts: readonly number[];
}

export interface DatasetDetail extends DatasetRow {
  readonly card: DatasetCard;
  readonly source: string;
  readonly options: ImportOptions;
  readonly groups: readonly GroupCount[];
  /** How often the audit split was looked at, and by what. */
  readonly auditLooks: readonly AuditLook[];
  readonly report: ImportReport;
}

export interface AuditLook {
  readonly time: string;
  readonly run: RunId | null;
  readonly audit: AuditId | null;
  readonly purpose: string;
}

/** One row per file or record that could not be read. */
export interface ImportReport {
  readonly read: number;
  readonly rejected: readonly { readonly item: string; readonly reason: string }[];
  /** Rejections beyond those listed. */
  readonly moreRejected: number;
  readonly notes: readonly string[];
  /** What occurs in more than one split; left out where nobody looked. */
  readonly leakage?: LeakageReport;
}

/** What occurs in more than one split of a data set: `LeakageReport` counts each sample once. */
export interface LeakageReport {
  /** Subjects in several splits. */
  readonly subjects: number;
  /** Samples with the same bytes as one of another split. */
  readonly copies: number;
  /** Pictures nearly like one of another split (perceptual hash). */
  readonly nearCopies: number;
  /** Some of the pairs, as indices in the data set: LeakageReport lists no more than 50. */
  readonly pairs: readonly { readonly first: number; readonly second: number; readonly kind: 'copy' | 'nearCopy' }[];
}

/** What a column of a table is to a model: a number, one of some values, or nothing. */
export type ColumnType = 'number' | 'category' | 'ignore';

/** What a reader is told; every reader ignores what does not concern it, and refuses what is wrong. */
export interface ImportOptions {
  readonly name?: string | undefined;
  /** Side in pixels to which images are brought (square, centre crop). */
  readonly size?: number | undefined;
  /** Column of the label in a manifest, or `folder`, or a field of the pattern. */
  readonly label?: string | undefined;
  readonly subject?: string | undefined;
  readonly sensitive?: readonly string[] | undefined;
  readonly featureSources?: Readonly<Record<string, FeatureSource>> | undefined;
  /** Filename pattern such as `{age}_{gender}_{race}_*`. */
  readonly pattern?: string | undefined;
  /** Manifest file beside the images. */
  readonly manifest?: string | undefined;
  /** Names of a table's columns, in order, if it has no header. */
  readonly columns?: readonly string[] | undefined;
  /** Whether a table's first line names its columns; `none` without `columns` numbers them. */
  readonly header?: 'first' | 'none' | undefined;
  /** For tables: what a column is, where what its values suggest is wrong. */
  readonly types?: Readonly<Record<string, ColumnType>> | undefined;
  /** Column of the text, or of the caption of an image. */
  readonly text?: string | undefined;
  /** For texts: whether each file or each line of a file is one. */
  readonly layout?: 'files' | 'lines' | undefined;
  /** For series: column of the time. */
  readonly time?: string | undefined;
  /** For series: steps of each; longer ones are cut into several. */
  readonly steps?: number | undefined;
  /** For series: bring irregular times onto a regular grid, or take the rows as they come. */
  readonly timestamps?: 'resample' | 'rows' | undefined;
  /** Edges of the ranges that a column of numbers is put into, ascending: [30, 45] makes below 30, 30 to below 45, 45 or more. */
  readonly bins?: Readonly<Record<string, readonly number[]>> | undefined;
  /** For IDX: path of the label file. */
  readonly labels?: string | undefined;
  readonly seed?: number | undefined;
  readonly splits?: Readonly<Record<SplitRole, number>> | undefined;
  /** Whether pretraining may see every sample without its label, also those that probes and audits are judged by. */
  readonly transductive?: boolean | undefined;
  readonly licence?: string | undefined;
  readonly purpose?: string | undefined;
  /** The purposes that consent covers, with commas between them. */
  readonly consentPurposes?: string | undefined;
  /** Built-in data: probability that the colour follows the label in the training splits, .5 is independent. */
  readonly correlation?: number | undefined;
  /** Built-in data: share of the second colour. */
  readonly minorityShare?: number | undefined;
  /** At most so many training samples; 0 is all. */
  readonly limit?: number | undefined;
}

/** A first look at a source before it is imported. */
export interface SourcePreview {
  readonly reader: string;
  readonly count: number | null;
  readonly columns: readonly {
    readonly name: string;
    readonly distinct: number;
    readonly examples: readonly string[];
    readonly missing: number;
    /** For tables: what its values suggest. */
    readonly type?: ColumnType;
  }[];
  readonly suggestion: ImportOptions;
  readonly thumbnails: SampleGrid;
  readonly problems: readonly string[];
}

/** Some samples as pixels, 8 bits, row-major [n, h, w, c]. */
export interface SampleGrid {
  readonly count: number;
  readonly shape: readonly [number, number, number];
  readonly data: Uint8Array;
  readonly items: readonly SampleItem[];
  /** How many samples fit the question, of which these are a page; left out where single ones were asked for. */
  readonly matching?: number;
}

export interface SampleItem {
  readonly index: number;
  readonly label: string;
  readonly groups: Readonly<Record<string, string>>;
  /** What the sample holds, in words, where it is no picture; its pixels are then a blank. */
  readonly text?: string;
}

/** Originals and views of the same samples; `views[v]` has the layout of `originals`. */
export interface ViewPreview {
  readonly originals: SampleGrid;
  readonly views: readonly SampleGrid[];
  readonly milliseconds: number;
}
