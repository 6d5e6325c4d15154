import type {
  DatasetCard,
  DatasetId,
  Digest,
  FeatureSource,
  GroupCount,
  ImportOptions,
  ImportReport,
  Modality,
  SensitiveInfo,
  SplitRole,
  TargetInfo,
} from '../../preload/contract/vocabulary.ts';

/** A file of the artefact store as seen by one process: its digest and where this process finds it. */
export interface ArtefactFile {
  readonly digest: Digest;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** One column of class codes: Int16 little-endian, one per sample; -1 never occurs, unknown is a class of its own. */
export interface CodeColumn {
  readonly name: string;
  readonly classes: readonly string[];
  readonly file: ArtefactFile;
}

/** How a trainer reads samples that are no images; see `SampleFormat`. */
export type FileFormat =
  Exclude<SampleFormat, { readonly kind: 'text' }> | { readonly kind: 'text'; readonly ends: ArtefactFile };

/**
 * What a trainer may see of a data set: packed samples, targets and split indices.
 * Sensitive features are not here; `validationGroups` carries them for rows of the validation split alone, for monitors.
 */
export interface DatasetFiles {
  readonly id: DatasetId;
  readonly digest: Digest;
  readonly count: number;
  /** Height, width, channels. */
  readonly shape: readonly [number, number, number];
  /** Of images unsigned bytes, row-major [count, height, width, channels], 255 is full brightness; else as `format` says. */
  readonly samples: ArtefactFile;
  /** Left out for images. */
  readonly format?: FileFormat;
  /** What is said of each image, and where it ends; left out where nothing is. */
  readonly captions?: { readonly texts: ArtefactFile; readonly ends: ArtefactFile };
  readonly targets: readonly CodeColumn[];
  /** Uint32 little-endian sample indices of each split, ascending; disjoint by subject. */
  readonly splits: Readonly<Record<SplitRole, ArtefactFile>>;
  readonly validationGroups: readonly GroupColumn[];
}

/** Codes of one sensitive feature for the rows of one split, in the split's order. */
export interface GroupColumn {
  readonly feature: string;
  readonly values: readonly string[];
  readonly codes: Int16Array;
}

/** A column of a stored table. */
export type TableColumn =
  /** As it was read; NaN where it is missing. Standardising is up to who trains. */
  | { readonly name: string; readonly kind: 'number' }
  /** The index of one of `values`; the last is `unknown`. */
  | { readonly name: string; readonly kind: 'category'; readonly values: readonly string[] };

/** How the samples of a data set that is not of images are stored. Numbers are Float32 little-endian. */
export type SampleFormat =
  /** [columns]; neither label nor subject nor sensitive features are among them. */
  | { readonly kind: 'table'; readonly columns: readonly TableColumn[] }
  /** [time, channels]; NaN where nothing was measured. */
  | { readonly kind: 'series'; readonly channels: readonly string[] }
  /** UTF-8 of any length, one after another; `ends` as in `TextColumn`. */
  | { readonly kind: 'text'; readonly ends: Digest };

/** Texts of any length: their UTF-8 one after another, and where each ends, in bytes from the beginning (Float64 little-endian). */
export interface TextColumn {
  readonly texts: Digest;
  readonly ends: Digest;
}

/** The columns of a stored data set as digests. Sensitive columns and subjects are for audits alone. */
export interface DatasetManifest {
  readonly samples: Digest;
  readonly targets: readonly {
    readonly name: string;
    readonly classes: readonly string[];
    readonly digest: Digest;
  }[];
  readonly sensitive: readonly {
    readonly name: string;
    readonly source: FeatureSource;
    readonly values: readonly string[];
    readonly digest: Digest;
  }[];
  /** Int32 little-endian subject codes, one per sample; equal codes are one person (or other unit). */
  readonly subjects: {
    readonly digest: Digest;
    readonly count: number;
    /** JSON list of the subjects' names by code, empty where a subject is one sample without a name; left out if all are. */
    readonly names?: Digest;
    /** Id of the key that turned the names; left out where there are none, or where they are as the source has them. */
    readonly key?: string;
  };
  /** Names of the samples within their source, UTF-8, one per line. Two data sets share an example if the names are equal. */
  readonly names: Digest;
  readonly splits: Readonly<Record<SplitRole, Digest>>;
  /** Left out for images: bytes [height, width, channels]. */
  readonly format?: SampleFormat;
  /** What is said of each image, where that is part of the data. */
  readonly captions?: TextColumn;
  /** Width and height of each image in its file, before it was brought to the data set's size: Uint32 little-endian pairs. */
  readonly originalSizes?: Digest;
}

/** Artefacts that only some data sets have. */
export function furtherDigestsOf({ format, captions, originalSizes }: DatasetManifest): readonly Digest[] {
  return [
    ...(format?.kind === 'text' ? [format.ends] : []),
    ...(captions === undefined ? [] : [captions.texts, captions.ends]),
    ...(originalSizes === undefined ? [] : [originalSizes]),
  ];
}

/** Everything an import made; the store turns it into a row. */
export interface ImportedDataset {
  readonly name: string;
  readonly reader: string;
  readonly source: string;
  readonly options: ImportOptions;
  readonly modality: Modality;
  readonly count: number;
  readonly shape: readonly [number, number, number];
  readonly primaryTarget: string;
  readonly targets: readonly TargetInfo[];
  readonly sensitive: readonly SensitiveInfo[];
  readonly subjects: number;
  readonly splits: Readonly<Record<SplitRole, number>>;
  readonly groups: readonly GroupCount[];
  /** Digest of the manifest: the identity of the data set's content. */
  readonly digest: Digest;
  readonly manifest: DatasetManifest;
  readonly card: DatasetCard;
  readonly report: ImportReport;
  /** Bytes of all artefacts. */
  readonly size: number;
}

/** Writes one artefact piece by piece; nothing is visible under its digest before `finish`. */
export interface ArtefactSink {
  write(bytes: Uint8Array): Promise<void>;
  finish(): Promise<ArtefactFile>;
  abort(): Promise<void>;
}

/** Where a process writes artefacts to. */
export interface ArtefactWriter {
  create(): Promise<ArtefactSink>;
}

/** Place of an artefact inside the workspace, with forward slashes: `artefacts/ab/<rest>`. */
export function artefactPath(digest: Digest): string {
  return `artefacts/${digest.slice(0, 2)}/${digest.slice(2)}`;
}
