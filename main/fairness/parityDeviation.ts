import type { ParityDeviation } from '../../preload/contract/vocabulary.ts';
import { countsFrom, tally } from './cells.ts';
import type { Cells } from './cells.ts';
import type { Counts } from './metric.ts';
import { metricById } from './metricCatalog.ts';
import type { MetricId } from './metricCatalog.ts';
import type { Outcomes } from './outcomes.ts';

/** Disparate impact and the five ratios of errors. */
const SIX: readonly MetricId[] = [
  'selectionRate', 'errorRate', 'falseDiscoveryRate', 'falseNegativeRate', 'falseOmissionRate', 'falsePositiveRate',
]; // prettier-ignore

/**
 * Parity deviation (Yfantidou et al. 2024) of every grouping: |1 - r| of six ratios of everybody else to the reference group, with |ln r| beside
 * it, because |1 - r| is 1 for twice as much and 0.5 for half as much.
 */
export function parityDeviations(
  outcomes: Outcomes,
  cells: Cells,
  references: readonly number[],
): readonly ParityDeviation[] {
  if (!outcomes.binary) return [];
  const all = countsFrom(tally(cells.cells[0]?.rows ?? new Int32Array(0), outcomes), 0, true);
  return cells.groupings.map((grouping, at) => {
    const reference = references[at] ?? 0;
    const cell = cells.cells[(cells.first[at] ?? 0) + reference];
    const own = countsFrom(tally(cell?.rows ?? new Int32Array(0), outcomes), 0, true);
    const ratios = SIX.map((metric) => ratioRow(metric, without(all, own), own));
    return {
      features: grouping.features,
      group: grouping.groups[reference] ?? {},
      ratios,
      meanDeviation: mean(ratios.map((one) => one.deviation)),
      meanLogRatio: mean(ratios.map((one) => one.logRatio)),
    };
  });
}

function ratioRow(id: MetricId, others: Counts, own: Counts): ParityDeviation['ratios'][number] {
  const metric = metricById(id);
  const [a, b] = metric.kind === 'count' ? [metric.value(others), metric.value(own)] : [null, null];
  const ratio = a === null || b === null || b === 0 ? null : a / b;
  return {
    metric: id,
    ratio,
    deviation: ratio === null ? null : Math.abs(1 - ratio),
    logRatio: ratio === null || ratio === 0 ? null : Math.abs(Math.log(ratio)),
  };
}

function without(all: Counts, part: Counts): Counts {
  return {
    binary: true,
    n: all.n - part.n,
    correct: all.correct - part.correct,
    positives: all.positives - part.positives,
    selected: all.selected - part.selected,
    truePositives: all.truePositives - part.truePositives,
  };
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
