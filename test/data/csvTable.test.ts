import { describe, expect, it } from 'vitest';
import { csvRows, readCsv, type CsvRows } from '../../main/data/csvTable.ts';
import type { DataSource } from '../../main/data/source.ts';
import { memorySource, refusal } from './fixtures.ts';

const read = (content: string | Uint8Array) => readCsv(memorySource({ 't.csv': content }), 't.csv');

/** The same source, which streams pieces of another size. */
function inPieces(source: DataSource, size: number): DataSource {
  return {
    ...source,
    stream: async function* (path, offset = 0) {
      const bytes = await source.read(path, offset, Infinity);
      for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
    },
  };
}

describe('tables', () => {
  it.each([
    ['commas', 'a,b\n1,2\n', [['1', '2']]],
    ['semicolons', 'a;b\n1;2,5\n', [['1', '2,5']]],
    ['tabs', 'a\tb\r\n1\t2\r\n', [['1', '2']]],
    ['a byte order mark', '\uFEFFa,b\n1,2', [['1', '2']]],
    ['quotes', 'a,b\n"x, ""y""","two\nlines"\n', [['x, "y"', 'two\nlines']]],
    ['a field that starts with a quote and has lines', 'a,b\n"""x""\ny",2\n', [['"x"\ny', '2']]],
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

  it('loses no line to two open quotes between which the width comes out right', async () => {
    const table = await read('a,b\n"x,1\n3,4\n"y,2\n5,6\n');
    expect(table.rows.map((row) => row.values)).toEqual([['3', '4'], ['5', '6']]);
    expect(table.rejected.map(({ item }) => item)).toEqual(['t.csv, line 2', 't.csv, line 4']);
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

  it('does not depend on where its pieces end', async () => {
    const lines = Array.from({ length: 400 }, (_, row) => {
      if (row >= 200 && row % 50 === 7) return `"broken ${row},2`;
      return row < 200 && row % 3 === 0 ? `"a, ""${row}""\n雪",${row}` : `plain ${row},`;
    });
    const text = `a,b\n${lines.map((line, row) => `${line}\n${'\n'.repeat(row % 2)}`).join('')}`;
    const source = memorySource({ 't.csv': text });
    const whole = await readCsv(inPieces(source, 1 << 20), 't.csv');
    expect(whole.rejected.map(({ item }) => item)).toEqual(
      [207, 257, 307, 357].map(
        (row) => `t.csv, line ${text.slice(0, text.indexOf(`broken ${row}`)).split('\n').length}`,
      ),
    );
    expect(whole.rows).toHaveLength(396);
    for (const size of [1, 2, 3, 17, 1000])
      expect(await readCsv(inPieces(source, size), 't.csv')).toEqual(whole);
  });

  it('has as many numbered columns as most lines have fields, whatever the first says', async () => {
    const source = memorySource({ 't.csv': '|a remark\n1,2,3\n4,5,6\n' });
    const pieces: CsvRows[] = [];
    for await (const piece of csvRows(source, 't.csv', { named: 'numbered' })) pieces.push(piece);
    expect(pieces[0]?.columns).toEqual(['column1', 'column2', 'column3']);
    expect(pieces.flatMap(({ records }) => records.map(({ values }) => values.join('')))).toEqual([
      '123',
      '456',
    ]);
    expect(pieces.flatMap(({ flaws }) => flaws)).toEqual([{ line: 1, reason: 'has 1 fields instead of 3' }]);
  });

  it('goes without a header where the columns are named', async () => {
    const source = memorySource({ 't.csv': '1,2\n3\n4,5' });
    expect(await readCsv(source, 't.csv', ['a', ' b'])).toEqual({
      columns: ['a', 'b'],
      rows: [{ line: 1, values: ['1', '2'] }, { line: 3, values: ['4', '5'] }],
      rejected: [{ item: 't.csv, line 2', reason: 'has 1 fields instead of 2' }],
    });
    expect((await refusal(readCsv(source, 't.csv', ['a']))).message).toBe('1 columns were named, but line 1 of t.csv has 2 fields.');
    expect((await refusal(readCsv(source, 't.csv', ['a', 'a']))).message).toBe('Column "a" appears twice in t.csv.');
    expect((await refusal(readCsv(memorySource({ 't.csv': '' }), 't.csv', ['a']))).message).toBe('t.csv holds no rows.');
  }); // prettier-ignore
});
