import type { DisparityDefinition } from '../fairness/disparities.ts';
import type { GroupValuesByMetric } from '../fairness/groupMeasures.ts';
import type { Metric } from '../fairness/metric.ts';
import { metricById } from '../fairness/metricCatalog.ts';
import type { Outcomes } from '../fairness/outcomes.ts';
import { EXACT_ROWS } from '../fairness/scoreLevels.ts';
import { shuffleGroups } from '../fairness/shuffle.ts';
import { atomShuffler } from '../fairness/shuffleAtoms.ts';
import type { AtomShuffler } from '../fairness/shuffleAtoms.ts';
import { stratificationOf } from '../fairness/shuffleInput.ts';
import type { Stratification } from '../fairness/shuffleInput.ts';
import { disparitySpread } from '../fairness/spread.ts';
import type { Spread } from '../fairness/spread.ts';
import { entriesOf, kindsOf, RELATIONS, seriesAt, seriesCount } from './nullPlan.ts';
import type { NullPlan } from './nullPlan.ts';

/** Values of every series in some shuffles [series, shuffle]; NaN where undefined. */
export interface NullRounds {
  readonly from: number;
  readonly to: number;
  readonly values: Float64Array;
}

/** With more than EXACT_ROWS rows, metrics of counts are shuffled at most so often: a p of 0.05 is then known to 0.019 (twice its standard error). */
const COUNT_SHUFFLES = 500;
/** And metrics of scores at most so often, for they cost most: to 0.028. */
const SCORE_SHUFFLES = 250;

/** How often groups are shuffled for metrics of a kind. */
export function shufflesOf(kind: Metric['kind'], rows: number, draws: number): number {
  return rows <= EXACT_ROWS ? draws : Math.min(draws, kind === 'count' ? COUNT_SHUFFLES : SCORE_SHUFFLES);
}

/** Metrics that are shuffled together: within the same strata, on the same models, of counts or of scores. */
interface Batch {
  readonly stratification: Stratification;
  readonly models: readonly number[];
  readonly entries: readonly DisparityDefinition[];
  readonly metrics: readonly Metric[];
}

/** Makes shuffles `from` to `to` of a plan. */
export type NullDrawer = (from: number, to: number) => NullRounds;

/**
 * Makes shuffles of a plan. Each has its own random stream, so that the work can be divided in any way; what they share is made once.
 */
export function nullDrawer(plan: NullPlan): NullDrawer {
  const batches = batchesOf(plan).map((batch) => ({ batch, shuffle: shufflerOf(plan, batch) }));
  return (from, to) => {
    const rounds = { from, to, values: new Float64Array(seriesCount(plan) * (to - from)).fill(NaN) };
    for (const { batch, shuffle } of batches)
      shuffle(from, to, (draw, model, grouping, values) =>
        keep(plan, batch, rounds, { draw, model: batch.models[model] ?? 0, grouping }, values),
      );
    return rounds;
  };
}

/** True where metrics of scores are shuffled on levels. */
export function onLevels(models: readonly Outcomes[]): boolean {
  return models.every((model) => model.binary && model.n > EXACT_ROWS);
}

function batchesOf(plan: NullPlan): readonly Batch[] {
  const all = plan.models.map((_, model) => model);
  const entries = entriesOf(plan);
  return (['all', 'label', 'prediction'] as const).flatMap((stratification) =>
    (['count', 'score', 'classes'] as const).flatMap((kind) => {
      const chosen = entries.filter((entry) => {
        const metric = metricById(entry.metrics[0] ?? '');
        return metric.kind === kind && stratificationOf(metric) === stratification;
      });
      if (chosen.length === 0) return [];
      const metrics = [...new Set(chosen.flatMap((entry) => entry.metrics))].map(metricById);
      const sets = stratification === 'prediction' ? all.map((model) => [model]) : [all];
      return sets.map((models) => ({ stratification, models, entries: chosen, metrics }));
    }),
  );
}

function shufflerOf(plan: NullPlan, batch: Batch): AtomShuffler {
  const { subjects, seed, atoms, groupings } = plan;
  const { stratification, metrics } = batch;
  const models = batch.models.flatMap((model) => plan.models[model] ?? []);
  const common = { subjects, models, metrics, stratification, seed };
  const counted = metrics[0]?.kind === 'count';
  const last = shufflesOf(metrics[0]?.kind ?? 'count', subjects.of.length, plan.draws);
  const rowByRow = metrics[0]?.kind === 'classes' || (!counted && !onLevels(models));
  if (atoms === null || rowByRow)
    return (from, to, visit) =>
      groupings.forEach((grouping, at) => {
        if (grouping.groups.length > 1)
          shuffleGroups({ ...common, grouping, from, draws: Math.min(to, last) }, (draw, model, values) =>
            visit(draw, model, at, values),
          );
      });
  let made: AtomShuffler | null = null;
  return (from, to, visit) => {
    // A thread that only resamples need not prepare shuffles.
    made ??= atomShuffler({ ...common, grouping: atoms.grouping, groupings: atoms.groupings });
    made(from, Math.min(to, last), visit);
  };
}

function keep(
  plan: NullPlan,
  { entries, metrics }: Batch,
  { from, to, values: target }: NullRounds,
  { draw, model, grouping }: { readonly draw: number; readonly model: number; readonly grouping: number },
  values: GroupValuesByMetric,
): void {
  const overall = plan.overall[model] ?? {};
  for (const entry of entries) {
    const perMetric = entry.metrics.map((id) => ({
      groups: values[metrics.findIndex((metric) => metric.id === id)] ?? [],
      overall: overall[id] ?? null,
    }));
    const disparity = plan.disparities.indexOf(entry.id);
    for (const kind of kindsOf(entry)) {
      for (const relation of RELATIONS) {
        const { value }: Spread = disparitySpread(entry, kind, relation, perMetric);
        const series = seriesAt(plan, model, grouping, disparity, kind, relation);
        target[series * (to - from) + draw - from] = value ?? NaN;
      }
    }
  }
}
