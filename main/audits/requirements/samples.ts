import { AppError } from '../../../preload/contract/errors.ts';
import type { StoredDataset } from '../../data/stored.ts';
import type { CheckTable } from './checkTable.ts';
import { readPictures } from './pictures.ts';
import { readNumbers } from './numbers.ts';
import { readTexts } from './texts.ts';

/** What a check learns of the samples themselves. */
export type Samples = Pick<CheckTable, 'content' | 'near' | 'features' | 'sizes' | 'texts' | 'points' | 'notAssessed'>; // prettier-ignore

/** How samples are read: whose, from which seed rows are drawn, and who is told of the share that is read. */
export interface SampleReading {
  readonly dataset: StoredDataset;
  readonly seed: number;
  readonly onProgress: (share: number) => void;
}

/** Bytes read at a time. */
const PIECE = 4 << 20;

/** Digest and simple facts of every sample, read piece by piece. */
export function readSamples(
  dataset: StoredDataset,
  seed: number,
  onProgress: (share: number) => void,
): Promise<Samples> {
  const reading = { dataset, seed, onProgress };
  const { format } = dataset.manifest;
  if (format === undefined) return readPictures(reading);
  return format.kind === 'text' ? readTexts(reading) : readNumbers(reading, format);
}

/** Samples of `width` bytes each, in order; the bytes are valid until the next is asked for. */
export async function* samplesOfWidth(
  { dataset, onProgress }: SampleReading,
  width: number,
): AsyncGenerator<Uint8Array, void> {
  const file = dataset.find(dataset.manifest.samples);
  const step = Math.max(1, Math.floor(PIECE / width));
  for (let start = 0; start < dataset.count; start += step) {
    const rows = Math.min(step, dataset.count - start);
    const bytes = await dataset.readBytes(file, start * width, rows * width);
    for (let row = 0; row < rows; row++) yield bytes.subarray(row * width, (row + 1) * width);
    onProgress((start + rows) / dataset.count);
  }
}

/** Texts in order: of the data set itself, or the captions of its pictures. */
export async function* textsIn(
  { dataset, onProgress }: SampleReading,
  texts: string,
  ends: string,
): AsyncGenerator<string, void> {
  const places = await dataset.readBytes(dataset.find(ends), 0, null);
  const to = new Float64Array(new Uint8Array(places).buffer);
  if (to.length !== dataset.count)
    throw new AppError({ code: 'internal', message: `The texts of data set ${dataset.id} are not as many as its samples.` }); // prettier-ignore
  const file = dataset.find(texts);
  const decoder = new TextDecoder();
  for (let first = 0; first < to.length;) {
    const from = first === 0 ? 0 : (to[first - 1] ?? 0);
    let last = first;
    while (last + 1 < to.length && (to[last + 1] ?? 0) - from <= PIECE) last++;
    const bytes = await dataset.readBytes(file, from, (to[last] ?? 0) - from);
    for (let row = first; row <= last; row++)
      yield decoder.decode(
        bytes.subarray((row === 0 ? 0 : (to[row - 1] ?? 0)) - from, (to[row] ?? 0) - from),
      );
    first = last + 1;
    onProgress(first / to.length);
  }
}
