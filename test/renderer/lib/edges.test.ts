import { describe, expect, it } from 'vitest';
import { rangeNames } from '../../../main/data/ranges.ts';
import { rangesOf, readEdges, readNames } from '../../../renderer/lib/edges.ts';

describe('edges of ranges', () => {
  it.each([
    ['30, 45, 60', [30, 45, 60]],
    ['30 45;60.5', [30, 45, 60.5]],
    ['-1,0', [-1, 0]],
    ['45, 30', null],
    ['30, 30', null],
    ['thirty', null],
    ['', null],
  ])('%s are read', (text, edges) => {
    expect(readEdges(text)).toEqual(edges);
  });

  it.each([[[30]], [[30, 45, 60]], [[-2.5, 0]]])('make the ranges that an import makes of %j', (edges) => {
    expect(rangesOf(edges)).toEqual(rangeNames(edges));
  });
});

it('names of columns are typed with commas between them', () => {
  expect(readNames(' age, sex ,,income ')).toEqual(['age', 'sex', 'income']);
});
