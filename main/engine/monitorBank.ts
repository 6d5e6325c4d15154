import { Rng } from '../core/rng.ts';
import { codesOf, type TrainingData } from './trainingData.ts';

/** Neighbours of the kNN vote come from so many samples of the probe-train split at most. */
const NEIGHBOURS = 4096;

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
