import type { Modality } from '../../preload/contract/vocabulary.ts';
import type { ReadingFormat } from './readers/reader.ts';

type Shape = readonly [number, number, number];

/** Stands for a sample that is no picture: one pixel. */
export const BLANK: Shape = [1, 1, 1];

/** Columns of a row that are put into words. */
const COLUMNS_TOLD = 12;
const CHARACTERS_TOLD = 300;

/** What a data set of this format holds. */
export function modalityOf(format: ReadingFormat | undefined): Modality {
  return format?.kind ?? 'image';
}

/** Bytes of one sample; of texts, each has its own. */
export function bytesPerSample([height, width, channels]: Shape, format: ReadingFormat | undefined): number {
  return height * width * channels * (format === undefined ? 1 : Float32Array.BYTES_PER_ELEMENT);
}

/** What a sample that is no picture holds, in words. */
export function wordsOf(format: ReadingFormat, bytes: Uint8Array): string {
  if (format.kind === 'text') return firstWords(new TextDecoder().decode(bytes));
  // A copy: the bytes may lie where no float may begin.
  const values = new Float32Array(new Uint8Array(bytes).buffer);
  if (format.kind === 'series') return seriesWords(format.channels, values);
  const told = format.columns.slice(0, COLUMNS_TOLD).map((column, i) => {
    const value = values[i] ?? NaN;
    if (column.kind === 'category') return `${column.name} ${column.values[value] ?? ''}`;
    return `${column.name} ${Number.isNaN(value) ? 'missing' : Number(value.toPrecision(6))}`;
  });
  return [...told, ...(format.columns.length > COLUMNS_TOLD ? ['…'] : [])].join(', ');
}

function seriesWords(channels: readonly string[], values: Float32Array): string {
  const told = channels.slice(0, COLUMNS_TOLD).map((name, channel) => {
    const own = values.filter((value, i) => i % channels.length === channel && !Number.isNaN(value));
    const range = `${Number(Math.min(...own).toPrecision(4))} to ${Number(Math.max(...own).toPrecision(4))}`;
    return `${name} ${own.length === 0 ? 'missing' : range}`;
  });
  return `${values.length / Math.max(1, channels.length)} steps: ${told.join(', ')}`;
}

function firstWords(text: string): string {
  return text.length <= CHARACTERS_TOLD ? text : `${text.slice(0, CHARACTERS_TOLD)}…`;
}
