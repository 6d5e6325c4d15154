/** Points as columns, in order of step. */
export interface PointColumns {
  readonly step: Float64Array;
  readonly epoch: Float64Array;
  readonly time: Float64Array;
  readonly value: Float64Array;
}

/** Summaries of consecutive groups of points; step, epoch and time are those of a group's last point. */
export interface BlockColumns {
  readonly step: Float64Array;
  readonly epoch: Float64Array;
  readonly time: Float64Array;
  /** Of the finite values; NaN if there is none. */
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly mean: Float64Array;
  /** How many values are finite. */
  readonly finite: Float64Array;
}

/** Points in one block of each level above the points: 8, then 4 times as many per level. */
const SIZES: readonly number[] = [8, 32, 128, 512, 2048];
/** Levels of summaries, counted from 1. */
export const LEVELS: readonly number[] = SIZES.map((_, index) => index + 1);
/** Blocks per stored page. */
export const PAGE = 256;
/** Points per sealed chunk. */
export const CHUNK = 1024;

/** Points in one block of a level; 1 for level 0, the points themselves. */
export function blockSize(level: number): number {
  return level === 0 ? 1 : (SIZES[level - 1] ?? Infinity);
}

/** Empty columns with room for so many points. */
export function makePoints(count: number): PointColumns {
  const column = (): Float64Array => new Float64Array(count);
  return { step: column(), epoch: column(), time: column(), value: column() };
}

/** Empty columns with room for so many blocks. */
export function makeBlocks(count: number): BlockColumns {
  const column = (): Float64Array => new Float64Array(count);
  return {
    step: column(),
    epoch: column(),
    time: column(),
    min: column(),
    max: column(),
    mean: column(),
    finite: column(),
  };
}

/** The columns in the order in which they are stored. */
export function listPoints(points: PointColumns): readonly Float64Array[] {
  return [points.step, points.epoch, points.time, points.value];
}

/** The columns in the order in which they are stored. */
export function listBlocks(blocks: BlockColumns): readonly Float64Array[] {
  return [blocks.step, blocks.epoch, blocks.time, blocks.min, blocks.max, blocks.mean, blocks.finite];
}

/** Points as blocks of one point each: min = max = mean = value. Shares the columns. */
export function asBlocks(points: PointColumns): BlockColumns {
  const { step, epoch, time, value } = points;
  return { step, epoch, time, min: value, max: value, mean: value, finite: value.map(isFiniteNumber) };
}

function isFiniteNumber(value: number): number {
  return Number.isFinite(value) ? 1 : 0;
}

/** Writes the summary of blocks [from, to) of `source` into block `index` of `target`. */
export function summarise(
  source: BlockColumns,
  from: number,
  to: number,
  target: BlockColumns,
  index: number,
): void {
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  let finite = 0;
  for (let i = from; i < to; i++) {
    const n = source.finite[i] ?? 0;
    if (n === 0) continue;
    min = Math.min(min, source.min[i] ?? Infinity);
    max = Math.max(max, source.max[i] ?? -Infinity);
    sum += (source.mean[i] ?? 0) * n;
    finite += n;
  }
  target.step[index] = source.step[to - 1] ?? 0;
  target.epoch[index] = source.epoch[to - 1] ?? 0;
  target.time[index] = source.time[to - 1] ?? 0;
  target.min[index] = finite === 0 ? NaN : min;
  target.max[index] = finite === 0 ? NaN : max;
  target.mean[index] = finite === 0 ? NaN : sum / finite;
  target.finite[index] = finite;
}
