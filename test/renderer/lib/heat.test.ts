import { expect, it } from 'vitest';
import { barTitles, heatRows } from '../../../renderer/lib/heat.ts';

const size = (split: string, group: Readonly<Record<string, string>>, classCounts: readonly number[]) => ({ split, group, n: classCounts.reduce((sum, count) => sum + count, 0), classCounts }); // prettier-ignore

it('classes are counted within the groups of one feature, of one split or of all', () => {
  const sizes = [
    size('pretrain', { sex: 'f' }, [3, 1]),
    size('audit', { sex: 'f' }, [1, 3]),
    size('pretrain', { sex: 'm' }, [0, 0]),
    size('pretrain', { sex: 'f', race: 'x' }, [9, 9]),
  ];
  expect(heatRows(sizes, 'sex', 'pretrain')).toEqual([
    { group: 'f', n: 4, cells: [{ n: 3, share: 0.75 }, { n: 1, share: 0.25 }] },
    { group: 'm', n: 0, cells: [{ n: 0, share: null }, { n: 0, share: null }] },
  ]); // prettier-ignore
  expect(heatRows(sizes, 'sex', null)[0]?.cells.map(({ n }) => n)).toEqual([4, 4]);
});

it.each([
  [[0, 0.5, 1], false, ['0 to 0.5', '0.5 to 1']],
  [[13_769, 75_058.2, 136_347.3], false, ['13769 to 75058', '75058 to 136347']],
  [[1, 2, 3], true, ['1', '2']],
  [[0, 5, 10], true, ['0 to 4', '5 to 9']],
  [[], true, []],
])('bars between %j are called by what lies in them', (edges, whole, titles) => {
  expect(barTitles(edges, whole)).toEqual(titles);
});
