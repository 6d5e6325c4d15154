import type { Disparity } from '../../preload/contract/vocabulary.ts';
import type { Replicates } from '../fairness/bootstrap.ts';
import { detectableDifference } from '../fairness/detectable.ts';
import { deviation } from '../fairness/deviation.ts';
import { defined, differenceOf } from '../fairness/draws.ts';
import { groupName } from '../fairness/groups.ts';
import { jointP } from '../fairness/jointTest.ts';
import { metricById } from '../fairness/metricCatalog.ts';
import type { Together } from '../fairness/simultaneous.ts';
import { disparitySpread } from '../fairness/spread.ts';
import type { Assessment } from './assessment.ts';
import type { ContrastPlace } from './disparityRows.ts';
import { combined, drawnOf, lackIn, without } from './estimates.ts';
import type { Drawn } from './estimates.ts';

/** Why the worse of several differences has no interval. */
export const COMBINED =
  'no ordinary interval: it is the worse (or the mean) of several distances, which stand with their own intervals; p is of all of them being 0';

/**
 * One group against the reference in several metrics at once, such as equalized odds: the worst of their distances or the mean. Its p-value is
 * of no difference in any of them (max-t of the bootstrap).
 */
export function combinedContrast(
  assessment: Assessment,
  replicates: Replicates,
  place: ContrastPlace,
): Disparity {
  const { model, at, entry, kind, group, reference } = place;
  const grouping = assessment.cells.groupings[at];
  const first = assessment.cells.first[at] ?? 0;
  const valueOf = (cell: number, metric: string): number | null =>
    assessment.frames[model]?.[first + cell]?.values[metric] ?? null;
  const pairs = entry.metrics.map((metric) => ({
    groups: [valueOf(group, metric), valueOf(reference, metric)],
    overall: null,
  }));
  const found = disparitySpread(entry, kind, 'betweenGroups', pairs);
  const keys = [group, reference].map((cell) => grouping?.groups[cell] ?? {});
  const lack = lackOf(assessment, place);
  const reason =
    found.value === null
      ? found.lack === 'allZero'
        ? 'both groups are at 0'
        : 'one of the two groups has no value'
      : (lack ?? COMBINED);
  const same = found.max === found.min;
  const parts = found.value === null || kind === 'ratio' ? [] : partsOf(assessment, replicates, place);
  const p =
    lack !== null || parts.length === 0 ? null : jointP(parts, Math.min(...parts.map((one) => one.subjects)));
  return {
    ...without(found.value, reason),
    ...(parts.length === 0 || (p !== null && p <= 0.05) ? {} : { detectable: detectableIn(parts) }),
    id: entry.id,
    kind,
    metric: entry.metrics[found.metric] ?? '',
    features: grouping?.features ?? [],
    relativeTo: 'reference',
    group: keys[0] ?? {},
    reference: keys[1] ?? {},
    max: found.max === null || same ? null : (keys[found.max] ?? null),
    min: found.min === null || same ? null : (keys[found.min] ?? null),
    p,
  };
}

interface Part extends Together {
  readonly subjects: number;
}

/** What the part that varies most would have to be to show. */
function detectableIn(parts: readonly Part[]): number | null {
  const errors = parts.map(({ draws }) => deviation(defined(draws)) ?? 0);
  return detectableDifference(Math.max(...errors));
}

function lackOf(
  assessment: Assessment,
  { model, at, entry, group, reference }: ContrastPlace,
): string | null {
  const first = assessment.cells.first[at] ?? 0;
  for (const cell of [group, reference])
    for (const metric of entry.metrics) {
      const lack = lackIn(assessment, [model], first + cell, metricById(metric));
      if (lack !== null)
        return `${lack} for ${groupName(assessment.cells.groupings[at]?.groups[cell] ?? {})}`;
    }
  return null;
}

/** The difference in each metric, with its draws. */
function partsOf(
  assessment: Assessment,
  replicates: Replicates,
  { model, at, entry, group, reference }: ContrastPlace,
): readonly Part[] {
  const first = assessment.cells.first[at] ?? 0;
  return entry.metrics.map((id) => {
    const metric = metricById(id);
    const [own, other] = [group, reference].map((cell) => ({
      value: assessment.frames[model]?.[first + cell]?.values[id] ?? NaN,
      drawn: drawnOf(assessment, replicates, model, first + cell, metric),
    })) as [Side, Side];
    const { draws, subjects } = combined(own.drawn, other.drawn, differenceOf);
    return { value: own.value - other.value, draws, subjects };
  });
}

interface Side {
  readonly value: number;
  readonly drawn: Drawn;
}
