import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseThresholds, type ThresholdAim } from '../../main/fairness/thresholdChoice.ts';
import {
  calibrationBins,
  MOST_THRESHOLDS,
  rocPoint,
  thresholdCurve,
} from '../../main/fairness/thresholdCurve.ts';
import type { ThresholdConstraint } from '../../preload/contract/vocabulary.ts';

const AIM: ThresholdAim = { falsePositive: 1, falseNegative: 2, tolerance: 0.1, selectionRate: 0.5 };
const row = fc.record({
  score: fc.integer({ min: 0, max: 9 }).map((tenth) => tenth / 10),
  hit: fc.integer({ min: 0, max: 1 }),
});
/** At least one positive and one negative, so that every rate is defined. */
const group = fc
  .array(row, { minLength: 2, maxLength: 12 })
  .map((rows) => [{ score: 0.2, hit: 1 }, { score: 0.7, hit: 0 }, ...rows]);
const curveOf = (rows: readonly { score: number; hit: number }[]) =>
  thresholdCurve(
    rows.map((one) => one.score),
    rows.map((one) => one.hit),
  );

describe('thresholdCurve', () => {
  it('goes from nobody to everybody, and counts what each threshold selects', () => {
    const curve = thresholdCurve([0.9, 0.4, 0.4, 0.1], [1, 0, 1, 0]);
    expect(curve.thresholds).toEqual([0.95, expect.closeTo(0.65), 0.25, 0]);
    expect(curve.selected).toEqual([0, 1, 3, 4]);
    expect(curve.truePositives).toEqual([0, 1, 2, 2]);
    expect(rocPoint(curve, 0.25)).toEqual({
      threshold: 0.25,
      selectionRate: 0.75,
      truePositiveRate: 1,
      falsePositiveRate: 0.5,
    });
  });

  it('agrees with counting rows at every threshold', () => {
    fc.assert(
      fc.property(group, (rows) => {
        const curve = curveOf(rows);
        curve.thresholds.forEach((threshold, at) => {
          expect(curve.selected[at]).toBe(rows.filter((one) => one.score >= threshold).length);
          expect(curve.truePositives[at]).toBe(
            rows.filter((one) => one.score >= threshold && one.hit === 1).length,
          );
        });
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  it('has no threshold for nobody where a score is 1, undefined rates without positives, and ends when thinned', () => {
    expect(thresholdCurve([1, 0.5], [0, 0]).thresholds).toEqual([0.75, 0]);
    expect(rocPoint(thresholdCurve([1, 0.5], [0, 0]), 0.75)).toMatchObject({
      truePositiveRate: null,
      falsePositiveRate: 0.5,
    });
    const long = thresholdCurve(
      Array.from({ length: 5000 }, (_, at) => at / 5001),
      Array.from({ length: 5000 }, (_, at) => at % 2),
    );
    expect(long.thresholds).toHaveLength(MOST_THRESHOLDS);
    expect([long.selected[0], long.selected.at(-1)]).toEqual([0, 5000]);
  });

  it('bins equal scores together', () => {
    const scores = [
      ...Array.from({ length: 50 }, () => 0.3),
      ...Array.from({ length: 50 }, (_, at) => 0.5 + at / 200),
    ];
    const bins = calibrationBins(
      scores,
      scores.map((score) => (score > 0.4 ? 1 : 0)),
    );
    expect(bins[0]).toMatchObject({ score: expect.closeTo(0.3) as number, share: 0, low: 0, n: 50 });
    expect(bins.reduce((sum, bin) => sum + bin.n, 0)).toBe(100);
    expect(bins.slice(1).every((bin) => bin.share === 1 && bin.high === 1)).toBe(true);
  });
});

describe('chooseThresholds', () => {
  const RATES: Readonly<
    Record<string, readonly ('selectionRate' | 'truePositiveRate' | 'falsePositiveRate')[]>
  > = {
    demographicParity: ['selectionRate'],
    equalOpportunity: ['truePositiveRate'],
    equalizedOdds: ['truePositiveRate', 'falsePositiveRate'],
  };

  it.each(['demographicParity', 'equalOpportunity', 'equalizedOdds'] as const)(
    '%s: as cheap as the cheapest of all combinations that hold',
    (constraint) => {
      fc.assert(
        fc.property(fc.array(group, { minLength: 2, maxLength: 3 }), (all) => {
          const groups = all.map((rows, at) => ({ group: String(at), curve: curveOf(rows) }));
          const found = chooseThresholds(constraint, groups, curveOf(all.flat()), AIM);
          expect(found.held).toBe(true);
          expect(found.cost).toBeCloseTo(cheapestOf(constraint, all), 9);
        }),
        { numRuns: 25, seed: 2 },
      );
    },
  );

  /** Tries every combination of thresholds, counting rows. */
  function cheapestOf(
    constraint: ThresholdConstraint,
    all: readonly (readonly { score: number; hit: number }[])[],
  ): number {
    const n = all.flat().length;
    const options = all.map((rows) => {
      const curve = curveOf(rows);
      return curve.thresholds.map((threshold) => ({
        cost: rows.reduce(
          (sum, { score, hit }) =>
            sum + (score >= threshold ? (hit ? 0 : AIM.falsePositive) : hit ? AIM.falseNegative : 0),
          0,
        ),
        point: rocPoint(curve, threshold),
      }));
    });
    const combinations = options.reduce<(typeof options)[number][]>(
      (lists, own) => lists.flatMap((list) => own.map((one) => [...list, one])),
      [[]],
    );
    const held = combinations.filter((list) =>
      (RATES[constraint] ?? []).every((name) => {
        const rates = list.map((one) => one.point[name] ?? NaN);
        return Math.max(...rates) - Math.min(...rates) <= AIM.tolerance + 1e-12;
      }),
    );
    return Math.min(...held.map((list) => list.reduce((sum, one) => sum + one.cost, 0))) / n;
  }

  const groups = [
    { group: 'a', curve: thresholdCurve([0.9, 0.8, 0.6, 0.2], [1, 1, 0, 0]) },
    { group: 'b', curve: thresholdCurve([0.7, 0.5, 0.3, 0.1], [1, 0, 1, 0]) },
  ];
  const everybody = thresholdCurve([0.9, 0.8, 0.6, 0.2, 0.7, 0.5, 0.3, 0.1], [1, 1, 0, 0, 1, 0, 1, 0]);

  it('one: a single threshold, the cheapest for everybody', () => {
    const { groups: rows, cost } = chooseThresholds('one', groups, everybody, AIM);
    expect(rows.map((one) => one.selectionRate)).toEqual([0.5, 0.25]);
    expect(cost).toBeCloseTo(2 / 8);
    // A threshold of everybody lies between scores of other groups: rows are counted, not the nearest place of the curve.
    const far = { group: 'd', curve: thresholdCurve([0.9, 0.66], [1, 0]) };
    expect(chooseThresholds('one', [...groups, far], everybody, AIM).groups[2]).toMatchObject({
      threshold: expect.closeTo(0.65) as number,
      selectionRate: 1,
    });
  });

  it('fixed selection rate: nearest to it, and says where few rows keep from it', () => {
    const at = (selectionRate: number) =>
      chooseThresholds('fixedSelectionRate', groups, everybody, { ...AIM, selectionRate, tolerance: 0 });
    expect(at(0.25).groups.map((one) => one.selectionRate)).toEqual([0.25, 0.25]);
    expect(at(0.25).held).toBe(true);
    const uneven = [...groups, { group: 'c', curve: thresholdCurve([0.9, 0.4], [1, 0]) }];
    const found = chooseThresholds('fixedSelectionRate', uneven, everybody, {
      ...AIM,
      selectionRate: 0.25,
      tolerance: 0,
    });
    expect(found.groups[2]?.selectionRate).toBe(0);
    expect(found.held).toBe(false);
  });

  it('leaves groups without positives at the common threshold, out of the gap', () => {
    const without = [...groups, { group: 'c', curve: thresholdCurve([0.9, 0.05], [0, 0]) }];
    const { groups: rows, gaps } = chooseThresholds('equalOpportunity', without, everybody, AIM);
    expect(rows[2]).toMatchObject({ truePositiveRate: null, selectionRate: 0.5 });
    expect(gaps.truePositiveRate).toBeLessThanOrEqual(0.1);
  });
});
