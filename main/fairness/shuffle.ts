import { Rng } from '../core/rng.ts';
import { allRows, byScore, countsFrom } from './cells.ts';
import type { Grouping } from './groups.ts';
import { renumber } from './groups.ts';
import type { Base, Metric, ScoredRows } from './metric.ts';
import { OUTCOMES, POSITIVE, SELECTED } from './outcomes.ts';
import type { Outcomes } from './outcomes.ts';
import type { Subjects } from './subjects.ts';

/** Within which rows groups are shuffled: among all, among rows of the same label, among rows of the same prediction. */
export type Stratification = 'all' | 'label' | 'prediction';

/** Shuffling keeps what the metric is conditional on. */
export function stratificationOf(base: Base): Stratification {
  if (base === 'all') return 'all';
  return base === 'selected' || base === 'unselected' ? 'prediction' : 'label';
}

/** What a shuffle test needs of one grouping. */
export interface ShuffleInput {
  readonly grouping: Grouping;
  readonly subjects: Subjects;
  readonly models: readonly Outcomes[];
  readonly metrics: readonly Metric[];
  readonly stratification: Stratification;
  readonly draws: number;
  readonly seed: number;
}

/** Values of every metric of every group of one model in one shuffle: [metric][group]. */
export type ShuffledValues = readonly (readonly (number | null)[])[];

/**
 * Shuffles group membership and measures again, so that one sees what no effect looks like. What is shuffled are units: all rows
 * of a subject that share group and stratum. Where a subject belongs to several groups its parts are shuffled apart, which makes the null wider, not narrower.
 * With the stratification `prediction` there must be one model, because each model has its own predictions.
 */
export function shuffleGroups(
  input: ShuffleInput,
  visit: (draw: number, model: number, values: ShuffledValues) => void,
): void {
  const units = unitsOf(input);
  const labels = units.labels.slice();
  const groups = new Int32Array(input.grouping.of.length);
  const measurers = input.models.map((model) => measurerOf(model, input));
  for (let draw = 0; draw < input.draws; draw++) {
    const name = `shuffle/${input.grouping.features.join('/')}/${input.stratification}/${draw}`;
    labels.set(units.labels);
    shuffleStrata(labels, units.ends, Rng.stream(input.seed, name));
    for (let row = 0; row < groups.length; row++) groups[row] = labels[units.of[row] ?? 0] ?? 0;
    measurers.forEach((measurer, model) => visit(draw, model, measurer(groups)));
  }
}

interface Units {
  /** Unit of each row. */
  readonly of: Int32Array;
  /** Group of each unit; units of one stratum are neighbours. */
  readonly labels: Int32Array;
  /** End of each stratum within the units. */
  readonly ends: readonly number[];
}

function unitsOf({ grouping, subjects, models, stratification }: ShuffleInput): Units {
  const size = grouping.groups.length;
  const bit = stratification === 'label' ? POSITIVE : stratification === 'prediction' ? SELECTED : 0;
  const stratum = (row: number): number => ((models[0]?.codes[row] ?? 0) & bit ? 1 : 0);
  const parts = renumber(subjects.of.map((subject, row) => subject * size + (grouping.of[row] ?? 0)));
  const count = parts.reduce((most, part) => Math.max(most, part), -1) + 1;
  const of = renumber(parts.map((part, row) => stratum(row) * count + part));
  const total = of.reduce((most, unit) => Math.max(most, unit), -1) + 1;
  const labels = new Int32Array(total);
  let firstStratum = 0;
  of.forEach((unit, row) => {
    labels[unit] = grouping.of[row] ?? 0;
    if (stratum(row) === 0) firstStratum = Math.max(firstStratum, unit + 1);
  });
  return { of, labels, ends: [firstStratum, total] };
}

function shuffleStrata(labels: Int32Array, ends: readonly number[], rng: Rng): void {
  let start = 0;
  for (const end of ends) {
    for (let i = end - 1; i > start; i--) {
      const j = start + Math.floor(rng.uniform() * (i - start + 1));
      const kept = labels[i] ?? 0;
      labels[i] = labels[j] ?? 0;
      labels[j] = kept;
    }
    start = end;
  }
}

/** Measures every metric in every group for any assignment of rows to groups. */
export function measurerOf(
  model: Outcomes,
  { grouping, metrics }: Pick<ShuffleInput, 'grouping' | 'metrics'>,
): (groups: Int32Array) => ShuffledValues {
  const size = grouping.groups.length;
  const tallies = new Int32Array(size * OUTCOMES);
  const needsScores = metrics.some((metric) => metric.kind === 'score') && model.score !== null;
  const sorted = needsScores && model.score ? byScore(allRows(model.n), model.score) : null;
  return (groups) => {
    tallies.fill(0);
    for (let row = 0; row < groups.length; row++) {
      const at = (groups[row] ?? 0) * OUTCOMES + (model.codes[row] ?? 0);
      tallies[at] = (tallies[at] ?? 0) + 1;
    }
    const counts = grouping.groups.map((_, group) => countsFrom(tallies, group * OUTCOMES, model.binary));
    const scored = sorted === null ? null : scoredByGroup(sorted, groups, model, counts.map((one) => one.n)); // prettier-ignore
    return metrics.map((metric) =>
      counts.map((one, group) => {
        if (metric.binary && !model.binary) return null;
        if (metric.kind === 'count') return metric.value(one);
        const rows = scored?.[group];
        return rows === undefined ? null : metric.value(rows);
      }),
    );
  };
}

function scoredByGroup(
  sorted: Int32Array,
  groups: Int32Array,
  model: Outcomes,
  sizes: readonly number[],
): readonly ScoredRows[] {
  const rows = sizes.map((length) => ({
    length,
    truth: new Uint8Array(length),
    score: new Float64Array(length),
    weight: null,
  }));
  const next = new Int32Array(sizes.length);
  for (const row of sorted) {
    const group = groups[row] ?? 0;
    const target = rows[group];
    const at = next[group] ?? 0;
    if (!target) continue;
    target.truth[at] = (model.codes[row] ?? 0) & POSITIVE ? 1 : 0;
    target.score[at] = model.score?.[row] ?? 0;
    next[group] = at + 1;
  }
  return rows;
}
