import { Rng } from '../core/rng.ts';
import { brightness, codesOf, type TrainingData } from './trainingData.ts';

/** Neighbours of the kNN vote come from so many samples of the probe-train split at most. */
const NEIGHBOURS = 4096;
/** Side to which images are reduced for the raw-pixel anchor, so that its bank fits in memory. */
const ANCHOR_SIDE = 32;

/** The samples that every look of the monitors uses; the same for every run on a data set, whatever its seed. */
export interface MonitorBank {
  /** Positions within the validation split, ascending. */
  readonly rows: Uint32Array;
  /** Sample indices of those rows. */
  readonly queries: Uint32Array;
  /** Sample indices within the probe-train split. */
  readonly neighbours: Uint32Array;
  readonly queryCodes: Int32Array;
  readonly neighbourCodes: Int32Array;
}

/** Chooses the bank: never from the audit split. */
export function monitorBank(data: TrainingData, size: number): MonitorBank {
  const rows = chosen(data.splits.validation.length, size, 'bank/validation');
  const queries = rows.map((row) => data.splits.validation[row] as number);
  const places = chosen(data.splits.probeTrain.length, NEIGHBOURS, 'bank/neighbours');
  const neighbours = places.map((place) => data.splits.probeTrain[place] as number);
  return {
    rows,
    queries,
    neighbours,
    queryCodes: codesOf(data.knnTarget, queries),
    neighbourCodes: codesOf(data.knnTarget, neighbours),
  };
}

/** At most `most` of 0..count-1, ascending. */
function chosen(count: number, most: number, stream: string): Uint32Array {
  return Rng.stream(0, stream).permutation(count).slice(0, most).sort();
}

/** Numbers 0..1 of samples reduced to at most 32 x 32 by averaging squares of pixels; [n, features]. */
export function reducedPixels(
  data: TrainingData,
  indices: Uint32Array,
): { readonly columns: number; readonly pixels: Float32Array } {
  const [height, width, channels] = data.shape;
  const factor = Math.ceil(Math.max(height, width) / ANCHOR_SIDE);
  if (factor === 1) return { columns: height * width * channels, pixels: brightness(data.read(indices)) };
  const [rows, columns] = [Math.floor(height / factor), Math.floor(width / factor)];
  const size = rows * columns * channels;
  const pixels = new Float32Array(indices.length * size);
  // One sample at a time: the full images together may not fit in memory.
  indices.forEach((index, sample) => {
    const image = brightness(data.read(Uint32Array.of(index)));
    for (let i = 0; i < size; i++) {
      const [channel, place] = [i % channels, Math.floor(i / channels)];
      const [row, column] = [Math.floor(place / columns) * factor, (place % columns) * factor];
      let sum = 0;
      for (let y = row; y < row + factor; y++)
        for (let x = column; x < column + factor; x++)
          sum += image[(y * width + x) * channels + channel] as number;
      pixels[sample * size + i] = sum / factor ** 2;
    }
  });
  return { columns: size, pixels };
}
