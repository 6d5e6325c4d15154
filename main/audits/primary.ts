import type { Estimated } from '../../preload/contract/vocabulary.ts';
import type { Replicates } from '../fairness/bootstrap.ts';
import { disparityOfMetric } from '../fairness/disparities.ts';
import type { DisparityDefinition } from '../fairness/disparities.ts';
import type { Assessment } from './assessment.ts';
import { contrast, NO_INTERVAL, spreadOf } from './disparityRows.ts';
import { without } from './estimates.ts';

/** Where the declared primary contrast stands; null if none is declared or it compares all groups. */
export function primaryPlace(assessment: Assessment): {
  readonly at: number;
  readonly entry: DisparityDefinition;
  readonly group: number;
  readonly reference: number;
} | null {
  const { primary } = assessment.options;
  if (primary === null || primary.group === null || primary.reference === null) return null;
  const at = groupingOf(assessment, primary.feature);
  const groups = assessment.cells.groupings[at]?.groups ?? [];
  const indexOf = (value: string): number => groups.findIndex((group) => group[primary.feature] === value);
  return {
    at,
    entry: disparityOfMetric(primary.metric),
    group: indexOf(primary.group),
    reference: indexOf(primary.reference),
  };
}

/** The primary metric of one model: the declared contrast, or the largest difference between groups. */
export function primaryOf(assessment: Assessment, replicates: Replicates, model: number): Estimated | null {
  const { primary } = assessment.options;
  if (primary === null) return null;
  const place = primaryPlace(assessment);
  if (place !== null) {
    const found = contrast(assessment, replicates, { ...place, model, kind: 'difference' });
    return estimateIn(found);
  }
  const at = groupingOf(assessment, primary.feature);
  const entry = disparityOfMetric(primary.metric);
  const { value } = spreadOf(assessment, model, at, entry, 'difference', 'betweenGroups');
  return without(value, value === null ? 'fewer than two groups have a value' : NO_INTERVAL);
}

function groupingOf(assessment: Assessment, feature: string): number {
  return assessment.cells.groupings.findIndex(
    (one) => one.features.length === 1 && one.features[0] === feature,
  );
}

/** The estimate in a row that says more. */
function estimateIn({ value, low, high, reason, bca, detectable }: Estimated): Estimated {
  return {
    value,
    low,
    high,
    ...(reason === undefined ? {} : { reason }),
    ...(bca === undefined ? {} : { bca }),
    ...(detectable === undefined ? {} : { detectable }),
  };
}
