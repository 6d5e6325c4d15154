import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderWith, removeFolders } from '../data/fixtures.ts';
import { houses, type House } from './support/house.ts';

const root = mkdtempSync(join(tmpdir(), 'pretext-privacy-'));
const { houseIn, faults } = houses();
let house: House;
let people: string;

const RACES = ['A', 'B', 'C', 'D'];
const TABLE = `subject,sex,race,age,zip,answer\n${Array.from({ length: 400 }, (_, at) =>
  [`p${at}`, at % 2 ? 'f' : 'm', RACES[(at * 7) % 4], 20 + (at % 50), 1000 + (at % 90), at % 3 ? 'yes' : 'no'].join(','),
).join('\n')}\n`; // prettier-ignore
const QUASI = ['sex', 'race', 'age', 'zip'];

beforeAll(async () => {
  house = await houseIn(join(root, 'workspace'), join(root, 'config', 'subject.key'));
  people = await house.imported(join(folderWith({ 'people.csv': TABLE }), 'people.csv'), {
    ...{ label: 'answer', subject: 'subject', sensitive: ['sex', 'race'], name: 'people' },
  });
});
afterAll(async () => {
  await house.services.shutdown('pause');
  rmSync(root, { recursive: true });
  removeFolders();
  expect(faults).toEqual([]);
});

describe('a generalisation', () => {
  const generalisation = {
    age: { edges: [30, 45, 60] },
    zip: { drop: true },
    race: { merge: { Other: ['C', 'D'] } },
  };

  it('is previewed without changing anything, and made as it was previewed, with those who withdrew left out', async () => {
    const { ask } = house;
    const before = await ask('privacy.assess', { dataset: people, quasi: QUASI, sensitive: ['answer'] });
    expect(before).toMatchObject({ rows: 400, subjects: 400, k: 1 });
    const preview = await ask('privacy.assess', { dataset: people, quasi: QUASI, sensitive: ['answer'], generalisation });
    expect(preview.k).toBeGreaterThan(before.k ?? 0);
    expect(await ask('privacy.assess', { dataset: people, quasi: QUASI, sensitive: ['answer'] })).toEqual(before);
    await ask('consent.withdraw', { dataset: people, subjects: ['p7'] });

    const made = await ask('privacy.generalise', { dataset: people, generalisation });
    expect(made.name).toBe('people generalised');
    const found = await ask('privacy.assess', { dataset: made.id, quasi: ['sex', 'race', 'age'], sensitive: ['answer'] });
    expect([found.k, found.classes, found.sensitive]).toEqual([preview.k, preview.classes, preview.sensitive]);
    const columns = await ask('privacy.columns', { dataset: made.id });
    expect(columns.map(({ name, kind, distinct }) => [name, kind, distinct])).toEqual([
      ['sex', 'sensitive', 2], ['race', 'sensitive', 3], ['answer', 'target', 2], ['age', 'category', 4],
    ]);
    const detail = await ask('datasets.get', { id: made.id });
    expect(detail.sensitive[1]).toMatchObject({ values: ['A', 'B', 'Other', 'unknown'] });
    expect(detail.report.notes[0]).toMatch(/^Made of people \(dataset-\w+\) by generalising: age in ranges at 30, 45, 60; zip left out; C, D of race merged into Other\.$/);
    expect(detail.shape).toEqual([1, 1, 1]);
    const grid = await ask('datasets.samples', { id: made.id, split: 'pretrain', count: 3 });
    expect(grid.items[0]?.text).toMatch(/^age (below 30|30 to below 45|45 to below 60|60 or more)$/);
    expect(await ask('consent.get', { dataset: made.id })).toMatchObject({ withdrawn: 1, excluded: { subjects: 1, rows: 1 }, ids: { kind: 'keyed' } });
    expect((await ask('datasets.get', { id: people })).sensitive[1]?.values).toEqual(['A', 'B', 'C', 'D', 'unknown']);
    expect((await ask('privacy.generalise', { dataset: people, generalisation })).id).toBe(made.id);
  }); // prettier-ignore

  it.each([
    [{ answer: { drop: true } }, /cannot be dropped/],
    [{ height: { drop: true } }, /has no column "height"/],
    [{ age: { drop: true }, zip: { drop: true } }, /No column of the table would be left/],
    [{ age: { merge: { old: ['60'] } } }, /merged by ranges/],
    [{ race: { merge: { x: ['Z'] } } }, /has no value "Z"/],
  ])('%j is refused with a sentence and makes nothing', async (wrong, message) => {
    const count = (await house.ask('datasets.list', {})).length;
    await expect(house.ask('privacy.generalise', { dataset: people, generalisation: wrong })).rejects.toThrow(message); // prettier-ignore
    expect(await house.ask('datasets.list', {})).toHaveLength(count);
  });
});
