import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { AppError } from '../../preload/contract/errors.ts';
import type { ArtefactFile, CodeColumn, DatasetFiles } from '../core/datasetFiles.ts';
import type { TargetColumn, TrainingData } from '../engine/trainingData.ts';

/** Packed samples up to this size are held in memory; larger ones are read from the file as they are needed. */
const IN_MEMORY = 1 << 30;

/** Reads packed samples by index. */
export interface SampleReader {
  /** Bytes [n, h, w, c] in the order of the indices. */
  read(indices: ArrayLike<number>): Uint8Array;
  close(): void;
}

/** Opens the packed samples of a data set. @throws AppError invalidData if the file is shorter than it must be */
export function openSamples(
  { samples, shape, count, id }: DatasetFiles,
  inMemory: number = IN_MEMORY,
): SampleReader {
  const size = shape[0] * shape[1] * shape[2];
  if (samples.size < count * size) throw tooShort(id, samples);
  if (samples.size < inMemory) {
    const bytes = readFileSync(samples.path);
    if (bytes.length < count * size) throw tooShort(id, samples);
    return memoryReader(bytes, size);
  }
  const file = openSync(samples.path, 'r');
  return {
    read: (indices) =>
      gather(indices, size, (index, target) => {
        if (readSync(file, target, 0, size, index * size) !== size) throw tooShort(id, samples);
      }),
    close: () => closeSync(file),
  };
}

function memoryReader(bytes: Uint8Array, size: number): SampleReader {
  return {
    read: (indices) =>
      gather(indices, size, (index, target) => target.set(bytes.subarray(index * size, (index + 1) * size))),
    close: () => {},
  };
}

function gather(
  indices: ArrayLike<number>,
  size: number,
  copy: (index: number, target: Uint8Array) => void,
): Uint8Array {
  const result = new Uint8Array(indices.length * size);
  for (let i = 0; i < indices.length; i++)
    copy(indices[i] as number, result.subarray(i * size, (i + 1) * size));
  return result;
}

/** What training and probing see of a data set. The audit split is not opened. */
export function openTrainingData(
  dataset: DatasetFiles,
  target: string,
  knnTarget: string,
  inMemory: number = IN_MEMORY,
): TrainingData & { close(): void } {
  const columns = {
    shape: dataset.shape,
    target: targetColumn(dataset, target),
    knnTarget: targetColumn(dataset, knnTarget),
    splits: {
      pretrain: splitIndices(dataset, 'pretrain'),
      probeTrain: splitIndices(dataset, 'probeTrain'),
      validation: splitIndices(dataset, 'validation'),
    },
    validationGroups: dataset.validationGroups,
  };
  // Last: whatever is wrong above leaves no file open.
  const samples = openSamples(dataset, inMemory);
  return {
    ...columns,
    read: (indices) => samples.read(indices),
    close: () => samples.close(),
  };
}

/** Class codes of a target. @throws AppError invalidConfig if the data set has no such target */
export function targetColumn(dataset: DatasetFiles, name: string): TargetColumn {
  const column = dataset.targets.find((candidate) => candidate.name === name);
  if (!column)
    throw new AppError({
      code: 'invalidConfig',
      message: `The data set ${dataset.id} has no target ${name}.`,
      hint: `Its targets: ${dataset.targets.map((known) => known.name).join(', ')}.`,
    });
  return { name, classes: column.classes, codes: codesIn(column) };
}

function codesIn({ file }: CodeColumn): Int16Array {
  return new Int16Array(aligned(file));
}

/** Sample indices of a split, ascending. */
export function splitIndices(dataset: DatasetFiles, split: keyof DatasetFiles['splits']): Uint32Array {
  return new Uint32Array(aligned(dataset.splits[split]));
}

/** A file's bytes in a buffer of their own, so that wider numbers may start at its beginning. */
function aligned(file: ArtefactFile): ArrayBuffer {
  const bytes = readFileSync(file.path);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}

function tooShort(id: string, { path }: ArtefactFile): AppError {
  return new AppError({
    code: 'invalidData',
    message: `The samples of data set ${id} are cut short: ${path}.`,
    hint: 'Import the data set again.',
  });
}
