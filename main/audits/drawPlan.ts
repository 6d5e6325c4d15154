import { replicatesOf } from '../fairness/bootstrap.ts';
import type { Replicates } from '../fairness/bootstrap.ts';
import { planResample, roundsOf } from '../fairness/resamplePlan.ts';
import type { ResampleInput, ResamplePlan } from '../fairness/resamplePlan.ts';
import { resampleRounds } from '../fairness/resampleRounds.ts';
import type { Rounds } from '../fairness/resampleRounds.ts';
import type { Assessment } from './assessment.ts';
import { planNulls } from './nullPlan.ts';
import type { NullPlan } from './nullPlan.ts';
import { nullDrawer } from './nullRounds.ts';
import type { NullRounds } from './nullRounds.ts';
import { nullsOf } from './nulls.ts';
import type { Nulls } from './nulls.ts';

/** Everything random that an audit computes, as plain data. */
export interface DrawPlan {
  readonly resample: ResamplePlan;
  readonly nulls: NullPlan;
}

/** A part of it. The parts are the same however many threads there are. */
export interface DrawTask {
  readonly kind: 'resample' | 'nulls';
  readonly from: number;
  readonly to: number;
}

/** What a part gave. */
export type Drawn =
  | { readonly kind: 'resample'; readonly rounds: Rounds }
  | { readonly kind: 'nulls'; readonly rounds: NullRounds };

/** What an audit reads from its draws. */
export interface Draws {
  readonly replicates: Replicates;
  readonly nulls: Nulls;
}

/** Rounds of one task: few enough to show progress and to share evenly. */
const ROUNDS = 50;

/** The plan of an assessment, and the bootstrap's input that its results are read with. */
export function planDraws(assessment: Assessment): {
  readonly plan: DrawPlan;
  readonly input: ResampleInput;
} {
  const { subjects, models, cells, metrics, options, frames } = assessment;
  const input = {
    subjects,
    models,
    cells,
    metrics,
    draws: options.draws,
    seed: options.seed,
    points: (model: number, cell: number, { id }: { readonly id: string }) =>
      frames[model]?.[cell]?.values[id] ?? null,
  };
  return { plan: { resample: planResample(input), nulls: planNulls(assessment) }, input };
}

/** The parts of a plan. */
export function tasksOf({ resample, nulls }: DrawPlan): readonly DrawTask[] {
  return [...split('resample', roundsOf(resample)), ...split('nulls', nulls.draws)];
}

function split(kind: DrawTask['kind'], rounds: number): readonly DrawTask[] {
  return Array.from({ length: Math.ceil(rounds / ROUNDS) }, (_, at) => ({
    kind,
    from: at * ROUNDS,
    to: Math.min(rounds, (at + 1) * ROUNDS),
  }));
}

/** Does parts, one after the other. */
export function drawerOf({ resample, nulls }: DrawPlan): (task: DrawTask) => Drawn {
  const shuffle = nullDrawer(nulls);
  return ({ kind, from, to }) =>
    kind === 'resample'
      ? { kind, rounds: resampleRounds(resample, from, to) }
      : { kind, rounds: shuffle(from, to) };
}

/** Puts all parts together, in any order. */
export function drawsOf(input: ResampleInput, plan: DrawPlan, drawn: readonly Drawn[]): Draws {
  return {
    replicates: replicatesOf(
      input,
      plan.resample,
      drawn.flatMap((one) => (one.kind === 'resample' ? [one.rounds] : [])),
    ),
    nulls: nullsOf(
      plan.nulls,
      drawn.flatMap((one) => (one.kind === 'nulls' ? [one.rounds] : [])),
    ),
  };
}
