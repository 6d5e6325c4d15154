import { Rng } from '../../main/core/rng.ts';
import { bcaInterval } from '../../main/fairness/bca.ts';
import { resample } from '../../main/fairness/bootstrap.ts';
import { cellsOf } from '../../main/fairness/cells.ts';
import { differenceOf, percentileInterval, shuffleP } from '../../main/fairness/draws.ts';
import { divide } from '../../main/fairness/intersections.ts';
import { metricById } from '../../main/fairness/metricCatalog.ts';
import { metricFrame } from '../../main/fairness/metricFrame.ts';
import { outcomesOf } from '../../main/fairness/outcomes.ts';
import { shuffleGroups } from '../../main/fairness/shuffle.ts';
import { simultaneousIntervals } from '../../main/fairness/simultaneous.ts';
import { spread } from '../../main/fairness/spread.ts';
import { subjectsOf } from '../../main/fairness/subjects.ts';
import { wilson } from '../../main/fairness/wilson.ts';
import type { Interval } from '../../main/fairness/wilson.ts';

/** A world from which data sets are drawn: groups with known rates of being right. */
export interface World {
  readonly name: string;
  /** True rate of each group; the first is the reference. */
  readonly rates: readonly number[];
  /** Subjects of each group, and rows of each subject. */
  readonly subjects: number;
  readonly rows: number;
  /** How far subjects' own rates lie from their group's, half above and half below. */
  readonly spread: number;
}

/** Shares of data sets whose interval holds the truth. */
export interface Coverage {
  /** Wilson's interval with one row per subject, else the bootstrap's; mean over the groups. */
  readonly rate: number;
  /** Differences from the reference; mean over the groups. */
  readonly difference: number;
  readonly bca: number;
  /** All differences from the reference at once. */
  readonly together: number;
}

const accuracy = metricById('accuracy');

/** One data set: its cells, subjects and outcomes. */
function drawSet(
  world: World,
  rng: Rng,
): Pick<Parameters<typeof resample>[0], 'cells' | 'subjects' | 'models'> {
  const { rates, subjects, rows, spread: apart } = world;
  const n = rates.length * subjects * rows;
  const groupOf = (row: number): number => Math.floor(row / (subjects * rows));
  let own = 0;
  const right = Array.from({ length: n }, (_, row) => {
    const rate = rates[groupOf(row)] ?? 0;
    if (row % rows === 0) own = rate + (rng.below(2) === 0 ? apart : -apart);
    return rng.uniform() < own;
  });
  const outcomes = outcomesOf({
    classes: 2,
    truth: Int16Array.from(right, (_, row) => row % 2),
    predicted: Int16Array.from(right, (one, row) => (one ? row % 2 : 1 - (row % 2))),
    score: null,
    positive: 1,
    threshold: null,
  });
  const codes = Int16Array.from(right, (_, row) => groupOf(row));
  const { groupings } = divide(
    [{ name: 'g', values: rates.map(String).map((rate, at) => `${at}: ${rate}`), codes }],
    false,
  );
  const subjectCodes = rows === 1 ? null : Int32Array.from({ length: n }, (_, row) => Math.floor(row / rows));
  return { cells: cellsOf(groupings, n), subjects: subjectsOf(subjectCodes, n), models: [outcomes] };
}

