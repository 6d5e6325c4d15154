import type { StoredDataset } from './stored.ts';
import { captionOf, sampleOf } from './stored.ts';

/** One fact of every row that is looked at. */
export interface Fact {
  readonly name: string;
  /** Numbers (NaN where unknown), or codes of `values`. */
  readonly numbers: Float32Array;
  /** Of categories; null for numbers. */
  readonly values: readonly string[] | null;
  /** The code that stands for unknown; null without one. */
  readonly missing: number | null;
}

/** Rows of a table that are looked at, and samples of other kinds, each of which has to be read and gone through. */
const MOST_ROWS = 50_000;
const MOST_SAMPLES = 2000;
const PIECE = 4 << 20;
const MOST_CHANNELS = 12;

/** Facts of rows of a data set: its columns, or what is simply measured of its samples. */
export async function factsOf(
  dataset: StoredDataset,
  rows: Uint32Array,
): Promise<{ readonly looked: Uint32Array; readonly facts: readonly Fact[] }> {
  const { format } = dataset.manifest;
  const looked = spread(rows, format?.kind === 'table' ? MOST_ROWS : MOST_SAMPLES);
  if (format?.kind === 'table') return { looked, facts: await tableFacts(dataset, looked) };
  const names = factNames(dataset);
  const columns = names.map(() => new Float32Array(looked.length));
  for (const [at, row] of looked.entries()) {
    const values = await measure(dataset, row);
    columns.forEach((column, fact) => (column[at] = values[fact] ?? NaN));
  }
  const facts = names.map((name, fact) => number(name, columns[fact] ?? new Float32Array(0)));
  return { looked, facts: [...facts, ...(await sizeFacts(dataset, looked))] };
}

function number(name: string, numbers: Float32Array): Fact {
  return { name, numbers, values: null, missing: null };
}

/** At most `most` of the rows, evenly spread. */
function spread(rows: Uint32Array, most: number): Uint32Array {
  if (rows.length <= most) return rows;
  return Uint32Array.from({ length: most }, (_, at) => rows[Math.floor((at * rows.length) / most)] ?? 0);
}

async function tableFacts(dataset: StoredDataset, looked: Uint32Array): Promise<readonly Fact[]> {
  const { format, samples } = dataset.manifest;
  const columns = format?.kind === 'table' ? format.columns : [];
  const values = columns.map(() => new Float32Array(looked.length));
  const width = columns.length * Float32Array.BYTES_PER_ELEMENT;
  const file = dataset.find(samples);
  // Rows ascend: neighbours are read together.
  for (let first = 0; first < looked.length;) {
    const from = looked[first] ?? 0;
    let last = first;
    while (last + 1 < looked.length && ((looked[last + 1] ?? 0) - from + 1) * width <= PIECE) last++;
    const bytes = await dataset.readBytes(file, from * width, ((looked[last] ?? 0) - from + 1) * width);
    const numbers = new Float32Array(new Uint8Array(bytes).buffer);
    for (let at = first; at <= last; at++)
      values.forEach((column, i) => (column[at] = numbers[((looked[at] ?? 0) - from) * columns.length + i] ?? NaN)); // prettier-ignore
    first = last + 1;
  }
  return columns.map((column, i) => {
    const numbers = values[i] ?? new Float32Array(0);
    return column.kind === 'number'
      ? number(column.name, numbers)
      : { name: column.name, numbers, values: column.values, missing: column.values.length - 1 };
  });
}

function factNames({ manifest: { format, captions } }: StoredDataset): readonly string[] {
  if (format === undefined)
    return ['brightness (0 to 255)', 'contrast', ...(captions === undefined ? [] : lengthNames('captions'))];
  if (format.kind === 'text') return lengthNames('texts');
  if (format.kind === 'table') return [];
  return ['measured steps', ...format.channels.slice(0, MOST_CHANNELS).map((name) => `mean of ${name}`)];
}

function lengthNames(what: string): readonly string[] {
  return [`length of ${what} in characters`, `length of ${what} in words`];
}

async function measure(dataset: StoredDataset, row: number): Promise<readonly number[]> {
  const { format, captions } = dataset.manifest;
  const bytes = await sampleOf(dataset, row);
  if (format?.kind === 'text') return lengthsOf(new TextDecoder().decode(bytes));
  if (format?.kind === 'series')
    return seriesFacts(new Float32Array(new Uint8Array(bytes).buffer), format.channels.length);
  const said = captions === undefined ? [] : lengthsOf(await captionOf(dataset, row));
  return [...pictureFacts(bytes), ...said];
}

function lengthsOf(text: string): readonly number[] {
  return [[...text].length, text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0];
}

function pictureFacts(pixels: Uint8Array): readonly number[] {
  let sum = 0;
  let squares = 0;
  for (const value of pixels) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / pixels.length;
  return [mean, Math.sqrt(Math.max(0, squares / pixels.length - mean * mean))];
}

function seriesFacts(values: Float32Array, width: number): readonly number[] {
  const means = Array.from({ length: Math.min(MOST_CHANNELS, width) }, (_, channel) => {
    const own = values.filter((value, at) => at % width === channel && !Number.isNaN(value));
    return own.length === 0 ? NaN : own.reduce((sum, value) => sum + value, 0) / own.length;
  });
  let measured = 0;
  for (let at = 0; at < values.length; at += width)
    if (values.subarray(at, at + width).some((value) => !Number.isNaN(value))) measured++;
  return [measured, ...means];
}

/** The shorter side that images had in their files. */
async function sizeFacts(dataset: StoredDataset, looked: Uint32Array): Promise<readonly Fact[]> {
  const { originalSizes } = dataset.manifest;
  if (originalSizes === undefined) return [];
  const bytes = await dataset.readBytes(dataset.find(originalSizes), 0, null);
  const sides = new Uint32Array(new Uint8Array(bytes).buffer);
  return [number('shorter side in the file (pixels)', Float32Array.from(looked, (row) => Math.min(sides[2 * row] ?? 0, sides[2 * row + 1] ?? 0)))]; // prettier-ignore
}
