import { describe, expect, it } from 'vitest';
import type { AuditTable, ModelPredictions } from '../../main/audits/table.ts';
import { exploreThresholds } from '../../main/audits/thresholds.ts';

const N = 120;
const rows = Array.from({ length: N }, (_, at) => at);
const table: AuditTable = {
  target: 'hired',
  classes: ['no', 'yes'],
  truth: Int16Array.from(rows, (at) => at % 2),
  subjects: null,
  names: null,
  sensitive: [
    {
      name: 'sex',
      source: 'unknown',
      values: ['f', 'm', 'unknown', 'nobody'],
      codes: Int16Array.from(rows, (at) => (at < 50 ? 0 : at < 110 ? 1 : 2)),
    },
  ],
};
const score = (at: number): number => 0.2 + 0.4 * (at % 2) + (at % 7) / 50 + (at < 50 ? 0 : 0.1);
const model: ModelPredictions = {
  run: 'r1',
  name: 'north',
  method: 'simclr',
  seed: 1,
  names: null,
  classes: ['no', 'yes'],
  predicted: Int16Array.from(rows, (at) => at % 2),
  scores: Float64Array.from(rows.flatMap((at) => [1 - score(at), score(at)])),
};
const question = {
  table,
  model,
  feature: 'sex',
  positive: null,
  aim: { falsePositive: 1, falseNegative: 1, tolerance: 0.02, selectionRate: 0.3 },
};

describe('exploreThresholds', () => {
  it('leaves unknown values out, and gives curves, calibration and every choice', () => {
    const found = exploreThresholds(question);
    expect(found).toMatchObject({ feature: 'sex', target: 'hired', positive: 'yes', n: 110, unknown: 10 });
    expect(found.groups.map(({ group, n, positives, lack }) => [group, n, positives, lack])).toEqual([
      ['f', 50, 25, null],
      ['m', 60, 30, null],
    ]);
    expect(found.groups[0]?.curve.at(-1)).toMatchObject({
      threshold: 0,
      selectionRate: 1,
      truePositiveRate: 1,
      falsePositiveRate: 1,
    });
    expect(found.choices.map((choice) => choice.constraint)).toEqual([
      'one',
      'demographicParity',
      'equalOpportunity',
      'equalizedOdds',
      'fixedSelectionRate',
    ]);
    // Scores part the classes of both groups, each at a place of its own.
    expect(found.choices.find((choice) => choice.constraint === 'equalizedOdds')).toMatchObject({
      accuracy: 1,
      cost: 0,
      held: true,
    });
  });

  it('may call the other class positive', () => {
    expect(exploreThresholds({ ...question, positive: 'no' }).groups[0]?.positives).toBe(25);
  });

  it.each([
    [{ ...question, feature: 'race' }, 'There is no sensitive feature "race" in this data.'],
    [{ ...question, positive: 'maybe' }, 'The positive class "maybe" is not a class of hired.'],
    [
      { ...question, table: { ...table, classes: ['a', 'b', 'c'] } },
      'hired has 3 classes; a threshold parts two.',
    ],
    [{ ...question, model: { ...model, scores: null } }, 'north gives no scores of yes.'],
    [
      {
        ...question,
        table: {
          ...table,
          sensitive: [
            { name: 'sex', source: 'unknown' as const, values: ['unknown'], codes: new Int16Array(N) },
          ],
        },
      },
      'No value of sex is known on this split.',
    ],
  ])('refuses what it cannot part', (asked, message) => {
    expect(() => exploreThresholds(asked)).toThrow(message);
  });
});
