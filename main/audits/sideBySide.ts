import type {
  Audit,
  AuditedModel,
  BestRun,
  GapChange,
  RatioComparison,
  RunId,
  SeedComparison,
} from '../../preload/contract/vocabulary.ts';
import type { Replicates } from '../fairness/bootstrap.ts';
import type { DisparityDefinition } from '../fairness/disparities.ts';
import { differenceOf } from '../fairness/draws.ts';
import type { Metric } from '../fairness/metric.ts';
import { metricById } from '../fairness/metricCatalog.ts';
import { welch } from '../fairness/welch.ts';
import type { Assessment } from './assessment.ts';
import { spreadOf } from './disparityRows.ts';
import { combined, drawnOf, lackIn, withDraws, without } from './estimates.ts';
import type { ModelPredictions } from './table.ts';

/** More models than this are not ranked: which is the runner-up says little then. */
const MAX_RANKED = 6;
/** Seeds that an arm needs before anything is said of a method. */
export const MIN_SEEDS = 5;
/** Values closer than this are equal whatever the order of their sums. */
const SLACK = 1e-12;

/** What several models are beside each other, on the same draws of the same subjects. */
export function sideBySide(
  assessment: Assessment,
  replicates: Replicates,
  models: readonly ModelPredictions[],
  audited: readonly AuditedModel[],
  baseline: number,
): Pick<Audit, 'bests' | 'seedComparisons' | 'ratioComparisons'> {
  if (models.length < 2) return {};
  const runs = models.map((model) => model.run ?? model.name);
  const seeds = seedComparisons(assessment, models, runs, baseline);
  return {
    ...(models.length > MAX_RANKED ? {} : { bests: bestRuns(assessment, replicates, runs) }),
    ...(seeds.length === 0 ? {} : { seedComparisons: seeds }),
    ratioComparisons: ratioComparisons(audited, runs, baseline),
  };
}

function bestRuns(
  assessment: Assessment,
  replicates: Replicates,
  runs: readonly RunId[],
): readonly BestRun[] {
  const ranked = assessment.metrics.filter((metric) => metric.higherIsBetter !== null);
  return assessment.cells.cells.flatMap((cell, at) =>
    ranked.flatMap((metric) => {
      const found = bestOf(assessment, replicates, metric, at, runs);
      return found === null ? [] : [{ ...found, group: at === 0 ? null : cell.group }];
    }),
  );
}

/** Null where some model has no value, or all are equal. */
function bestOf(
  assessment: Assessment,
  replicates: Replicates,
  metric: Metric,
  cell: number,
  runs: readonly RunId[],
): Omit<BestRun, 'group'> | null {
  const values = runs.map((_, model) => assessment.frames[model]?.[cell]?.values[metric.id] ?? null);
  if (values.includes(null)) return null;
  const sign = metric.higherIsBetter === true ? 1 : -1;
  const order = [...runs.keys()].sort((a, b) => sign * ((values[b] ?? 0) - (values[a] ?? 0)) || a - b);
  const [first = 0, second = 0] = order;
  const value = (values[first] ?? 0) - (values[second] ?? 0);
  if (Math.abs(value) < SLACK) return null;
  const lack = lackIn(assessment, [first, second], cell, metric);
  const difference =
    lack === null
      ? withDraws(
          value,
          combined(
            drawnOf(assessment, replicates, first, cell, metric),
            drawnOf(assessment, replicates, second, cell, metric),
            differenceOf,
          ),
        )
      : without(value, lack);
  const { low, high } = difference;
  return {
    metric: metric.id,
    run: runs[first] ?? '',
    runnerUp: runs[second] ?? '',
    difference,
    marked: low !== null && high !== null && (low > 0 || high < 0),
  };
}

/** The ends of the gap in one metric between the groups of a grouping, in a model and in the baseline; null where one has none. */
export function gapChange(
  assessment: Assessment,
  at: number,
  entry: DisparityDefinition,
  model: number,
  baseline: number,
): GapChange | null {
  const [id, another] = entry.metrics;
  if (id === undefined || another !== undefined) return null;
  const { higherIsBetter } = metricById(id);
  const [own, other] = [model, baseline].map((one) => endsOf(assessment, one, at, id, higherIsBetter));
  if (!own || !other) return null;
  const narrowed =
    Math.abs(own.best - own.worst) < Math.abs(other.best - other.worst) - SLACK && higherIsBetter !== null;
  const sign = higherIsBetter === false ? -1 : 1;
  return {
    best: own.best,
    worst: own.worst,
    baselineBest: other.best,
    baselineWorst: other.worst,
    narrowedWithoutWorst: narrowed && sign * (own.worst - other.worst) <= SLACK,
  };
}

function endsOf(
  assessment: Assessment,
  model: number,
  at: number,
  id: string,
  higherIsBetter: boolean | null,
): { readonly best: number; readonly worst: number } | null {
  const first = assessment.cells.first[at] ?? 0;
  const size = assessment.cells.groupings[at]?.groups.length ?? 0;
  const values = (assessment.frames[model] ?? [])
    .slice(first, first + size)
    .flatMap((row) => row.values[id] ?? []);
  if (values.length < 2) return null;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return higherIsBetter === false ? { best: low, worst: high } : { best: high, worst: low };
}

