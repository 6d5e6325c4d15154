import { tProbability, tQuantile } from './studentT.ts';

/** One measurement: at a level of something, in a block whose members share what is not studied (a seed). */
export interface LevelPoint {
  readonly level: number;
  readonly block: number;
  readonly value: number;
}

/** A straight line through measurements, apart from a constant of each block. */
export interface Slope {
  /** Change of the value per unit of the level. */
  readonly slope: number;
  readonly low: number;
  readonly high: number;
  /** Two-sided, of a slope of 0. */
  readonly p: number;
  readonly freedom: number;
  /** Spearman's rank correlation of level and value, within blocks. */
  readonly rho: number | null;
}

/**
 * Least squares of value on level with an intercept per block: what differs between seeds alone is no noise of the slope. Student's
 * interval at `confidence`. Null if the level never changes within a block or nothing is left to estimate the noise from.
 */
export function slopeOf(points: readonly LevelPoint[], confidence = 0.95): Slope | null {
  const centred = withinBlocks(points);
  const blocks = new Set(points.map(({ block }) => block)).size;
  const freedom = points.length - blocks - 1;
  const spread = sum(centred, ({ level }) => level * level);
  if (freedom < 1 || spread < 1e-24) return null;
  const slope = sum(centred, ({ level, value }) => level * value) / spread;
  const residual = sum(centred, ({ level, value }) => (value - slope * level) ** 2);
  const error = Math.sqrt(residual / freedom / spread);
  const half = tQuantile(0.5 + confidence / 2, freedom) * error;
  const p = error === 0 ? (slope === 0 ? 1 : 0) : 2 * tProbability(-Math.abs(slope / error), freedom);
  return { slope, low: slope - half, high: slope + half, p, freedom, rho: rankCorrelation(points) };
}

/** Levels and values as differences from the mean of their block. */
function withinBlocks(points: readonly LevelPoint[]): readonly LevelPoint[] {
  const means = new Map<number, { level: number; value: number }>();
  for (const block of new Set(points.map((point) => point.block))) {
    const own = points.filter((point) => point.block === block);
    means.set(block, {
      level: sum(own, ({ level }) => level) / own.length,
      value: sum(own, ({ value }) => value) / own.length,
    });
  }
  return points.map(({ level, block, value }) => {
    const mean = means.get(block) ?? { level: 0, value: 0 };
    return { level: level - mean.level, block, value: value - mean.value };
  });
}

/** Spearman's rho with mid-ranks taken within each block; null if levels or values never differ. */
function rankCorrelation(points: readonly LevelPoint[]): number | null {
  const ranked = [...new Set(points.map(({ block }) => block))].flatMap((block) => {
    const own = points.filter((point) => point.block === block);
    const levels = midRanks(own.map(({ level }) => level));
    const values = midRanks(own.map(({ value }) => value));
    return own.map((_, at): LevelPoint => ({ block, level: levels[at] ?? 0, value: values[at] ?? 0 }));
  });
  const centred = withinBlocks(ranked);
  const level = sum(centred, (point) => point.level ** 2);
  const value = sum(centred, (point) => point.value ** 2);
  if (level === 0 || value === 0) return null;
  return sum(centred, (point) => point.level * point.value) / Math.sqrt(level * value);
}

/** Ranks from 1; equal values share the mean of theirs. */
export function midRanks(values: readonly number[]): readonly number[] {
  return values.map((value) => {
    const less = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return less + (equal + 1) / 2;
  });
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
