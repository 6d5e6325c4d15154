import type { AuditDifference } from '../../preload/contract/vocabulary.ts';
import type { DisparityDefinition } from '../fairness/disparities.ts';
import { detectableDifference } from '../fairness/detectable.ts';
import { shuffleP } from '../fairness/draws.ts';
import type { CountMetric } from '../fairness/metric.ts';
import { metricById } from '../fairness/metricCatalog.ts';
import { disparitySpread } from '../fairness/spread.ts';
import { swapModels } from '../fairness/swap.ts';
import type { Assessment } from './assessment.ts';
import type { ModelPair } from './differences.ts';
import { spreadOf } from './disparityRows.ts';
import { without } from './estimates.ts';
import { gapChange } from './sideBySide.ts';

/** How much larger the largest difference between groups is for one run than for the baseline, with the p-value of swapping runs. */
export function swapDifferences(
  assessment: Assessment,
  pair: ModelPair,
  at: number,
  entries: readonly DisparityDefinition[],
  reason: string,
): readonly AuditDifference[] {
  const observed = entries.map((entry) => {
    const [a, b] = [pair.model, pair.baseline].map(
      (model) => spreadOf(assessment, model, at, entry, 'difference', 'betweenGroups').value,
    );
    return a == null || b == null ? null : a - b;
  });
  const extreme = countExtreme(assessment, pair, at, entries, observed);
  const grouping = assessment.cells.groupings[at];
  return entries.map((entry, index) => {
    const value = observed[index] ?? null;
    const found = extreme?.[index] ?? null;
    const gap = gapChange(assessment, at, entry, pair.model, pair.baseline);
    const p = value === null || found === null ? null : shuffleP(found.count, assessment.options.draws);
    return {
      ...without(value, value === null ? 'one of the two runs has no value' : reason),
      ...(p === null || p <= 0.05 ? {} : { detectable: detectableDifference(found?.deviation ?? null) }),
      run: pair.run,
      baseline: pair.baselineRun,
      metric: entry.metrics.length === 1 ? (entry.metrics[0] ?? null) : null,
      disparity: entry.id,
      features: grouping?.features ?? [],
      group: null,
      p,
      ...(gap === null ? {} : { gap }),
    };
  });
}

/** What swapping the runs gives. */
interface Swapped {
  /** Swaps at least as extreme as what was observed. */
  readonly count: number;
  /** Root mean square over the swaps: how far chance alone moves the difference. */
  readonly deviation: number;
}

/** What swaps give for each entry; null for an entry that needs scores, which are not swapped. */
function countExtreme(
  assessment: Assessment,
  pair: ModelPair,
  at: number,
  entries: readonly DisparityDefinition[],
  observed: readonly (number | null)[],
): readonly (Swapped | null)[] | null {
  const grouping = assessment.cells.groupings[at];
  const a = assessment.models[pair.model];
  const b = assessment.models[pair.baseline];
  const ids = [...new Set(entries.flatMap((entry) => entry.metrics))];
  const metrics = ids.map(metricById).filter((metric): metric is CountMetric => metric.kind === 'count');
  if (!grouping || !a || !b || metrics.length === 0 || grouping.groups.length < 2) return null;
  const places = entries.map((entry) => entry.metrics.map((id) => metrics.findIndex((one) => one.id === id)));
  const counts = new Int32Array(entries.length);
  const squares = new Float64Array(entries.length);
  const { subjects, options } = assessment;
  const input = {
    grouping,
    subjects,
    models: [a, b] as const,
    metrics,
    draws: options.draws,
    seed: options.seed,
  };
  swapModels(input, (_, values) => {
    entries.forEach((entry, index) => {
      const [x, y] = values.map((one) => {
        const perMetric = (places[index] ?? []).map((place) => ({ groups: one[place] ?? [], overall: null }));
        return disparitySpread(entry, 'difference', 'betweenGroups', perMetric).value;
      });
      if (x == null || y == null || Math.abs(x - y) >= Math.abs(observed[index] ?? 0) - 1e-12)
        counts[index] = (counts[index] ?? 0) + 1;
      squares[index] = (squares[index] ?? 0) + ((x ?? 0) - (y ?? 0)) ** 2;
    });
  });
  return Array.from(counts, (count, index) =>
    (places[index] ?? []).includes(-1)
      ? null
      : { count, deviation: Math.sqrt((squares[index] ?? 0) / options.draws) },
  );
}
