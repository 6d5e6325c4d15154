import { Rng } from '../core/rng.ts';
import type { GroupValuesByMetric } from './groupMeasures.ts';
import type { Grouping } from './groups.ts';
import type { Base, Metric } from './metric.ts';
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

/** Told the values of one model in one shuffle. */
export type ShuffleVisit = (draw: number, model: number, values: GroupValuesByMetric) => void;

/** The random stream of one shuffle. */
export function shuffleStream(input: ShuffleInput, draw: number): Rng {
  return Rng.stream(
    input.seed,
    `shuffle/${input.grouping.features.join('/')}/${input.stratification}/${draw}`,
  );
}
