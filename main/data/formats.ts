import type { Modality } from '../../preload/contract/vocabulary.ts';
import type { SampleFormat } from '../core/datasetFiles.ts';

type Shape = readonly [number, number, number];

/** Stands for a sample that is no picture: one pixel. */
export const BLANK: Shape = [1, 1, 1];

/** Columns of a row that are put into words. */
const COLUMNS_TOLD = 12;

/** What a data set of this format holds. */
export function modalityOf(format: SampleFormat | undefined): Modality {
  return format?.kind ?? 'image';
}

/** Bytes of one sample. */
export function bytesPerSample([height, width, channels]: Shape, format: SampleFormat | undefined): number {
  return height * width * channels * (format === undefined ? 1 : Float32Array.BYTES_PER_ELEMENT);
}

/** What a sample that is no picture holds, in words. */
export function wordsOf(format: SampleFormat, bytes: Uint8Array): string {
  // A copy: the bytes may lie where no float may begin.
  const values = new Float32Array(new Uint8Array(bytes).buffer);
  const told = format.columns.slice(0, COLUMNS_TOLD).map((column, i) => {
    const value = values[i] ?? NaN;
    if (column.kind === 'category') return `${column.name} ${column.values[value] ?? ''}`;
    return `${column.name} ${Number.isNaN(value) ? 'missing' : Number(value.toPrecision(6))}`;
  });
  return [...told, ...(format.columns.length > COLUMNS_TOLD ? ['…'] : [])].join(', ');
}