/** Coverage of nominal 95% intervals over so many data sets. */
export function coverageOf(world: World, sets: number, draws: number, seed: number): Coverage {
  const rng = Rng.stream(seed, `coverage/${world.name}`);
  const groups = world.rates.length;
  const held = { rate: 0, difference: 0, bca: 0, together: 0 };
  for (let set = 0; set < sets; set++) {
    const data = drawSet(world, rng);
    const [outcomes] = data.models;
    if (!outcomes) throw new Error('a data set has outcomes');
    const replicates = resample({
      ...data,
      metrics: [accuracy],
      draws,
      seed: seed + set,
      points: () => null,
    });
    const frame = metricFrame(outcomes, data.cells, data.subjects, [accuracy]).slice(1);
    const cells = frame.map((row, at) => ({
      value: row.values['accuracy'] ?? NaN,
      correct: row.counts.correct,
      n: row.counts.n,
      draws: replicates.values(0, at + 1, accuracy),
      leaveOuts: replicates.leaveOuts(0, at + 1, accuracy),
    }));
    const [reference, ...others] = cells;
    if (!reference) throw new Error('a world has groups');
    cells.forEach((cell, at) => {
      const interval =
        world.rows === 1
          ? wilson(cell.correct, cell.n)
          : percentileInterval(cell.draws, world.subjects).interval;
      held.rate += holds(interval, world.rates[at] ?? NaN) / groups;
    });
    const contrasts = others.map((cell, at) => ({
      truth: (world.rates[at + 1] ?? NaN) - (world.rates[0] ?? NaN),
      value: cell.value - reference.value,
      draws: differenceOf(cell.draws, reference.draws),
      leaveOuts: differenceOf(cell.leaveOuts, reference.leaveOuts),
    }));
    const together = simultaneousIntervals(contrasts);
    for (const { truth, value, draws: own, leaveOuts } of contrasts) {
      held.difference += holds(percentileInterval(own, world.subjects).interval, truth) / contrasts.length;
      held.bca += holds(bcaInterval(value, own, leaveOuts), truth) / contrasts.length;
    }
    held.together += contrasts.every(({ truth }, at) => holds(together[at] ?? null, truth) === 1) ? 1 : 0;
  }
  const share = (count: number): number => count / sets;
  return {
    rate: share(held.rate),
    difference: share(held.difference),
    bca: share(held.bca),
    together: share(held.together),
  };
}

function holds(interval: Interval | null, truth: number): 0 | 1 {
  return interval !== null && interval[0] <= truth && truth <= interval[1] ? 1 : 0;
}

/** p-values of the largest difference between groups over data sets in which groups make no difference. */
export function nullPs(world: World, sets: number, draws: number, seed: number): Float64Array {
  const rng = Rng.stream(seed, `null/${world.name}`);
  return Float64Array.from({ length: sets }, (_, set) => {
    const { cells, subjects, models } = drawSet(world, rng);
    const [outcomes] = models;
    const [grouping] = cells.groupings;
    if (!outcomes || !grouping) throw new Error('a data set has outcomes and groups');
    const of = (groups: readonly (number | null)[]): number =>
      spread('difference', 'betweenGroups', { groups, overall: null }).value ?? NaN;
    const value = of(
      metricFrame(outcomes, cells, subjects, [accuracy])
        .slice(1)
        .map((row) => row.values['accuracy'] ?? null),
    );
    let extreme = 0;
    shuffleGroups(
      { grouping, subjects, models, metrics: [accuracy], stratification: 'all', draws, seed: seed + set },
      (_draw, _model, [groups]) => (extreme += of(groups ?? []) >= value - 1e-12 ? 1 : 0),
    );
    return shuffleP(extreme, draws);
  });
}

/** Worlds with 100 or more rows a group, 50 or more subjects, and rates from .1 to .9. */
export const WORLDS: readonly World[] = [
  { name: 'one row a subject, rates .1 to .3', rates: [0.1, 0.2, 0.3], subjects: 120, rows: 1, spread: 0 },
  { name: 'one row a subject, rates .5 to .9', rates: [0.5, 0.7, 0.9], subjects: 120, rows: 1, spread: 0 },
  {
    name: '50 subjects of 4 rows, rates .1 to .3',
    rates: [0.1, 0.2, 0.3],
    subjects: 50,
    rows: 4,
    spread: 0.1,
  },
  {
    name: '50 subjects of 4 rows, rates .5 to .9',
    rates: [0.5, 0.7, 0.9],
    subjects: 50,
    rows: 4,
    spread: 0.1,
  },
  {
    name: '60 subjects of 10 rows that resemble each other',
    rates: [0.5, 0.5, 0.6],
    subjects: 60,
    rows: 10,
    spread: 0.3,
  },
];
