import { expect, test } from 'vitest';
import { Rng } from '../../main/core/rng.ts';
import { atomSums } from '../../main/fairness/atomSums.ts';
import { crossed, renumber } from '../../main/fairness/groups.ts';
import { levelRows } from '../../main/fairness/levelRows.ts';
import { metricById } from '../../main/fairness/metricCatalog.ts';
import { outcomesOf } from '../../main/fairness/outcomes.ts';
import { scoreLevels } from '../../main/fairness/scoreLevels.ts';
import { placesByUnit, unitEntries } from '../../main/fairness/unitEntries.ts';

const rng = Rng.stream(7, 'levels');
const N = 3000;
const truth = Int16Array.from({ length: N }, () => rng.below(2));
const score = Float64Array.from(truth, (code) => Math.round((0.3 * code + 0.7 * rng.uniform()) * 500) / 500);
const outcomes = outcomesOf({ classes: 2, truth, predicted: truth, score, positive: 1, threshold: 0.5 });

test.each(['auroc', 'brier', 'logLoss', 'areaUnderPrecisionRecall', 'expectedCalibrationError'])(
  'with fewer distinct scores than levels, %s on levels is exact; with fewer levels it is near',
  (id) => {
    const metric = metricById(id);
    if (metric.kind !== 'score') throw new Error('it is a metric of scores');
    const order = Int32Array.from({ length: N }, (_, row) => row).sort(
      (a, b) => (score[a] ?? 0) - (score[b] ?? 0),
    );
    const exact = metric.value(
      {
        length: N,
        truth: Uint8Array.from(order, (row) => truth[row] ?? 0),
        score: Float64Array.from(order, (row) => score[row] ?? 0),
        weight: null,
      },
      null,
    );
    const onLevels = (levels: number): number => {
      const found = scoreLevels(score, outcomes, levels);
      const counts = new Int32Array(found.count * 2);
      for (const place of found.of) counts[place] = (counts[place] ?? 0) + 1;
      const [rows] = levelRows(found, counts);
      return (rows && metric.value(rows, null)) ?? NaN;
    };
    expect(onLevels(1024)).toBeCloseTo(exact ?? NaN, 10);
    expect(onLevels(64)).toBeCloseTo(exact ?? NaN, 2);
  },
);

test('sums of groupings equal sums of their atoms, also where they are added up from finer groupings', () => {
  const groupings = [
    { groups: 1, groupOf: new Int32Array(6) },
    { groups: 2, groupOf: Int32Array.of(0, 0, 0, 1, 1, 1) },
    { groups: 3, groupOf: Int32Array.of(0, 1, 2, 0, 1, 2) },
    { groups: 6, groupOf: Int32Array.of(5, 4, 3, 2, 1, 0) },
  ];
  const atoms = Int32Array.from({ length: 12 }, (_, at) => at * at);
  const { sums, update } = atomSums(groupings, atoms, 2);
  for (const times of [1, 3]) {
    atoms.forEach((_, at) => (atoms[at] = at * at * times));
    update();
    groupings.forEach(({ groups, groupOf }, at) => {
      const plain = new Int32Array(groups * 2);
      groupOf.forEach((group, atom) =>
        [0, 1].forEach(
          (place) =>
            (plain[group * 2 + place] = (plain[group * 2 + place] ?? 0) + (atoms[atom * 2 + place] ?? 0)),
        ),
      );
      expect(sums[at]).toEqual(plain);
    });
  }
});

test('equal rows of a unit are counted together', () => {
  const { start, places } = placesByUnit(Int32Array.of(1, 0, 1, 1, 2), 4, [7, 3, 7, 2, 7]);
  expect(unitEntries(start, places)).toEqual({
    start: Int32Array.of(0, 1, 3, 4, 4),
    place: Int32Array.of(3, 7, 2, 7),
    times: Int32Array.of(1, 2, 1, 1),
  });
});

test('codes are numbered the same by table and by map', () => {
  expect(renumber(Int32Array.of(5, -2, 5, 9))).toEqual(Int32Array.of(1, 0, 1, 2));
  expect(renumber(Float64Array.of(5e12, -2, 5e12, 9))).toEqual(Int32Array.of(2, 0, 2, 1));
  expect(renumber(new Int32Array(0))).toEqual(new Int32Array(0));
  expect(crossed(Int32Array.of(1, 0, 1), Int32Array.of(0, 1, 0), 2)).toEqual(Int32Array.of(1, 0, 1));
});
