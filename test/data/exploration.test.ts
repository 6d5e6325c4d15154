import { afterAll, describe, expect, it } from 'vitest';
import { seriesOf, summaryOf } from '../../main/data/exploration.ts';
import { samplesOf } from '../../main/data/stored.ts';
import { folderWith, importPath, picture, refusal, removeFolders } from './fixtures.ts';
import { LONG } from './longTable.ts';

afterAll(removeFolders);

const ALL = { pretrain: 1, probeTrain: 0, validation: 0, audit: 0 };

describe('a table in numbers', async () => {
  const rows = Array.from({ length: 101 }, (_, i) => `${i === 7 ? '' : i},${i % 4 === 0 ? 'Oslo' : 'Rome'},${i % 2 ? 'f' : 'm'},${i % 3 ? 'yes' : 'no'}`); // prettier-ignore
  const folder = folderWith({ 't.csv': `x,city,sex,answer\n${rows.join('\n')}\n` });
  const options = { label: 'answer', sensitive: ['sex'], splits: ALL };
  const { stored } = await importPath(`${folder}/t.csv`, options);

  it('has quartiles, mean and deviation, what is missing, and bars of equal width', async () => {
    const { columns, rows: n, looked } = await summaryOf(stored, { split: 'pretrain', by: null });
    expect([n, looked]).toEqual([101, 101]);
    const [x, city] = columns;
    expect(x).toMatchObject({ name: 'x', kind: 'number', known: 100, missing: 1 });
    // With numpy: np.quantile(v, [0, .25, .5, .75, 1]), v.mean(), v.std() of 0..100 without 7.
    expect(x?.numbers?.quantiles).toEqual([0, 25.75, 50.5, 75.25, 100]);
    expect(x?.numbers?.mean).toBeCloseTo(50.43, 9);
    expect(x?.numbers?.deviation).toBeCloseTo(28.979736, 5);
    // Whole numbers from 0 to 100: bars of five.
    expect([x?.whole, x?.edges.slice(0, 3), x?.edges.at(-1)]).toEqual([true, [0, 5, 10], 105]);
    expect(x?.groups[0]?.counts.slice(0, 2)).toEqual([5, 4]);
    expect(x?.groups[0]?.counts.reduce((sum, count) => sum + count, 0)).toBe(100);
    expect(city).toMatchObject({ kind: 'category', values: ['Rome', 'Oslo'], groups: [{ group: 'everyone', n: 101, counts: [75, 26] }] }); // prettier-ignore
  });

  it('is parted by a feature or the label, and the parts make up the whole', async () => {
    for (const by of ['sex', 'answer']) {
      const { columns } = await summaryOf(stored, { split: 'pretrain', by });
      for (const { groups } of columns) {
        const [everyone, ...parts] = groups;
        expect(everyone?.counts).toEqual(everyone?.counts.map((_, bar) => parts.reduce((sum, { counts }) => sum + (counts[bar] ?? 0), 0))); // prettier-ignore
      }
    }
    expect(await refusal(summaryOf(stored, { split: 'pretrain', by: 'age' }))).toMatchObject({ code: 'usage', message: 'There is no feature age.' }); // prettier-ignore
  });

  it('is shown page by page, every sample once, filtered by label and group', async () => {
    const query = { split: 'pretrain', seed: 3, indices: null, group: { sex: 'f', answer: 'yes' } } as const;
    const pages = [0, 20, 40].map((offset) => samplesOf(stored, { ...query, count: 20, offset }));
    const grids = await Promise.all(pages);
    expect(grids.map(({ count, matching }) => [count, matching])).toEqual([[20, 33], [13, 33], [0, 33]]); // prettier-ignore
    const items = grids.flatMap((grid) => grid.items);
    expect(new Set(items.map(({ index }) => index)).size).toBe(33);
    expect(items.every(({ label, groups }) => label === 'yes' && groups['sex'] === 'f')).toBe(true);
  });

  it('holds no series', async () => {
    expect(await refusal(seriesOf(stored, { split: 'pretrain', indices: [0] }))).toMatchObject({
      code: 'usage',
    });
  });
});

it('series are told as they are stored, and how much of them was measured', async () => {
  const options = { label: 'answer', sensitive: ['sex'], steps: 4, splits: ALL };
  const { stored, dataset } = await importPath(`${folderWith({ 'd.csv': LONG })}/d.csv`, options);
  const { channels, steps, samples } = await seriesOf(stored, { split: 'pretrain', indices: [0, 2] });
  expect([channels.length, steps, samples.map(({ index }) => index)]).toEqual([1, dataset.shape[0], [0, 2]]);
  expect(samples.every(({ values }) => values.length === 4)).toBe(true);
  const { columns } = await summaryOf(stored, { split: 'pretrain', by: 'sex' });
  expect(columns.map(({ name }) => name)).toEqual(['measured steps', `mean of ${channels[0]}`]);
  expect(await refusal(seriesOf(stored, { split: 'pretrain', indices: [99] }))).toMatchObject({
    code: 'usage',
  });
});

it('texts are told by their length, pictures by brightness and the size of their files', async () => {
  const texts = await importPath(`${folderWith({ 't.txt': 'one two three\nfour\n' })}/t.txt`, { splits: ALL, layout: 'lines' }); // prettier-ignore
  const [characters, words] = (await summaryOf(texts.stored, { split: 'pretrain', by: null })).columns;
  expect(characters?.numbers?.quantiles).toEqual([4, 6.25, 8.5, 10.75, 13]);
  expect(words?.numbers?.mean).toBe(2);
  const files = { 'a/1.png': await picture([255, 255, 255], { width: 40, height: 30 }), 'b/2.png': await picture([0, 0, 0]) }; // prettier-ignore
  const pictures = await importPath(folderWith(files), { splits: ALL, size: 8 });
  const { columns } = await summaryOf(pictures.stored, { split: 'pretrain', by: null });
  expect(columns.map(({ name, numbers }) => [name, numbers?.quantiles[0], numbers?.quantiles[4]])).toEqual([
    ['brightness (0 to 255)', 0, 255],
    ['contrast', 0, 0],
    ['shorter side in the file (pixels)', 16, 30],
  ]);
});
