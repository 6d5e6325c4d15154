import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  distinctDiversity,
  entropyDiversity,
  equalDistance,
  equivalenceClasses,
  homogeneousRows,
  kAnonymity,
  orderedDistance,
  tCloseness,
  type CodedColumn,
} from '../../../main/data/privacy/anonymity.ts';
import { assessPrivacy } from '../../../main/data/privacy/assess.ts';
import { recodingOf } from '../../../main/data/privacy/generalise.ts';
import { describeColumn, privacyColumns } from '../../../main/data/privacy/privacyColumns.ts';
import type { Generalisation } from '../../../preload/contract/vocabulary.ts';
import { folderWith, importPath, refusal, removeFolders } from '../fixtures.ts';

afterAll(removeFolders);

function column(
  name: string,
  words: readonly (string | number)[],
  order?: readonly (string | number)[],
): CodedColumn {
  const values = order ?? [...new Set(words)];
  return { name, values: values.map(String), codes: Int32Array.from(words, (word) => values.indexOf(word)) };
}

const ONE_EACH = (rows: number): Int32Array => Int32Array.from({ length: rows }, (_, at) => at);

// Machanavajjhala, Kifer, Gehrke, Venkitasubramaniam: l-Diversity, TKDD 1(1), 2007, figures 1 (the table), 2 (4-anonymous) and 3 (3-diverse).
const INPATIENTS = `zip,age,nationality,condition
13053,28,Russian,Heart Disease
13068,29,American,Heart Disease
13068,21,Japanese,Viral Infection
13053,23,American,Viral Infection
14853,50,Indian,Cancer
14853,55,Russian,Heart Disease
14850,47,American,Viral Infection
14850,49,American,Viral Infection
13053,31,American,Cancer
13053,37,Indian,Cancer
13068,36,Japanese,Cancer
13068,35,American,Cancer
`;
const QUASI = ['zip', 'age', 'nationality'];
const FIGURE_2: Generalisation = {
  zip: { merge: { '130**': ['13053', '13068'], '1485*': ['14850', '14853'] } },
  age: { edges: [30, 40] },
  nationality: { drop: true },
};
const FIGURE_3: Generalisation = {
  zip: { merge: { '1305*': ['13053'], '1306*': ['13068'], '1485*': ['14850', '14853'] } },
  age: { edges: [41] },
  nationality: { drop: true },
};

describe('the inpatients of Machanavajjhala et al. (2007)', () => {
  const imported = () =>
    importPath(join(folderWith({ 'inpatients.csv': INPATIENTS }), 'inpatients.csv'), {
      ...{ label: 'condition', types: { zip: 'category' } },
    });
  const ask = async (generalisation: Generalisation) => {
    const { stored } = await imported();
    return assessPrivacy(stored, {
      quasi: QUASI,
      sensitive: ['condition'],
      ordered: [],
      generalisation,
      wanted: 4,
    });
  };

  it('are all unique as they are', async () => {
    expect(await ask({})).toMatchObject({ rows: 12, subjects: 12, k: 1, classes: 12, uniqueRows: 12, rowsBelow: 12, changes: [] }); // prettier-ignore
  });

  it('are 4-anonymous in figure 2, where everybody of one class has cancer', async () => {
    const found = await ask(FIGURE_2);
    expect(found).toMatchObject({
      k: 4,
      classes: 3,
      uniqueRows: 0,
      rowsBelow: 0,
      sizes: [{ people: 4, classes: 3 }],
    });
    expect(found.sensitive).toMatchObject([{ distinct: 1, entropy: 1, ordered: false, homogeneousRows: 4 }]);
    expect(found.changes.find(({ column: name }) => name === 'age')).toMatchObject({ before: 12, after: ['below 30', '30 to below 40', '40 or more'] }); // prettier-ignore
  });

  it('are 3-diverse and entropy 2.8-diverse in figure 3, as the paper says', async () => {
    const found = await ask(FIGURE_3);
    expect(found).toMatchObject({ k: 4, classes: 3 });
    expect(found.sensitive[0]?.distinct).toBe(3);
    expect(found.sensitive[0]?.entropy).toBeCloseTo(2 ** 1.5, 12);
    expect(found.sensitive[0]?.homogeneousRows).toBe(0);
  });
});

