import { countsFrom } from './cells.ts';
import type { Metric } from './metric.ts';
import { OUTCOMES } from './outcomes.ts';
import { planResample, roundsOf } from './resamplePlan.ts';
import type { ResampleInput, ResamplePlan } from './resamplePlan.ts';
import { resampleRounds } from './resampleRounds.ts';
import type { Rounds } from './resampleRounds.ts';

/** Values of metrics over the draws of a bootstrap. */
export interface Replicates {
  readonly draws: number;
  /** Values of one metric of one cell of one model, draw by draw; NaN marks a draw where it is undefined. */
  readonly values: (model: number, cell: number, metric: Metric) => Float64Array;
  /** The same with each block of subjects left out. */
  readonly leaveOuts: (model: number, cell: number, metric: Metric) => Float64Array;
  /** The largest distance by which putting scores into levels moved a value (it was moved back); null where no levels were used. */
  readonly levelError: (metric: Metric) => number | null;
}

/**
 * Subject-cluster bootstrap (Field and Welsh 2007): each draw takes as many subjects as there are, with replacement, with all their rows.
 */
export function resample(input: ResampleInput): Replicates {
  const plan = planResample(input);
  return replicatesOf(input, plan, [resampleRounds(plan, 0, roundsOf(plan))]);
}

/** Puts the rounds of a plan, however they were divided, together. */
export function replicatesOf(input: ResampleInput, plan: ResamplePlan, parts: readonly Rounds[]): Replicates {
  const cache = new Map<string, Float64Array>();
  const errors = new Map<string, number>();
  const rounds = (model: number, cell: number, metric: Metric): Float64Array => {
    const key = `${model}/${cell}/${metric.id}`;
    const kept = cache.get(key);
    if (kept) return kept;
    const made =
      metric.kind === 'count'
        ? counted(plan, parts, model, cell, metric)
        : measured(plan, parts, model, cell, metric);
    if (metric.kind === 'score' && plan.models[model]?.levels != null) {
      const moved = moveBack(input, made, model, cell, metric);
      errors.set(metric.id, Math.max(errors.get(metric.id) ?? 0, moved));
    }
    cache.set(key, made);
    return made;
  };
  return {
    draws: plan.draws,
    values: (model, cell, metric) => rounds(model, cell, metric).subarray(0, plan.draws),
    leaveOuts: (model, cell, metric) =>
      rounds(model, cell, metric).subarray(plan.draws, plan.draws + plan.blocks),
    levelError: (metric) => errors.get(metric.id) ?? null,
  };
}

function counted(
  plan: ResamplePlan,
  parts: readonly Rounds[],
  model: number,
  cell: number,
  metric: Metric,
): Float64Array {
  const values = new Float64Array(roundsOf(plan)).fill(NaN);
  const binary = plan.models[model]?.binary === true;
  if (metric.kind !== 'count' || (metric.binary && !binary)) return values;
  for (const { from, to, tallies } of parts) {
    const own = tallies[model];
    if (!own) continue;
    for (let round = from; round < to; round++) {
      const at = ((round - from) * plan.cells + cell) * OUTCOMES;
      values[round] = metric.value(countsFrom(own, at, binary)) ?? NaN;
    }
  }
  return values;
}

function measured(
  plan: ResamplePlan,
  parts: readonly Rounds[],
  model: number,
  cell: number,
  metric: Metric,
): Float64Array {
  const values = new Float64Array(roundsOf(plan)).fill(NaN);
  const place = plan.measured.indexOf(metric.id) * plan.cells + cell;
  for (const { from, to, scored: all } of parts) {
    const own = all[model];
    const width = to - from;
    if (own && own.length > 0) values.set(own.subarray(place * width, (place + 1) * width), from);
  }
  return values;
}

/** Moves values measured on levels by what the levels changed of the value of everybody once; answers how far. */
function moveBack(
  input: ResampleInput,
  values: Float64Array,
  model: number,
  cell: number,
  metric: Metric,
): number {
  const exact = input.points(model, cell, metric);
  const error = (exact ?? NaN) - (values.at(-1) ?? NaN);
  if (!Number.isFinite(error)) return 0;
  for (let round = 0; round < values.length; round++) values[round] = (values[round] ?? NaN) + error;
  return Math.abs(error);
}
