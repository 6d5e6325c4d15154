import { allRows, byScore, countsFrom, scoredRows } from './cells.ts';
import type { Metric, ScoredRows } from './metric.ts';
import { OUTCOMES } from './outcomes.ts';
import type { Outcomes } from './outcomes.ts';

/** Values of every metric of every group of one model: [metric][group]; null where undefined. */
export type GroupValuesByMetric = readonly (readonly (number | null)[])[];

/** Measures groups from how often each outcome occurs in each [groups * 8]; metrics of scores stay null. */
export function measureTallies(
  tallies: Int32Array,
  groups: number,
  binary: boolean,
  metrics: readonly Metric[],
  scored: readonly ScoredRows[] | null = null,
  everybody: ScoredRows | null = null,
): GroupValuesByMetric {
  const counts = Array.from({ length: groups }, (_, group) => countsFrom(tallies, group * OUTCOMES, binary));
  return metrics.map((metric) =>
    counts.map((one, group) => {
      if (metric.binary && !binary) return null;
      if (metric.kind === 'count') return metric.value(one);
      const rows = scored?.[group];
      return rows === undefined ? null : metric.value(rows, everybody);
    }),
  );
}

/** A function that measures every metric in every group for any assignment of rows to groups. */
export function rowMeasurer(
  model: Outcomes,
  groups: number,
  metrics: readonly Metric[],
): (of: Int32Array) => GroupValuesByMetric {
  const tallies = new Int32Array(groups * OUTCOMES);
  const needsScores = metrics.some((metric) => metric.kind === 'score');
  const { score } = model;
  const sorted = needsScores && score ? byScore(allRows(model.n), score) : null;
  const everybody = sorted && score ? scoredRows(sorted, model, score) : null;
  return (of) => {
    tallyGroups(tallies, of, model.codes);
    const scored = everybody && sorted ? scoredByGroup(sorted, of, everybody, groups) : null;
    return measureTallies(tallies, groups, model.binary, metrics, scored, everybody);
  };
}

/** Counts outcomes by group into `tallies` [groups * 8]. */
export function tallyGroups(tallies: Int32Array, of: Int32Array, codes: Uint8Array): void {
  tallies.fill(0);
  for (let row = 0; row < of.length; row++) {
    const at = (of[row] ?? 0) * OUTCOMES + (codes[row] ?? 0);
    tallies[at] = (tallies[at] ?? 0) + 1;
  }
}

function scoredByGroup(
  sorted: Int32Array,
  of: Int32Array,
  everybody: ScoredRows,
  groups: number,
): readonly ScoredRows[] {
  const sizes = new Int32Array(groups);
  for (const group of of) sizes[group] = (sizes[group] ?? 0) + 1;
  const rows = Array.from(sizes, (length) => ({
    length,
    truth: everybody.truth instanceof Uint8Array ? new Uint8Array(length) : new Float64Array(length),
    score: new Float64Array(length),
    weight: null,
  }));
  const next = new Int32Array(groups);
  sorted.forEach((row, from) => {
    const group = of[row] ?? 0;
    const target = rows[group];
    const at = next[group] ?? 0;
    if (!target) return;
    target.truth[at] = everybody.truth[from] ?? 0;
    target.score[at] = everybody.score[from] ?? 0;
    next[group] = at + 1;
  });
  return rows;
}
