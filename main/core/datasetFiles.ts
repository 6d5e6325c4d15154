import type { DatasetId, Digest, SplitRole } from '../../preload/contract/vocabulary.ts';

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
  /** Unsigned bytes, row-major [count, height, width, channels]; 255 is full brightness. */
  readonly samples: ArtefactFile;
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
