import { describe, expect, it } from 'vitest';
import type {
  AuditedModel,
  Disparity,
  Estimated,
  PolicyLimit,
  PolicyResult,
} from '../../../preload/contract/vocabulary.ts';
import { checkPolicy, limitWords, optionsOfPolicy } from '../../../main/audits/policies/declare.ts';
import { policyRow, type DeclaredPolicy } from '../../../main/audits/policies/due.ts';
import { findingsOf, stateOf, worstState } from '../../../main/audits/policies/evaluate.ts';

const estimate = (value: number, low: number | null, high: number | null, reason?: string): Estimated => ({
  ...{ value, low, high },
  ...(reason === undefined ? {} : { reason }),
});

describe('where an interval lies', () => {
  it.each([
    [0.8, 0.9, 0.8, null, 'met'],
    [0.81, 0.9, 0.8, null, 'met'],
    [0.79, 0.9, 0.8, null, 'insufficientEvidence'],
    [0.6, 0.79, 0.8, null, 'exceeded'],
    [0.6, 0.8, 0.8, null, 'insufficientEvidence'],
    [-0.1, 0.1, -0.1, 0.1, 'met'],
    [-0.2, 0.2, -0.1, 0.1, 'insufficientEvidence'],
    [0.11, 0.2, -0.1, 0.1, 'exceeded'],
    [-0.3, -0.2, -0.1, 0.1, 'exceeded'],
    [0.05, 0.2, null, 0.1, 'insufficientEvidence'],
    [0.05, 0.1, null, 0.1, 'met'],
    [null, null, 0.1, null, 'insufficientEvidence'],
  ] as const)('[%s, %s] in [%s, %s]: %s', (low, high, least, most, state) => {
    expect(stateOf({ low, high }, { low: least, high: most })).toBe(state);
  });

  it('of several: exceeded before insufficient evidence before met', () => {
    expect(worstState(['met', 'insufficientEvidence', 'exceeded'])).toBe('exceeded');
    expect(worstState(['met', 'insufficientEvidence'])).toBe('insufficientEvidence');
    expect(worstState(['met', 'met'])).toBe('met');
  });
});

const counts = { n: 100, subjects: 100, positives: 50, negatives: 50 };

function contrast(
  group: string,
  kind: Disparity['kind'],
  low: number,
  high: number,
  more: Partial<Disparity> = {},
): Disparity {
  return {
    ...{
      id: 'x',
      kind,
      metric: 'accuracy',
      features: ['sex'],
      relativeTo: 'reference',
      max: null,
      min: null,
      p: null,
    },
    ...{ group: { sex: group }, reference: { sex: 'm' } },
    ...estimate((low + high) / 2, low, high),
    ...more,
  };
}

const model: AuditedModel = {
  ...{ run: 'run-1', name: 'one', method: 'm', seed: 0, primary: null },
  overall: { ...counts, group: {}, metrics: { accuracy: estimate(0.85, 0.82, 0.88) } },
  groups: [
    { ...counts, group: { sex: 'm' }, metrics: { accuracy: estimate(0.9, 0.86, 0.94) } },
    { ...counts, group: { sex: 'f' }, metrics: { accuracy: estimate(0.8, 0.76, 0.84) } },
    {
      ...counts,
      group: { sex: 'unknown' },
      metrics: { accuracy: estimate(0.8, null, null, 'insufficient evidence (n 9, needs 30)') },
    },
    { ...counts, group: { sex: 'f', race: 'a' }, metrics: { accuracy: estimate(0.1, 0.1, 0.1) } },
  ],
  disparities: [
    contrast('f', 'difference', -0.08, -0.02, { simultaneous: [-0.11, 0.01] }),
    // The same contrast under another name.
    contrast('f', 'difference', -0.08, -0.02, { id: 'y', simultaneous: [-0.11, 0.01] }),
    contrast('f', 'ratio', 0.85, 0.95),
    contrast('o', 'difference', -0.05, 0.05, { simultaneous: null }),
    contrast('f', 'difference', 0.5, 0.6, { relativeTo: 'betweenGroups' }),
  ],
};

function judged(
  subject: PolicyLimit['subject'],
  low: number | null,
  high: number | null,
  metric = 'accuracy',
) {
  const [finding] = findingsOf({ models: [model] }, [{ metric, subject, low, high }]);
  return [finding?.state, finding?.values.map((one) => [Object.values(one.group ?? {}).join(), one.state])];
}

