import { AppError } from '../../preload/contract/errors.ts';
import type { MetricEntry } from '../../preload/contract/vocabulary.ts';
import { nearest } from '../core/nearest.ts';
import type { Metric } from './metric.ts';
import * as registry from './metrics/registry.ts';

const metrics = registry satisfies Record<string, Metric>;

/** Ids of all metrics. */
export type MetricId = keyof typeof metrics;

/** Ids of all metrics, in alphabetical order. */
export const METRIC_IDS = Object.keys(metrics) as readonly MetricId[];

/** Every metric, in the order of the ids. */
export function allMetrics(): readonly Metric[] {
  return METRIC_IDS.map((id) => metrics[id]);
}

/** Metrics that an audit measures if none are named. */
export const DEFAULT_METRICS: readonly MetricId[] = [
  'accuracy', 'selectionRate', 'truePositiveRate', 'falsePositiveRate', 'precision',
]; // prettier-ignore

/** The same for a target that is a number. */
export const NUMBER_METRICS: readonly MetricId[] = [
  'meanAbsoluteError', 'rootMeanSquaredError', 'meanResidual',
]; // prettier-ignore

/**
 * The metric of that id.
 * @throws AppError usage naming the nearest known id
 */
export function metricById(id: string): Metric {
  const found = (metrics as Readonly<Record<string, Metric>>)[id];
  if (found !== undefined && Object.hasOwn(metrics, id)) return found;
  const close = nearest(id, METRIC_IDS);
  throw new AppError({
    code: 'usage',
    message: `There is no metric ${JSON.stringify(id)}.`,
    hint: close === null ? `Choose from ${METRIC_IDS.join(', ')}.` : `Did you mean ${close}?`,
  });
}

/** The metrics as data for forms and help. */
export function metricEntries(): readonly MetricEntry[] {
  return allMetrics().map(({ id, title, summary, higherIsBetter }) => ({
    id,
    title,
    summary,
    higherIsBetter,
  }));
}
