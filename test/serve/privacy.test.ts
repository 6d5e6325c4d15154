import { describe, expect, it } from 'vitest';
import type { CallArgs } from '../../preload/contract/calls.ts';
import type { PrivacyAssessment } from '../../preload/contract/vocabulary.ts';
import { pretext } from './scriptedPretext.ts';

const found: PrivacyAssessment = {
  ...{ dataset: 'd', rows: 12, subjects: 11, quasi: ['age'], k: 2, wanted: 5, classes: 3, uniqueRows: 0, rowsBelow: 4 },
  sizes: [{ people: 2, classes: 1 }],
  smallest: [{ group: { age: 'below 30' }, people: 2 }],
  sensitive: [{ column: 'illness', ordered: false, distinct: 1, entropy: 1, closeness: 0.278, homogeneousRows: 2 }],
  changes: [{ column: 'age', before: 12, after: ['below 30', '30 or more'] }],
}; // prettier-ignore

describe('pretext dataset privacy', () => {
  it('asks with the generalisation as it is written, and says what was found', async () => {
    const asked: CallArgs<'privacy.assess'>[] = [];
    const handlers = {
      'privacy.assess': (args: CallArgs<'privacy.assess'>) => {
        asked.push(args);
        return Promise.resolve(found);
      },
    };
    const args = '--quasi age,race --sensitive illness --ordered illness --bins age=30,45.5 --drop zip --k 3'.split(' ');
    const { code, out } = await pretext(['dataset', 'privacy', 'd', ...args, '--merge', 'race:Not A=B, C'], handlers);
    expect(code).toBe(0);
    expect(asked).toEqual([
      {
        ...{ dataset: 'd', quasi: ['age', 'race'], sensitive: ['illness'], ordered: ['illness'], wanted: 3 },
        generalisation: { zip: { drop: true }, age: { edges: [30, 45.5] }, race: { merge: { 'Not A': ['B', 'C'] } } },
      },
    ]);
    expect(out).toContain('12 rows of 11 people, by age: 3 classes');
    expect(out).toContain('k-anonymity: 2');
    expect(out).toMatch(/illness +1 +1 +0\.2780 +none +2/);
    expect(out).toContain('age: 12 values become 2: below 30, 30 or more');
  }); // prettier-ignore

  it.each([
    [['--bins', 'age'], /"age" is not column=edges/],
    [['--bins', 'age=a,b'], /is not column=edges/],
    [['--merge', 'race=A'], /is not column:new=old/],
  ])('%j is wrong usage', async (args, message) => {
    const { code, err } = await pretext(['dataset', 'privacy', 'd', '--quasi', 'age', ...args], {});
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});

describe('pretext dataset key', () => {
  const state = { file: '/home/me/.config/pretext/subject.key', state: 'missing', present: null, expected: 'aa', problem: 'It is gone.', raw: ['d1'], others: ['d2'] } as const; // prettier-ignore

  it('says where the key is, what is wrong, and which data sets it is not of', async () => {
    const { out, code } = await pretext(['dataset', 'key'], { 'privacy.key': () => state });
    expect(code).toBe(0);
    for (const part of [state.file, 'not there', 'missing', 'It is gone.', 'd1', 'd2'])
      expect(out).toContain(part);
    const adopted = await pretext(['dataset', 'key', '--adopt'], { 'privacy.adoptKey': () => ({ ...state, state: 'ready', present: 'bb', problem: null }) }); // prettier-ignore
    expect(adopted.out).toContain('key bb');
  });
});
