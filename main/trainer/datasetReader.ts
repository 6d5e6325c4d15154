import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { AppError } from '../../preload/contract/errors.ts';
import type { Choice } from '../../preload/contract/vocabulary.ts';
import type { ArtefactFile, CodeColumn, DatasetFiles } from '../core/datasetFiles.ts';
import { defaultsOf } from '../core/params.ts';
import type { Preparation } from '../engine/layout.ts';
import { type PreparedSamples, prepareSamples, type StoredSamples } from '../engine/preparation/prepare.ts';
import { TEXT_SPECS, type TextSettings } from '../engine/preparation/text.ts';
import type { TargetColumn, TrainingData } from '../engine/trainingData.ts';

/** Packed samples up to this size are held in memory; larger ones are read from the file as they are needed. */
const IN_MEMORY = 1 << 30;

/** Reads packed samples of one size by index. */
export interface PackedReader {
  /** Bytes of the samples in the order of the indices, one after another. */
  read(indices: ArrayLike<number>): Uint8Array;
  close(): void;
}

/** Opens packed samples of `size` bytes each. @throws AppError invalidData if the file is shorter than it must be */
export function openPacked(
  { samples, count, id }: Pick<DatasetFiles, 'samples' | 'count' | 'id'>,
  size: number,
  inMemory: number = IN_MEMORY,
): PackedReader {
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

function memoryReader(bytes: Uint8Array, size: number): PackedReader {
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

type Opened = StoredSamples & { close(): void };

/** Reads texts of any length by index. @throws AppError invalidData if the files are cut short */
function openTexts(
  { texts, ends }: { readonly texts: ArtefactFile; readonly ends: ArtefactFile },
  { count, id }: Pick<DatasetFiles, 'count' | 'id'>,
): { read(indices: ArrayLike<number>): readonly string[]; close(): void } {
  const places = new Float64Array(aligned(ends));
  if (places.length < count || texts.size < (places[count - 1] ?? 0)) throw tooShort(id, texts);
  const file = openSync(texts.path, 'r');
  const decoder = new TextDecoder();
  return {
    read: (indices) =>
      Array.from(indices, (index) => {
        const start = index === 0 ? 0 : (places[index - 1] as number);
        const bytes = new Uint8Array((places[index] as number) - start);
        if (readSync(file, bytes, 0, bytes.length, start) !== bytes.length) throw tooShort(id, texts);
        return decoder.decode(bytes);
      }),
    close: () => closeSync(file),
  };
}

/** Images, and what is said of them if somebody wants it. */
function openImages(dataset: DatasetFiles, size: number, inMemory: number, captioned: boolean): Opened {
  const packed = openPacked(dataset, size, inMemory);
  const images = {
    kind: 'image',
    shape: dataset.shape,
    read: (indices: Uint32Array) => packed.read(indices),
  } as const;
  if (!captioned || dataset.captions === undefined) return { ...images, close: () => packed.close() };
  const texts = openTexts(dataset.captions, dataset);
  return {
    ...images,
    captions: (indices) => texts.read(indices),
    close() {
      packed.close();
      texts.close();
    },
  };
}

/** A data set's samples as they are stored. */
function openStored(dataset: DatasetFiles, inMemory: number, captioned: boolean): Opened {
  const { format, shape } = dataset;
  const values = shape[0] * shape[1] * shape[2];
  if (format === undefined) return openImages(dataset, values, inMemory, captioned);
  if (format.kind === 'text') {
    const texts = openTexts({ texts: dataset.samples, ends: format.ends }, dataset);
    return { kind: 'text', ...texts };
  }
  const packed = openPacked(dataset, Float32Array.BYTES_PER_ELEMENT * values, inMemory);
  const read = (indices: Uint32Array): Float32Array => new Float32Array(packed.read(indices).buffer);
  const close = (): void => packed.close();
  return format.kind === 'table'
    ? { kind: 'table', columns: format.columns, read, close }
    : { kind: 'series', steps: shape[0], channels: format.channels, read, close };
}

/** How samples are opened. */
export interface OpenOptions {
  /** Packed samples up to this many bytes are held in memory. */
  readonly inMemory?: number | undefined;
  /** How samples become numbers, where that was learnt already. */
  readonly known?: Preparation | null | undefined;
  /** What they want of texts, where it has to be learnt: the encoder of texts, the method of captions. */
  readonly encoder?: Choice | undefined;
  readonly method?: Choice | undefined;
}

/** A data set's samples as networks see them; what has to be learnt for that is learnt from the pretrain split. */
export function openSamples(
  dataset: DatasetFiles,
  { inMemory = IN_MEMORY, known = null, encoder, method }: OpenOptions = {},
): PreparedSamples & { close(): void } {
  const captioned = known?.kind === 'image' ? known.captions !== undefined : wantsTexts(method);
  const stored = openStored(dataset, inMemory, captioned);
  const close = (): void => stored.close();
  try {
    return {
      ...prepareSamples(
        stored,
        splitIndices(dataset, 'pretrain'),
        known,
        textSettings(captioned ? method : encoder),
      ),
      close,
    };
  } catch (cause) {
    close();
    throw cause;
  }
}

/** Methods of two modalities say how long captions are and of how many tokens. */
function wantsTexts(method: Choice | undefined): boolean {
  return method?.params['vocabulary'] !== undefined;
}

function textSettings(choice: Choice | undefined): TextSettings {
  const { vocabulary, length } = { ...defaultsOf(TEXT_SPECS), ...choice?.params };
  return { vocabulary: Number(vocabulary), length: Number(length) };
}

/** What training and probing see of a data set. The audit split is not opened. */
export function openTrainingData(
  dataset: DatasetFiles,
  target: string,
  knnTarget: string,
  options: OpenOptions = {},
): TrainingData & { close(): void } {
  const columns = {
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
  return { ...columns, ...openSamples(dataset, options) };
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
