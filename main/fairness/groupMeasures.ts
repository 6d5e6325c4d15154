import { allRows, byScore, countsFrom, scoredRows } from './cells.ts';
import type { Sums } from './cells.ts';
import { addClassRow, classCountsAt, PER_CLASS } from './classCounts.ts';
import type { Metric, ScoredRows } from './metric.ts';
import { OUTCOMES } from './outcomes.ts';
import type { ClassRows, Outcomes } from './outcomes.ts';

/** Values of every metric of every group of one model: [metric][group]; null where undefined. */
export type GroupValuesByMetric = readonly (readonly (number | null)[])[];

/** Measures groups from how often each outcome occurs in each [groups * 8]; metrics of scores stay null. */
export function measureTallies(
  tallies: Sums,
  groups: number,
  binary: boolean,
  metrics: readonly Metric[],
  scored: readonly ScoredRows[] | null = null,
  everybody: ScoredRows | null = null,
  classes: ClassSums | null = null,
): GroupValuesByMetric {
  const counts = Array.from({ length: groups }, (_, group) => countsFrom(tallies, group * OUTCOMES, binary));
  return metrics.map((metric) =>
    counts.map((one, group) => {
      if (metric.binary && !binary) return null;
      if (metric.kind === 'count') return metric.value(one);
      if (metric.kind === 'classes')
        return classes === null
          ? null
          : metric.value(classCountsAt(classes.sums, group * classes.count * PER_CLASS, classes.count));
      const rows = scored?.[group];
      return rows === undefined ? null : metric.value(rows, everybody);
    }),
  );
}

/** Sums by class of every group [groups * 3 * classes]. */
export interface ClassSums {
  readonly count: number;
  readonly sums: Sums;
}

/** A function that measures every metric in every group for any assignment of rows to groups. */
export function rowMeasurer(
  model: Outcomes,
  groups: number,
  metrics: readonly Metric[],
): (of: Int32Array) => GroupValuesByMetric {
  const weights = model.weights ?? null;
  const tallies = sumsOf(weights, groups * OUTCOMES);
  const classed = metrics.some((metric) => metric.kind === 'classes') ? (model.classes ?? null) : null;
  const classes = classed && {
    count: classed.count,
    sums: sumsOf(weights, groups * classed.count * PER_CLASS),
  };
  const needsScores = metrics.some((metric) => metric.kind === 'score');
  const { score } = model;
  const sorted = needsScores && score ? byScore(allRows(model.n), score) : null;
  const everybody = sorted && score ? scoredRows(sorted, model, score) : null;
  return (of) => {
    tallyGroups(tallies, of, model.codes, weights);
    if (classes && classed) tallyClasses(classes, of, classed, weights);
    const scored = everybody && sorted ? scoredByGroup(sorted, of, everybody, groups) : null;
    return measureTallies(tallies, groups, model.binary, metrics, scored, everybody, classes);
  };
}

/** Numbers of rows, or where there are weights room for their sums. */
export function sumsOf(weights: Float64Array | null, length: number): Sums {
  return weights === null ? new Int32Array(length) : new Float64Array(length);
}

function tallyClasses(
  { count, sums }: ClassSums,
  of: Int32Array,
  rows: ClassRows,
  weights: Float64Array | null,
): void {
  sums.fill(0);
  for (let row = 0; row < of.length; row++)
    addClassRow(
      sums,
      (of[row] ?? 0) * count * PER_CLASS,
      rows,
      row,
      weights === null ? 1 : (weights[row] ?? 0),
    );
}

/** Counts outcomes by group into `tallies`, by weight where there are weights [groups * 8]. */
export function tallyGroups(
  tallies: Sums,
  of: Int32Array,
  codes: Uint8Array,
  weights: Float64Array | null,
): void {
  tallies.fill(0);
  if (weights !== null) {
    for (let row = 0; row < of.length; row++) {
      const at = (of[row] ?? 0) * OUTCOMES + (codes[row] ?? 0);
      tallies[at] = (tallies[at] ?? 0) + (weights[row] ?? 0);
    }
    return;
  }
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
    weight: everybody.weight === null ? null : new Float64Array(length),
  }));
  const next = new Int32Array(groups);
  sorted.forEach((row, from) => {
    const group = of[row] ?? 0;
    const target = rows[group];
    const at = next[group] ?? 0;
    if (!target) return;
    target.truth[at] = everybody.truth[from] ?? 0;
    target.score[at] = everybody.score[from] ?? 0;
    if (target.weight && everybody.weight) target.weight[at] = everybody.weight[from] ?? 0;
    next[group] = at + 1;
  });
  return rows;
}
