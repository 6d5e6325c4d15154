import type { GroupValuesByMetric } from './groupMeasures.ts';
import type { Grouping } from './groups.ts';
import type { Base, Metric } from './metric.ts';
import type { Outcomes } from './outcomes.ts';
import type { Subjects } from './subjects.ts';

/** Within which rows groups are shuffled: among all, among rows of the same label, among rows of the same prediction. */
export type Stratification = 'all' | 'label' | 'prediction';

/** Shuffling keeps what the metric is conditional on. */
export function stratificationOf(metric: Metric): Stratification {
  return metric.kind === 'classes' ? metric.within : ofBase(metric.base);
}

function ofBase(base: Base): Stratification {
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
  /** Shuffles `from` (0 if left out) to `draws` are made: each has a random stream of its own, so that they can be divided. */
  readonly from?: number;
  readonly draws: number;
  readonly seed: number;
}

/** Told the values of one model in one shuffle. */
export type ShuffleVisit = (draw: number, model: number, values: GroupValuesByMetric) => void;

/** The name of the random stream of one shuffle. */
export function shuffleStreamName({ grouping, stratification }: ShuffleInput, draw: number): string {
  return `shuffle/${grouping.features.join('/')}/${stratification}/${draw}`;
}
