import type { Sums } from './cells.ts';
import type { ScoredRows } from './metric.ts';
import type { ScoreLevels } from './scoreLevels.ts';

/** Rows of scores in levels for each group, two for each level (negative, positive); `counts` [group, level, truth] weigh them. */
export function levelRows(
  { count, score: own }: Pick<ScoreLevels, 'count' | 'score'>,
  counts: Sums,
): readonly (ScoredRows & { readonly weight: Sums })[] {
  const length = count * 2;
  const truth = Uint8Array.from({ length }, (_, at) => at % 2);
  const score = Float64Array.from({ length }, (_, at) => own[at >> 1] ?? 0);
  return Array.from({ length: counts.length / length }, (_, group) => ({
    length,
    truth,
    score,
    weight: counts.subarray(group * length, (group + 1) * length),
  }));
}
