import type { GroupColumn } from '../core/datasetFiles.ts';

/** A target with every sample's class code. */
export interface TargetColumn {
  readonly name: string;
  readonly classes: readonly string[];
  readonly codes: Int16Array;
}

/** What training and probing may see of a data set; the audit split is not part of it. */
export interface TrainingData {
  readonly shape: readonly [number, number, number];
  /** What the linear probe and the supervised twin predict. */
  readonly target: TargetColumn;
  /** What the kNN vote predicts. */
  readonly knnTarget: TargetColumn;
  /** Sample indices, ascending. */
  readonly splits: Readonly<Record<'pretrain' | 'probeTrain' | 'validation', Uint32Array>>;
  /** In the order of the validation split. */
  readonly validationGroups: readonly GroupColumn[];
  /** Bytes of samples [n, h, w, c] in the order of the indices. */
  read(indices: Uint32Array): Uint8Array;
}

/** Bytes 0..255 as numbers 0..1. */
export function brightness(bytes: Uint8Array): Float32Array {
  const result = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) result[i] = (bytes[i] as number) / 255;
  return result;
}

/** The classes of some samples. */
export function codesOf(target: TargetColumn, indices: Uint32Array): Int32Array {
  return Int32Array.from(indices, (index) => target.codes[index] as number);
}
