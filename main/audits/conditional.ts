import type { ConditionalDisparity } from '../../preload/contract/vocabulary.ts';
import { cellsOf } from '../fairness/cells.ts';
import type { DisparityDefinition } from '../fairness/disparities.ts';
import { defined, middle, shuffleP } from '../fairness/draws.ts';
import type { Feature, Grouping } from '../fairness/groups.ts';
import { groupBy, groupName } from '../fairness/groups.ts';
import { metricById } from '../fairness/metricCatalog.ts';
import { metricFrame } from '../fairness/metricFrame.ts';
import type { FrameRow } from '../fairness/metricFrame.ts';
import type { Outcomes } from '../fairness/outcomes.ts';
import { shuffleGroups } from '../fairness/shuffle.ts';
import { stratificationOf } from '../fairness/shuffleInput.ts';
import { spread } from '../fairness/spread.ts';
import type { Subjects } from '../fairness/subjects.ts';
import { groupingAt, outcomesAt, subjectsAt } from '../fairness/subset.ts';
import { lackOfSupport } from '../fairness/support.ts';
import type { Assessment } from './assessment.ts';
import { NO_INTERVAL } from './disparityRows.ts';
import { without } from './estimates.ts';

/** Rows of one value of the control feature. */
interface Stratum {
  readonly value: string;
  readonly grouping: Grouping;
  readonly subjects: Subjects;
  readonly outcomes: Outcomes;
  readonly frame: readonly FrameRow[];
}

/** Differences between groups of every other feature within the values of a control feature, and their mean over its values. */
export function conditionalDisparities(
  assessment: Assessment,
  model: number,
  control: Feature,
): readonly ConditionalDisparity[] {
  const single = assessment.disparities.filter((entry) => entry.metrics.length === 1);
  return assessment.cells.groupings.flatMap((grouping) => {
    if (grouping.features.length > 1 || grouping.features[0] === control.name) return [];
    const strata = strataOf(assessment, model, control, grouping);
    return single.flatMap((entry) => rowsOf(assessment, entry, control.name, strata));
  });
}

function strataOf(
  { models, metrics, subjects }: Assessment,
  model: number,
  control: Feature,
  grouping: Grouping,
): readonly Stratum[] {
  const all = models[model];
  const by = groupBy(control);
  return by.groups.flatMap((group, code) => {
    const rows = Int32Array.from(by.of.keys()).filter((row) => by.of[row] === code);
    if (!all || rows.length === 0) return [];
    const part = {
      grouping: groupingAt(grouping, rows),
      subjects: subjectsAt(subjects, rows),
      outcomes: outcomesAt(all, rows),
    };
    const frame = metricFrame(part.outcomes, cellsOf([part.grouping], rows.length), part.subjects, metrics);
    return [{ ...part, frame, value: group[control.name] ?? '' }];
  });
}

interface Found {
  readonly stratum: Stratum;
  readonly value: number | null;
  readonly max: number | null;
  readonly min: number | null;
  readonly draws: Float64Array;
}

function rowsOf(
  assessment: Assessment,
  entry: DisparityDefinition,
  control: string,
  strata: readonly Stratum[],
): readonly ConditionalDisparity[] {
  const metric = metricById(entry.metrics[0] ?? '');
  const found = strata.map((stratum) => foundIn(assessment, entry, control, stratum));
  const facts = { id: entry.id, metric: metric.id, features: strata[0]?.grouping.features ?? [], control };
  const rows = found.map(({ stratum, value, max, min, draws }) => {
    const groups = stratum.grouping.groups;
    const lacks = [max, min].flatMap((group) => {
      const row = group === null ? undefined : stratum.frame[group + 1];
      const lack = row ? lackOfSupport(metric, row.counts, row.subjects) : null;
      return lack === null ? [] : [`${lack} for ${groupName(groups[group ?? -1] ?? {})}`];
    });
    const reason =
      value === null ? 'fewer than two groups have a value' : [...lacks.slice(0, 1), NO_INTERVAL].join('; ');
    return {
      ...facts,
      ...without(value, reason),
      ...judged(value, draws),
      stratum: stratum.value,
      n: stratum.outcomes.n,
      max: max === null || max === min ? null : (groups[max] ?? null),
      min: min === null || max === min ? null : (groups[min] ?? null),
    };
  });
  return [...rows, { ...facts, ...meanOf(found), stratum: null, max: null, min: null }];
}

function foundIn(
  assessment: Assessment,
  entry: DisparityDefinition,
  control: string,
  stratum: Stratum,
): Found {
  const metric = metricById(entry.metrics[0] ?? '');
  const values = stratum.frame.slice(1).map((row) => row.values[metric.id] ?? null);
  const { value, max, min } = spread('difference', 'betweenGroups', { groups: values, overall: null });
  const draws = new Float64Array(assessment.options.draws).fill(NaN);
  if (value !== null)
    shuffleGroups(
      {
        // The name keeps the random streams of the strata apart.
        grouping: { ...stratum.grouping, features: [...stratum.grouping.features, control, stratum.value] },
        subjects: stratum.subjects,
        models: [stratum.outcomes],
        metrics: [metric],
        stratification: stratificationOf(metric),
        draws: assessment.options.draws,
        seed: assessment.options.seed,
      },
      (draw, _, [groups]) => {
        draws[draw] =
          spread('difference', 'betweenGroups', { groups: groups ?? [], overall: null }).value ?? NaN;
      },
    );
  return { stratum, value, max, min, draws };
}

/** The mean over the strata that have a value, by their rows, beside the same of their shuffles. */
function meanOf(
  found: readonly Found[],
): Pick<ConditionalDisparity, 'value' | 'low' | 'high' | 'n' | 'p' | 'nullRange'> {
  const known = found.filter((one) => one.value !== null);
  const n = known.reduce((sum, one) => sum + one.stratum.outcomes.n, 0);
  if (known.length === 0) return { ...without(null, 'no stratum has a value'), n, p: null, nullRange: null };
  const over = (of: (one: Found) => number): number =>
    known.reduce((sum, one) => sum + of(one) * one.stratum.outcomes.n, 0) / n;
  const draws = Float64Array.from(known[0]?.draws ?? [], (_, draw) => over((one) => one.draws[draw] ?? NaN));
  const value = over((one) => one.value ?? NaN);
  return { ...without(value, NO_INTERVAL), n, ...judged(value, draws) };
}

function judged(value: number | null, draws: Float64Array): Pick<ConditionalDisparity, 'p' | 'nullRange'> {
  const sorted = defined(draws);
  if (value === null || sorted.length === 0) return { p: null, nullRange: null };
  const extreme = sorted.filter((one) => one >= value - 1e-12).length;
  return { p: shuffleP(extreme, sorted.length), nullRange: middle(sorted) };
}
