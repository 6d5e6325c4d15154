import type { GroupColumn } from '../core/datasetFiles.ts';
import type { Preparation, SampleKind } from './layout.ts';

/** A target with every sample's class code. */
export interface TargetColumn {
  readonly name: string;
  readonly classes: readonly string[];
  readonly codes: Int16Array;
}

/** What training and probing may see of a data set; the audit split is not part of it. */
export interface TrainingData extends SampleKind {
  /** How stored samples became the numbers that `read` answers. */
  readonly preparation: Preparation;
  /** What the linear probe and the supervised twin predict. */
  readonly target: TargetColumn;
  /** What the kNN vote predicts. */
  readonly knnTarget: TargetColumn;
  /** Sample indices, ascending. */
  readonly splits: Readonly<Record<'pretrain' | 'probeTrain' | 'validation', Uint32Array>>;
  /** In the order of the validation split. */
  readonly validationGroups: readonly GroupColumn[];
  /** Samples [n, h, w, c] in the order of the indices, as networks see them. */
  read(indices: Uint32Array): Float32Array;
  /** What is said of images as token ids [n, length]; only where the layout has captions. */
  captions?(indices: Uint32Array): Float32Array;
}

/** The classes of some samples. */
export function codesOf(target: TargetColumn, indices: Uint32Array): Int32Array {
  return Int32Array.from(indices, (index) => target.codes[index] as number);
}
