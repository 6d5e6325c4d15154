import { describe, expect, it } from 'vitest';
import { readCsv } from '../../main/data/csvTable.ts';
import { memorySource, refusal } from './fixtures.ts';

const read = (content: string | Uint8Array) => readCsv(memorySource({ 't.csv': content }), 't.csv');

describe('tables', () => {
  it.each([
    ['commas', 'a,b\n1,2\n', [['1', '2']]],
    ['semicolons', 'a;b\n1;2,5\n', [['1', '2,5']]],
    ['tabs', 'a\tb\r\n1\t2\r\n', [['1', '2']]],
    ['a byte order mark', '\uFEFFa,b\n1,2', [['1', '2']]],
    ['quotes', 'a,b\n"x, ""y""","two\nlines"\n', [['x, "y"', 'two\nlines']]],
    ['empty lines', 'a,b\n\n1,2\n\n', [['1', '2']]],
    ['nothing but a header', 'a,b\n', []],
    ['names of any script', 'a,b\nمريم,雪\n', [['مريم', '雪']]],
  ])('reads %s', async (_, content, rows) => {
    const table = await read(content);
    expect(table.columns).toEqual(['a', 'b']);
    expect(table.rows.map((row) => row.values)).toEqual(rows);
    expect(table.rejected).toEqual([]);
  });

  it('rejects records of another length one by one', async () => {
    const table = await read('a,b\n1\n1,2\n1,2,3\n');
    expect(table.rows).toEqual([{ line: 3, values: ['1', '2'] }]);
    expect(table.rejected).toEqual([
      { item: 't.csv, line 2', reason: 'has 1 fields instead of 2' },
      { item: 't.csv, line 4', reason: 'has 3 fields instead of 2' },
    ]);
  });

  it.each([
    ['to the end', 'a,b\n"x,2\n1,2\n3,4\n', [['1', '2'], ['3', '4']], 2],
    ['to the next quote', 'a,b\n\n\n"x,2\n1,2\n3,4"\n5,6\n', [['1', '2'], ['3', '4"'], ['5', '6']], 4],
    ['in the last line', 'a,b\r\n1,2\r\n"x', [['1', '2']], 3],
  ])('loses one line only to a quote that stays open %s', async (_, content, rows, line) => {
    const table = await read(content);
    expect(table.rows.map((row) => row.values)).toEqual(rows);
    expect(table.rejected).toEqual([{ item: `t.csv, line ${line}`, reason: 'has broken quotes' }]);
  }); // prettier-ignore

  it('keeps a quote within a field, as spreadsheets do', async () => {
    expect((await read('a,b\n"x"y,2\n')).rows.map((row) => row.values)).toEqual([['"x"y', '2']]);
  });

  it('gives up a table of nothing but broken quotes', async () => {
    const table = await read(`a,b,c\n${'"x,1\n'.repeat(1001)}`);
    expect(table.rejected).toHaveLength(101);
    expect(table.rejected.at(-1)?.reason).toBe('and what follows was not read: too many broken quotes');
  });

  it.each([
    ['an empty file', '', 't.csv has no header.'],
    ['a column twice', 'a,b,a\n', 'Column "a" appears twice in t.csv.'],
    ['Latin-1', new Uint8Array([0x61, 0x2c, 0xe9, 0x0a]), 't.csv is not text in UTF-8.'],
  ])('refuses %s', async (_, content, message) => {
    expect(await refusal(read(content))).toMatchObject({ code: 'invalidData', message });
  });
});