interface Arm {
  readonly name: string;
  readonly models: readonly number[];
}

/** Arms against the baseline's: overall metrics, and largest differences between groups; nothing where no arm has several seeds. */
function seedComparisons(
  assessment: Assessment,
  models: readonly ModelPredictions[],
  runs: readonly RunId[],
  baseline: number,
): readonly SeedComparison[] {
  const arms = armsOf(models);
  const base = arms.find((arm) => arm.models.includes(baseline));
  if (!base || arms.length < 2 || arms.every((arm) => arm.models.length < 2)) return [];
  const single = assessment.disparities.filter((entry) => entry.metrics.length === 1);
  return arms
    .filter((arm) => arm !== base)
    .flatMap((arm) => {
      const pair = { arm, base, runs };
      return [
        ...assessment.metrics.map((metric) =>
          seedRow(pair, { metric: metric.id, disparity: null, features: [] }, (model) => {
            return assessment.frames[model]?.[0]?.values[metric.id] ?? null;
          }),
        ),
        ...assessment.cells.groupings.flatMap(({ features }, at) =>
          single.map((entry) =>
            seedRow(pair, { metric: entry.metrics[0] ?? '', disparity: entry.id, features }, (model) => {
              return spreadOf(assessment, model, at, entry, 'difference', 'betweenGroups').value;
            }),
          ),
        ),
      ];
    });
}

/** Models that differ in nothing but the seed; a model made elsewhere is an arm of its own. */
function armsOf(models: readonly ModelPredictions[]): readonly Arm[] {
  const found = new Map<string, number[]>();
  models.forEach(({ arm, name }, at) => {
    const key = arm ?? name;
    found.set(key, [...(found.get(key) ?? []), at]);
  });
  return [...found].map(([name, own]) => ({ name, models: own }));
}

function seedRow(
  { arm, base, runs }: { readonly arm: Arm; readonly base: Arm; readonly runs: readonly RunId[] },
  what: Pick<SeedComparison, 'metric' | 'disparity' | 'features'>,
  valueOf: (model: number) => number | null,
): SeedComparison {
  const [values, baselineValues] = [arm, base].map((one) => one.models.map(valueOf)) as [
    (number | null)[],
    (number | null)[],
  ];
  return {
    ...seedEstimate(values, baselineValues),
    ...what,
    arm: arm.name,
    baseline: base.name,
    runs: arm.models.map((model) => runs[model] ?? ''),
    baselineRuns: base.models.map((model) => runs[model] ?? ''),
    values,
    baselineValues,
  };
}

function seedEstimate(
  values: readonly (number | null)[],
  baselineValues: readonly (number | null)[],
): Pick<SeedComparison, 'value' | 'low' | 'high' | 'reason'> {
  const [own, other] = [values, baselineValues].map((all) => all.filter((one) => one !== null)) as [
    number[],
    number[],
  ];
  if (own.length < values.length || other.length < baselineValues.length)
    return without(null, 'a run has no value');
  const mean = (all: readonly number[]): number => all.reduce((sum, one) => sum + one, 0) / all.length;
  const value = mean(own) - mean(other);
  const fewest = Math.min(own.length, other.length);
  if (fewest < MIN_SEEDS)
    return without(
      value,
      `insufficient evidence (${fewest} ${fewest === 1 ? 'seed' : 'seeds'} in an arm, needs ${MIN_SEEDS})`,
    );
  return welch(own, other) ?? without(value, 'all seeds of both arms give the same value');
}

/** Parity deviations of models beside the baseline's, over the ratios that both have. */
function ratioComparisons(
  models: readonly AuditedModel[],
  runs: readonly RunId[],
  baseline: number,
): readonly RatioComparison[] {
  return models.flatMap(({ parityDeviations = [] }, model) =>
    model === baseline
      ? []
      : parityDeviations.flatMap((own, at) => {
          const other = models[baseline]?.parityDeviations?.[at];
          if (!other) return [];
          const defined = own.ratios.map(
            ({ ratio }, place) => ratio !== null && other.ratios[place]?.ratio != null,
          );
          const meanOf = ({ ratios }: typeof own): number | null =>
            meanDeviation(ratios.filter((_, place) => defined[place]));
          const [value, baselineValue] = [meanOf(own), meanOf(other)];
          const improvement = value === null || baselineValue === null ? null : baselineValue - value;
          return [
            {
              run: runs[model] ?? '',
              baseline: runs[baseline] ?? '',
              features: own.features,
              group: own.group,
              shared: own.ratios.flatMap(({ metric }, place) => (defined[place] ? [metric] : [])),
              leftOut: own.ratios.flatMap(({ metric }, place) => (defined[place] ? [] : [metric])),
              value,
              baselineValue,
              improvement,
              relative:
                improvement === null || baselineValue === 0 ? null : improvement / (baselineValue ?? NaN),
            },
          ];
        }),
  );
}

function meanDeviation(ratios: readonly { readonly deviation: number | null }[]): number | null {
  const known = ratios.flatMap(({ deviation }) => deviation ?? []);
  return known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0) / known.length;
}
