import { describe, expect, it } from 'vitest';
import { checkFile } from '../../../main/audits/exports/checkFile.ts';
import { suppressCheck } from '../../../main/audits/suppression/suppressCheck.ts';
import type { CheckFinding, DatasetCheck, GroupCount } from '../../../preload/contract/vocabulary.ts';

const SIZES: Readonly<Record<string, readonly [number, number]>> = { Alpha: [60, 50], Beta: [30, 25], Gamma: [4, 2], unknown: [0, 0] }; // prettier-ignore

const groups: readonly GroupCount[] = (['pretrain', 'audit'] as const).flatMap((split) =>
  Object.entries(SIZES).map(([race, counts]) => {
    const classCounts = counts.map((count) => count / 2);
    return { split, group: { race }, target: 'answer', n: (counts[0] + counts[1]) / 2, classCounts };
  }),
);

function finding(kind: CheckFinding['kind'], about: string, value: number): CheckFinding {
  return { kind, about, value, severity: 'info', measure: 'share', low: null, high: null, finding: `${about}: ${value}.`, advice: '' }; // prettier-ignore
}

const check: DatasetCheck = {
  ...{ created: '2026-11-22T00:00:00.000Z', rows: 171, target: 'answer', reference: {}, notAssessed: [] },
  findings: [
    finding('representation', 'race Alpha', 0.64),
    finding('representation', 'race Beta', 0.32),
    finding('representation', 'race Gamma', 0.035),
    finding('labelRates', 'race Gamma', 0.33),
    finding('support', 'race Gamma', 3),
    finding('duplicates', 'all', 0),
  ],
};

describe('a check that leaves the workspace', () => {
  it('lacks findings about small groups and about another one, so that they do not follow, and says so', () => {
    const { findings, notAssessed } = suppressCheck(check, groups, 10);
    expect(findings.map(({ about }) => about)).toEqual(['race Alpha', 'all']);
    expect(notAssessed).toEqual([
      '4 of 6 findings are left out: they would tell of counts below 10, or of others from which these follow.',
    ]);
  });

  it('is whole where every count may be shown, or none is small', () => {
    expect(suppressCheck(check, groups, 0)).toBe(check);
    expect(suppressCheck(check, groups, 2)).toBe(check);
  });

  it.each(['json', 'csv', 'markdown'] as const)('says the same as %s', (format) => {
    const file = checkFile('people', suppressCheck(check, groups, 10), format);
    const text = new TextDecoder().decode(file.data);
    expect(text).toContain('race Alpha');
    expect(text).not.toMatch(/Gamma|Beta/);
    expect(file.said).toHaveLength(1);
  });
});
