import { atomSums } from './atomSums.ts';
import type { AtomGrouping } from './atomSums.ts';
import { measureTallies } from './groupMeasures.ts';
import type { GroupValuesByMetric } from './groupMeasures.ts';
import { levelRows } from './levelRows.ts';
import { OUTCOMES } from './outcomes.ts';
import type { Outcomes } from './outcomes.ts';
import { scoreLevels } from './scoreLevels.ts';
import { shuffleLabels, strataOf, unitsOf } from './shuffle.ts';
import type { Strata, Units } from './shuffle.ts';
import { shuffleClasses, worthCounting } from './shuffleClasses.ts';
import type { ShuffleInput } from './shuffleInput.ts';
import { placesByUnit, plainEntries, unitEntries } from './unitEntries.ts';
import type { UnitEntries } from './unitEntries.ts';

/** Shuffles of several groupings at once; `grouping` of the input is that of the atoms. */
export interface AtomShuffle extends ShuffleInput {
  readonly groupings: readonly AtomGrouping[];
}

/** Told the values of one model in one shuffle of one grouping. */
export type AtomVisit = (draw: number, model: number, grouping: number, values: GroupValuesByMetric) => void;

/** Makes shuffles `from` to `to`. */
export type AtomShuffler = (from: number, to: number, visit: AtomVisit) => void;

/**
 * Shuffles all features of a unit together and measures every grouping: what each grouping sees is a shuffle of its own groups, and one
 * shuffle serves all. It holds where no subject belongs to several atoms. Scores are measured on levels. What does not change from shuffle to
 * shuffle is made once.
 */
export function atomShuffler(input: Omit<AtomShuffle, 'from' | 'draws'>): AtomShuffler {
  const whole = { ...input, from: 0, draws: 0 };
  const strata = strataOf(whole);
  if (worthCounting(whole, strata)) return classShuffler(input, strata);
  const { own, ends, measures } = prepareUnits(input, unitsOf(whole, strata));
  return (from, to, visit) =>
    shuffleLabels({ ...input, from, draws: to }, { labels: own, ends }, (draw, labels) =>
      measures.forEach((measure, model) =>
        measure(labels, (grouping, values) => visit(draw, model, grouping, values)),
      ),
    );
}

/** What shuffles need of units; not the unit of each of a million rows. */
function prepareUnits(input: Omit<AtomShuffle, 'from' | 'draws'>, units: Units) {
  const measures = input.models.map((model) => unitMeasure(input, model, units));
  return { own: units.labels, ends: units.ends, measures };
}

function classShuffler(input: Omit<AtomShuffle, 'from' | 'draws'>, strata: Strata): AtomShuffler {
  const { groupings, grouping, models, metrics } = input;
  const counts = new Int32Array(grouping.groups.length * OUTCOMES);
  const summed = atomSums(groupings, counts, OUTCOMES);
  return (from, to, visit) =>
    shuffleClasses({ ...input, from, draws: to }, strata, (draw, tallies) =>
      tallies.forEach((one, model) => {
        counts.set(one);
        summed.update();
        groupings.forEach(({ groups }, at) =>
          visit(
            draw,
            model,
            at,
            measureTallies(summed.sums[at] ?? counts, groups, models[model]?.binary === true, metrics),
          ),
        );
      }),
    );
}

/** Measures one model in every grouping for the atoms that units are given. */
type UnitMeasure = (
  labels: Int32Array,
  visit: (grouping: number, values: GroupValuesByMetric) => void,
) => void;

function unitMeasure(input: Omit<AtomShuffle, 'from' | 'draws'>, model: Outcomes, units: Units): UnitMeasure {
  const { groupings, grouping, metrics } = input;
  const counts = new Int32Array(grouping.groups.length * OUTCOMES);
  const summed = atomSums(groupings, counts, OUTCOMES);
  const entries = entriesOf(units, model.codes);
  const scores = scoreSums(input, model, units);
  return (labels, visit) => {
    add(counts, entries, labels, OUTCOMES);
    summed.update();
    scores?.update(labels);
    groupings.forEach(({ groups }, at) => {
      const rows = scores?.rows[at] ?? null;
      visit(
        at,
        measureTallies(
          summed.sums[at] ?? counts,
          groups,
          model.binary,
          metrics,
          rows,
          scores?.everybody ?? null,
        ),
      );
    });
  };
}

/** Scores of every group of every grouping for the atoms that units are given; null where no metric needs them. */
function scoreSums(
  { groupings, grouping, metrics }: Omit<AtomShuffle, 'from' | 'draws'>,
  model: Outcomes,
  units: Units,
) {
  const { score } = model;
  if (score === null || !metrics.some((metric) => metric.kind === 'score')) return null;
  const levels = scoreLevels(score, model);
  const size = levels.count * 2;
  const placed = placesByUnit(units.of, units.labels.length, levels.of);
  const entries = plainEntries(placed.start, placed.places);
  const counts = new Int32Array(grouping.groups.length * size);
  const everybody = new Int32Array(size);
  for (const place of levels.of) everybody[place] = (everybody[place] ?? 0) + 1;
  const summed = atomSums(groupings, counts, size);
  return {
    rows: summed.sums.map((sum) => levelRows(levels, sum)),
    everybody: levelRows(levels, everybody)[0] ?? null,
    update: (labels: Int32Array): void => {
      add(counts, entries, labels, size);
      summed.update();
    },
  };
}

function entriesOf({ of, labels }: Units, codes: ArrayLike<number>): UnitEntries {
  const { start, places } = placesByUnit(of, labels.length, codes);
  return unitEntries(start, places);
}

function add(
  target: Int32Array,
  { start, place, times }: UnitEntries,
  labels: Int32Array,
  size: number,
): void {
  target.fill(0);
  const once = times.length === 0;
  for (let unit = 0; unit < labels.length; unit++) {
    const base = (labels[unit] ?? 0) * size;
    const end = start[unit + 1] ?? 0;
    for (let entry = start[unit] ?? 0; entry < end; entry++) {
      const at = base + (place[entry] ?? 0);
      target[at] = (target[at] ?? 0) + (once ? 1 : (times[entry] ?? 0));
    }
  }
}
