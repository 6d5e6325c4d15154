import type { AuditDifference, Estimated, RunId } from '../../preload/contract/vocabulary.ts';
import type { Replicates } from '../fairness/bootstrap.ts';
import { disparityOfMetric } from '../fairness/disparities.ts';
import type { DisparityDefinition } from '../fairness/disparities.ts';
import { differenceOf } from '../fairness/draws.ts';
import { groupName } from '../fairness/groups.ts';
import type { Metric } from '../fairness/metric.ts';
import { metricById } from '../fairness/metricCatalog.ts';
import type { Assessment } from './assessment.ts';
import { contrast, contrastDraws, contrastErrors, NO_INTERVAL } from './disparityRows.ts';
import { combined, drawnOf, lackIn, standardErrorOf, tested, unsupported, without } from './estimates.ts';
import type { Drawn } from './estimates.ts';
import { primaryPlace } from './primary.ts';
import { swapDifferences } from './swapDifferences.ts';

/** For so many models or fewer, the primary metric is compared between every two of them. */
export const MAX_PAIRED_MODELS = 6;

/** One model against another. */
export interface ModelPair {
  readonly model: number;
  readonly baseline: number;
  readonly run: RunId;
  readonly baselineRun: RunId;
}

/** Every difference between runs: all against the baseline, and the primary metric between every two; the primary comes first. */
export function differencesBetween(
  assessment: Assessment,
  replicates: Replicates,
  runs: readonly RunId[],
  baseline: number,
): readonly AuditDifference[] {
  const pairs = pairsOf(runs, baseline);
  const toFirst = pairs.filter((pair) => pair.baseline === baseline);
  const forPrimary = runs.length <= MAX_PAIRED_MODELS ? pairs : toFirst;
  return [
    ...forPrimary.flatMap((pair) => primaryDifference(assessment, replicates, pair)),
    ...toFirst.flatMap((pair) => [
      ...metricDifferences(assessment, replicates, pair),
      ...contrastDifferences(assessment, replicates, pair),
      ...spreadDifferences(assessment, pair),
    ]),
  ];
}

/** Every two models once, the later minus the earlier; the chosen baseline is the one that is taken off. */
function pairsOf(runs: readonly RunId[], chosen: number): readonly ModelPair[] {
  return runs.flatMap((_, earlier) =>
    runs.flatMap((_run, later) => {
      if (later <= earlier) return [];
      const [model, baseline] = later === chosen ? [earlier, later] : [later, earlier];
      return [{ model, baseline, run: runs[model] ?? '', baselineRun: runs[baseline] ?? '' }];
    }),
  );
}

function primaryDifference(
  assessment: Assessment,
  replicates: Replicates,
  pair: ModelPair,
): readonly AuditDifference[] {
  const { primary } = assessment.options;
  if (primary === null) return [];
  const entry = disparityOfMetric(primary.metric);
  const at = assessment.cells.groupings.findIndex((one) => one.features.length === 1 && one.features[0] === primary.feature); // prettier-ignore
  const place = primaryPlace(assessment);
  if (place !== null) return [contrastDifference(assessment, replicates, pair, { ...place, entry, at })];
  return swapDifferences(assessment, pair, at, [entry], NO_INTERVAL);
}

function metricDifferences(
  assessment: Assessment,
  replicates: Replicates,
  pair: ModelPair,
): readonly AuditDifference[] {
  return assessment.cells.cells.flatMap((cell, index) =>
    assessment.metrics.map((metric) => ({
      ...cellDifference(assessment, replicates, pair, index, metric),
      run: pair.run,
      baseline: pair.baselineRun,
      metric: metric.id,
      disparity: null,
      features: cell.features,
      group: index === 0 ? null : cell.group,
    })),
  );
}