describe('limits on an audit', () => {
  it('of everybody, of a group, of every group of the feature alone', () => {
    expect(judged({ of: 'overall' }, 0.8, null)).toEqual(['met', [['', 'met']]]);
    expect(judged({ of: 'group', feature: 'sex', group: 'f' }, 0.85, null)).toEqual([
      'exceeded',
      [['f', 'exceeded']],
    ]);
    expect(judged({ of: 'everyGroup', feature: 'sex' }, 0.7, null)).toEqual([
      'insufficientEvidence',
      [
        ['m', 'met'],
        ['f', 'met'],
        ['unknown', 'insufficientEvidence'],
      ],
    ]);
  });

  it('of a difference and a ratio by their own intervals, of all differences by those that hold together', () => {
    const two = { feature: 'sex', group: 'f', reference: 'm' };
    expect(judged({ of: 'difference', ...two }, -0.1, 0.1)).toEqual(['met', [['f', 'met']]]);
    expect(judged({ of: 'ratio', ...two }, 0.8, null)).toEqual(['met', [['f', 'met']]]);
    expect(judged({ of: 'everyDifference', feature: 'sex' }, -0.1, 0.1)).toEqual([
      'insufficientEvidence',
      [
        ['f', 'insufficientEvidence'],
        ['o', 'insufficientEvidence'],
      ],
    ]);
    const [finding] = findingsOf({ models: [model] }, [
      { metric: 'accuracy', subject: { of: 'everyDifference', feature: 'sex' }, low: -1, high: 1 },
    ]);
    expect(finding?.values[1]?.reason).toBe('no interval that holds for all groups together');
  });

  it('of what is not there say nothing: insufficient evidence, and why', () => {
    expect(judged({ of: 'group', feature: 'sex', group: 'x' }, 0, null)).toEqual([
      'insufficientEvidence',
      [],
    ]);
    const [finding] = findingsOf({ models: [model] }, [
      { metric: 'brier', subject: { of: 'overall' }, low: 0, high: null },
    ]);
    expect(finding).toMatchObject({
      state: 'insufficientEvidence',
      values: [{ value: null, reason: 'it was not measured' }],
    });
  });
});

describe('what a policy may ask', () => {
  const limit = (change: Partial<PolicyLimit>): PolicyLimit => ({
    metric: 'accuracy',
    subject: { of: 'overall' },
    low: 0.8,
    high: null,
    ...change,
  });
  const two = (reference: string) =>
    limit({ subject: { of: 'difference', feature: 'sex', group: 'f', reference } });

  it.each([
    [[limit({ metric: 'acuracy' })], 'There is no metric "acuracy".'],
    [[limit({ low: null })], 'The limit accuracy without an end has no end.'],
    [
      [limit({ low: 0.9, high: 0.1 })],
      'The limit accuracy from 0.9 to 0.1 ends at 0.1, below where it begins.',
    ],
    [
      [limit({ subject: { of: 'everyGroup', feature: 'race' } })],
      "The limit accuracy of every race at least 0.8 is about race, which is not among the policy's features.",
    ],
    [[two('f')], 'The limit accuracy of sex f minus f at least 0.8 compares a group with itself.'],
    [[two('m'), two('o')], 'Limits on sex compare with two groups, m and o.'],
  ])('refuses %j', (limits, message) => {
    expect(() => checkPolicy({ features: ['sex'], limits })).toThrow(message);
  });

  it('says every limit in words', () => {
    const subjects: readonly PolicyLimit['subject'][] = [
      { of: 'group', feature: 'sex', group: 'f' },
      { of: 'ratio', feature: 'sex', group: 'f', reference: 'm' },
      { of: 'everyDifference', feature: 'sex' },
    ];
    expect(subjects.map((subject) => limitWords(limit({ subject, low: null, high: 0.1 })))).toEqual([
      'accuracy of sex f at most 0.1',
      'accuracy of sex f over m at most 0.1',
      'accuracy of every sex minus the reference at most 0.1',
    ]);
  });

  it('becomes an audit that measures just that, with the references it names', () => {
    const options = optionsOfPolicy({
      ...declared,
      limits: [two('m'), limit({ metric: 'brier' }), limit({})],
    });
    expect(options).toMatchObject({
      metrics: ['accuracy', 'brier'],
      references: { sex: 'm' },
      primary: null,
      intersections: false,
      features: ['sex'],
    });
  });
});

const declared: DeclaredPolicy = {
  ...{
    id: 'p',
    name: 'p',
    created: '2026-01-01T00:00:00.000Z',
    archived: false,
    scope: { dataset: 'd' },
    features: ['sex'],
  },
  ...{ limits: [], dueDays: 10, split: 'audit', threshold: 0.5, positive: null, draws: 200, seed: 0 },
};

describe('when a policy is due', () => {
  const at = (day: number): number => Date.UTC(2026, 0, day);
  const result = (day: number, fresh: boolean, state: PolicyResult['state'] = 'met') =>
    ({ created: new Date(at(day)).toISOString(), fresh, state }) as PolicyResult;

  it('so many days after it was declared, until something is assessed', () => {
    expect(policyRow(declared, [], 'd', at(11))).toMatchObject({
      due: '2026-01-11T00:00:00.000Z',
      overdue: false,
      assessed: null,
      state: null,
      checks: 0,
    });
    expect(policyRow(declared, [], 'd', at(11) + 1).overdue).toBe(true);
  });

  it('so many days after the newest check of something new; what was looked at again moves nothing but the state', () => {
    const row = policyRow(
      declared,
      [result(9, false, 'exceeded'), result(5, true), result(2, true)],
      'd',
      at(12),
    );
    expect(row).toMatchObject({
      due: '2026-01-15T00:00:00.000Z',
      overdue: false,
      assessed: '2026-01-05T00:00:00.000Z',
      state: 'exceeded',
      checks: 3,
    });
  });

  it('never once it is archived', () => {
    expect(policyRow({ ...declared, archived: true }, [], 'd', at(100)).overdue).toBe(false);
  });
});
