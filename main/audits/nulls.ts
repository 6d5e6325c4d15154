import type { DisparityDefinition } from '../fairness/disparities.ts';
import { defined, middle, shuffleP } from '../fairness/draws.ts';
import type { Metric } from '../fairness/metric.ts';
import { metricById } from '../fairness/metricCatalog.ts';
import { quantile } from '../fairness/quantile.ts';
import { shuffleGroups } from '../fairness/shuffle.ts';
import { stratificationOf } from '../fairness/shuffleInput.ts';
import type { GroupValuesByMetric } from '../fairness/groupMeasures.ts';
import type { Stratification } from '../fairness/shuffleInput.ts';
import { disparitySpread } from '../fairness/spread.ts';
import type { DisparityKind, SpreadRelation } from '../fairness/spread.ts';
import type { Assessment } from './assessment.ts';

const KINDS: readonly DisparityKind[] = ['difference', 'ratio'];
export const RELATIONS: readonly SpreadRelation[] = ['betweenGroups', 'overall'];

/** What a disparity looks like when groups are shuffled. */
export interface Null {
  readonly range: readonly [number, number] | null;
  readonly p: number | null;
  /** What only 1 of 20 shuffles passes (of a ratio: falls below). */
  readonly beyond: number | null;
}

/** The null of every disparity of one model and grouping. */
export type Nulls = (
  model: number,
  grouping: number,
  id: string,
  kind: DisparityKind,
  relation: SpreadRelation,
  value: number | null,
) => Null;

const NONE: Null = { range: null, p: null, beyond: null };

const STRATIFICATIONS: readonly Stratification[] = ['all', 'label', 'prediction'];

/** Shuffles every grouping as often as asked and keeps every disparity's values. */
export function shuffleNulls(assessment: Assessment, onProgress: (fraction: number) => void): Nulls {
  const kept = new Map<string, Float64Array>();
  const groupings = assessment.cells.groupings;
  groupings.forEach((_, grouping) => {
    STRATIFICATIONS.forEach((stratification) => collect(assessment, grouping, stratification, kept));
    onProgress((grouping + 1) / groupings.length);
  });
  return (model, grouping, id, kind, relation, value) => {
    const draws = kept.get(`${model}/${grouping}/${id}/${kind}/${relation}`);
    return draws === undefined || value === null ? NONE : summarise(draws, kind, value);
  };
}

function summarise(draws: Float64Array, kind: DisparityKind, value: number): Null {
  const sorted = defined(draws);
  if (sorted.length === 0) return NONE;
  // Shuffled values that equal the observed one must count as equal whatever the order of their sums.
  const slack = 1e-12;
  const extreme = sorted.filter((one) =>
    kind === 'difference' ? one >= value - slack : one <= value + slack,
  ).length;
  return {
    range: middle(sorted),
    p: shuffleP(extreme, sorted.length),
    beyond: quantile(sorted, kind === 'difference' ? 0.95 : 0.05),
  };
}

function collect(
  assessment: Assessment,
  grouping: number,
  stratification: Stratification,
  kept: Map<string, Float64Array>,
): void {
  const chosen = assessment.disparities.filter((entry) => stratumOf(entry) === stratification);
  const given = assessment.cells.groupings[grouping];
  if (chosen.length === 0 || given === undefined || given.groups.length < 2) return;
  const metrics = [...new Set(chosen.flatMap((entry) => entry.metrics))].map(metricById);
  const all = assessment.models.map((_, model) => model);
  for (const models of stratification === 'prediction' ? all.map((model) => [model]) : [all]) {
    const outcomes = models.flatMap((model) => assessment.models[model] ?? []);
    const { draws, seed } = assessment.options;
    const { subjects } = assessment;
    shuffleGroups(
      { grouping: given, subjects, models: outcomes, metrics, stratification, draws, seed },
      (draw, at, values) => {
        const model = models[at] ?? 0;
        keep(assessment, { model, grouping, draw }, chosen, metrics, values, kept);
      },
    );
  }
}

function keep(
  assessment: Assessment,
  at: { readonly model: number; readonly grouping: number; readonly draw: number },
  chosen: readonly DisparityDefinition[],
  metrics: readonly Metric[],
  values: GroupValuesByMetric,
  kept: Map<string, Float64Array>,
): void {
  const overall = assessment.frames[at.model]?.[0]?.values;
  for (const entry of chosen) {
    const perMetric = entry.metrics.map((id) => ({
      groups: values[metrics.findIndex((metric) => metric.id === id)] ?? [],
      overall: overall?.[id] ?? null,
    }));
    for (const kind of kindsOf(entry)) {
      for (const relation of RELATIONS) {
        const key = `${at.model}/${at.grouping}/${entry.id}/${kind}/${relation}`;
        const draws = kept.get(key) ?? new Float64Array(assessment.options.draws).fill(NaN);
        kept.set(key, draws);
        draws[at.draw] = disparitySpread(entry, kind, relation, perMetric).value ?? NaN;
      }
    }
  }
}

/** The kinds in which a disparity is given. */
export function kindsOf(entry: DisparityDefinition): readonly DisparityKind[] {
  return entry.differenceOnly ? ['difference'] : KINDS;
}

function stratumOf(entry: DisparityDefinition): Stratification {
  return stratificationOf(metricById(entry.metrics[0] ?? '').base);
}
