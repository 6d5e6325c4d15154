import type { Alarm } from '../../preload/contract/vocabulary.ts';
import { METRICS } from './metricNames.ts';

/** A monitor that falls below this share of its value at the run's own start means collapse (our rule; RankMe and std fall to 0). */
const LIMITS: Readonly<Record<string, { readonly share: number; readonly meaning: string }>> = {
  [METRICS.std]: { share: 0.5, meaning: 'embeddings of different samples become the same' },
  [METRICS.effectiveRank]: { share: 0.5, meaning: 'embeddings use ever fewer dimensions' },
};

/** Alarms that these values raise and that have not fired yet. */
export function collapseAlarms(
  values: Readonly<Record<string, number>>,
  references: Readonly<Record<string, number>>,
  fired: readonly string[],
  at: { readonly step: number; readonly epoch: number },
): readonly Alarm[] {
  return Object.entries(LIMITS).flatMap(([monitor, { share, meaning }]) => {
    const [value, reference] = [values[monitor], references[monitor]];
    if (value === undefined || reference === undefined || fired.includes(monitor)) return [];
    if (value >= share * reference) return [];
    const message = `${monitor} fell to ${value.toPrecision(3)}, below ${share} of its start (${reference.toPrecision(3)}): ${meaning}.`;
    return [{ monitor, ...at, value, reference, message }];
  });
}