function cellDifference(
  assessment: Assessment,
  replicates: Replicates,
  { model, baseline }: ModelPair,
  cell: number,
  metric: Metric,
): Estimated & { readonly p: number | null } {
  const a = assessment.frames[model]?.[cell]?.values[metric.id] ?? null;
  const b = assessment.frames[baseline]?.[cell]?.values[metric.id] ?? null;
  if (a === null || b === null) return { ...without(null, 'one of the two runs has no value'), p: null };
  const lack = lackIn(assessment, [model, baseline], cell, metric);
  if (lack !== null) {
    const errors = [model, baseline].map((one) => standardErrorOf(assessment, replicates, one, cell, metric));
    return { ...unsupported(a - b, lack, errors), p: null };
  }
  const own = drawnOf(assessment, replicates, model, cell, metric);
  const other = drawnOf(assessment, replicates, baseline, cell, metric);
  return tested(a - b, combined(own, other, differenceOf), 0);
}

function contrastDifferences(
  assessment: Assessment,
  replicates: Replicates,
  pair: ModelPair,
): readonly AuditDifference[] {
  const single = assessment.disparities.filter((entry) => entry.metrics.length === 1);
  const declared = primaryPlace(assessment);
  return assessment.cells.groupings.flatMap((grouping, at) => {
    const reference = assessment.references[at] ?? 0;
    return single.flatMap((entry) =>
      grouping.groups.flatMap((_, group) => {
        const isPrimary =
          declared !== null &&
          at === declared.at &&
          group === declared.group &&
          entry.id === declared.entry.id;
        if (group === reference || isPrimary) return [];
        return [contrastDifference(assessment, replicates, pair, { at, entry, group, reference })];
      }),
    );
  });
}

interface DifferencePlace {
  readonly at: number;
  readonly entry: DisparityDefinition;
  readonly group: number;
  readonly reference: number;
}

function contrastDifference(
  assessment: Assessment,
  replicates: Replicates,
  pair: ModelPair,
  place: DifferencePlace,
): AuditDifference {
  const grouping = assessment.cells.groupings[place.at];
  const first = assessment.cells.first[place.at] ?? 0;
  const metric = metricById(place.entry.metrics[0] ?? '');
  const places = [pair.model, pair.baseline].map((model) => ({
    ...place,
    model,
    kind: 'difference' as const,
  }));
  const [a, b] = places.map((one) => contrast(assessment, replicates, one).value);
  const facts = {
    run: pair.run,
    baseline: pair.baselineRun,
    metric: metric.id,
    disparity: place.entry.id,
    features: grouping?.features ?? [],
    group: grouping?.groups[place.group] ?? null,
  };
  if (a == null || b == null)
    return { ...without(null, 'one of the two runs has no value'), p: null, ...facts };
  for (const group of [place.group, place.reference]) {
    const lack = lackIn(assessment, [pair.model, pair.baseline], first + group, metric);
    if (lack !== null)
      return {
        ...unsupported(
          a - b,
          `${lack} for ${groupName(grouping?.groups[group] ?? {})}`,
          places.flatMap((one) => contrastErrors(assessment, replicates, one)),
        ),
        p: null,
        ...facts,
      };
  }
  const drawn = places
    .map((one) => contrastDraws(assessment, replicates, one))
    .reduce((one: Drawn, other: Drawn) => combined(one, other, differenceOf));
  return { ...tested(a - b, drawn, 0), ...facts };
}

function spreadDifferences(assessment: Assessment, pair: ModelPair): readonly AuditDifference[] {
  const { primary } = assessment.options;
  const declared = primary?.group === null ? primary : null;
  return assessment.cells.groupings.flatMap((grouping, at) => {
    const isPrimary = (entry: DisparityDefinition): boolean =>
      declared !== null &&
      grouping.features.length === 1 &&
      grouping.features[0] === declared.feature &&
      entry.id === disparityOfMetric(declared.metric).id;
    const entries = assessment.disparities.filter((entry) => !isPrimary(entry));
    return swapDifferences(assessment, pair, at, entries, NO_INTERVAL);
  });
}