describe('the salaries of Li et al. (2007)', () => {
  // Li, Li, Venkatasubramanian: t-Closeness, ICDE 2007, tables 3 to 5 and section 3: salaries in thousands by class.
  const ALL = [3, 4, 5, 6, 7, 8, 9, 10, 11];
  const shares = (own: readonly number[]): number[] =>
    ALL.map((value) => (own.includes(value) ? 1 / own.length : 0));
  const uniform = ALL.map(() => 1 / 9);

  it.each([
    [[3, 4, 5], 0.375],
    [[6, 8, 11], 0.167],
  ])('%j are %d away from all', (own, distance) => {
    expect(orderedDistance(shares(own), uniform)).toBeCloseTo(distance, 3);
  });

  it('are 0.167-close in table 5', () => {
    const salary = column('salary', [3, 5, 9, 6, 11, 8, 4, 7, 10], ALL);
    const classes = equivalenceClasses([column('class', [1, 1, 1, 2, 2, 2, 3, 3, 3])], ONE_EACH(9));
    expect(tCloseness(classes, salary, true)).toBeCloseTo(0.167, 3);
    // Without an order, three of nine equal shares moved two thirds: 1/2 (3 |1/3 - 1/9| + 6/9).
    expect(tCloseness(classes, salary, false)).toBeCloseTo(2 / 3, 12);
  });
});

describe('measures of anonymity', () => {
  it('count people, not rows: three pictures of one person hide nobody', () => {
    const quasi = [column('sex', ['f', 'f', 'f', 'm', 'm'])];
    const classes = equivalenceClasses(quasi, Int32Array.of(0, 0, 0, 1, 2));
    expect(kAnonymity(classes)).toBe(1);
    expect(classes.map(({ rows }) => rows.length)).toEqual([3, 2]);
  });

  it('are undefined without rows, and of one class with no column to tell', () => {
    const none = equivalenceClasses([], new Int32Array(0));
    const sensitive = column('x', []);
    expect([kAnonymity(none), distinctDiversity(none, sensitive), entropyDiversity(none, sensitive), tCloseness(none, sensitive, false)]).toEqual([null, null, null, null]); // prettier-ignore
    const one = equivalenceClasses([], ONE_EACH(4));
    const half = column('x', ['a', 'a', 'b', 'b']);
    expect([kAnonymity(one), entropyDiversity(one, half), tCloseness(one, half, true)]).toEqual([4, 2, 0]);
    expect(homogeneousRows(one, half)).toBe(0);
  });

  it('move all of it where nothing is shared', () => {
    expect(equalDistance([1, 0], [0, 1])).toBe(1);
    expect(orderedDistance([1, 0, 0], [0, 0, 1])).toBe(1);
    expect(orderedDistance([1], [1])).toBe(0);
  });
});

describe('a generalisation', () => {
  it('keeps unknown last, merges ranges by their names, and leaves out ranges without anybody', () => {
    expect(recodingOf('age', ['20', '41', 'unknown', '70'], { edges: [30, 50, 60], merge: { '30+': ['30 to below 50', '60 or more'] } })).toEqual({
      values: ['below 30', '30+', 'unknown'], code: [0, 1, 2, 1],
    });
    expect(recodingOf('race', ['A', 'B', 'unknown'], { merge: { Other: ['B', 'unknown'] } })).toEqual({ values: ['A', 'Other'], code: [0, 1, 1] });
    expect(recodingOf('race', ['A', 'B'], { drop: true })).toEqual({ values: ['(dropped)'], code: [0, 0] });
  }); // prettier-ignore

  it.each([
    [{ merge: { x: ['C'] } }, 'usage', /race has no value "C" to merge/],
    [{ merge: { x: ['A'], y: ['A'] } }, 'usage', /"A" of race is merged into two/],
    [{ edges: [1] }, 'usage', /race has the value "A", which is no number/],
    [{ edges: [3, 2] }, 'invalidData', /do not ascend/],
  ])('%j of words is refused in a sentence', async (own, code, message) => {
    const refused = await refusal(Promise.resolve().then(() => recodingOf('race', ['A', 'B'], own)));
    expect(refused.code).toBe(code);
    expect(refused.message).toMatch(message);
  });

  it('is offered the columns of a table with their values and range, and told what it does not have', async () => {
    const { stored } = await importPath(join(folderWith({ 'i.csv': INPATIENTS }), 'i.csv'), { label: 'condition', sensitive: ['nationality'] }); // prettier-ignore
    const columns = (await privacyColumns(stored, null)).map(describeColumn);
    expect(columns.map(({ name, kind, distinct, range }) => [name, kind, distinct, range])).toEqual([
      ['nationality', 'sensitive', 4, null],
      ['condition', 'target', 3, null],
      ['zip', 'number', 4, [13053, 14853]],
      ['age', 'number', 12, [21, 55]],
    ]);
    expect(columns[0]?.values[0]).toEqual({ value: 'American', rows: 6 });
    expect((await refusal(privacyColumns(stored, ['height']))).message).toMatch(/has no column "height"/);
  });
});
