import { type ColumnLayout, FIRST_TOKEN, type SampleLayout } from './layout.ts';
import type { TrainingData } from './trainingData.ts';

/** Side to which images are reduced, so that a bank of them fits in memory. */
const SIDE = 32;
/** Steps to which series are reduced. */
const STEPS = 128;

/** Samples as networks see them. */
type RawSamples = Pick<TrainingData, 'shape' | 'layout' | 'read'>;

/** Samples as rows of numbers, without any network. */
export interface RawInputs {
  readonly columns: number;
  /** [n, columns] */
  readonly values: Float32Array;
}

/**
 * What a representation has to beat: images as pixels, averaged over squares to at most 32 x 32; rows of a table with a column for every
 * value of a category; series averaged over neighbouring steps to at most 128; texts as counts of their tokens.
 */
export function rawInputs(data: RawSamples, indices: Uint32Array): RawInputs {
  const rawOf = readerOf(data);
  const values = new Float32Array(indices.length * rawOf.columns);
  // One sample at a time: all of them in full may not fit in memory.
  indices.forEach((index, sample) => {
    const own = values.subarray(sample * rawOf.columns, (sample + 1) * rawOf.columns);
    rawOf.write(data.read(Uint32Array.of(index)), own);
  });
  return { columns: rawOf.columns, values };
}

interface RawReader {
  readonly columns: number;
  /** Writes one sample's numbers into zeros. */
  readonly write: (sample: Float32Array, target: Float32Array) => void;
}

function readerOf({ shape, layout }: RawSamples): RawReader {
  if (layout.kind === 'table') return tableReader(layout.columns);
  if (layout.kind === 'series') return pooled(shape, Math.ceil(shape[0] / STEPS), 1);
  if (layout.kind === 'text') return countsReader(layout);
  const factor = Math.ceil(Math.max(shape[0], shape[1]) / SIDE);
  return pooled(shape, factor, factor);
}

/** Means of `down` x `across` neighbouring places of each channel. */
function pooled(
  [height, width, channels]: readonly [number, number, number],
  down: number,
  across: number,
): RawReader {
  const [rows, columns] = [Math.floor(height / down), Math.floor(width / across)];
  const write = (sample: Float32Array, target: Float32Array): void => {
    for (let i = 0; i < target.length; i++) {
      const [channel, place] = [i % channels, Math.floor(i / channels)];
      const [row, column] = [Math.floor(place / columns) * down, (place % columns) * across];
      let sum = 0;
      for (let y = row; y < row + down; y++)
        for (let x = column; x < column + across; x++)
          sum += sample[(y * width + x) * channels + channel] as number;
      target[i] = sum / (down * across);
    }
  };
  return { columns: rows * columns * channels, write };
}

function tableReader(columns: readonly ColumnLayout[]): RawReader {
  const starts: number[] = [];
  let width = 0;
  for (const column of columns) {
    starts.push(width);
    width += column.kind === 'category' ? column.size : 2;
  }
  const write = (sample: Float32Array, target: Float32Array): void =>
    columns.forEach((column, i) => {
      const [start, value, missing] = [
        starts[i] as number,
        sample[2 * i] as number,
        sample[2 * i + 1] as number,
      ];
      if (column.kind === 'category') target[start + value] = 1;
      else target.set([value, missing], start);
    });
  return { columns: width, write };
}

function countsReader({ vocabulary }: Extract<SampleLayout, { kind: 'text' }>): RawReader {
  const write = (sample: Float32Array, target: Float32Array): void => {
    for (const id of sample) if (id >= FIRST_TOKEN) target[id] = (target[id] ?? 0) + 1;
  };
  return { columns: vocabulary, write };
}
