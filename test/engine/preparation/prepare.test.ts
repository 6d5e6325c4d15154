import { describe, expect, it } from 'vitest';
import type { TableColumn } from '../../../main/core/datasetFiles.ts';
import { prepareSamples, type StoredSamples } from '../../../main/engine/preparation/prepare.ts';
import { wordsOf } from '../../../main/engine/preparation/words.ts';
import { rawInputs } from '../../../main/engine/rawInputs.ts';
import { tinySeries } from '../tinySeries.ts';
import { tinyTable } from '../tinyTable.ts';
import { tinyText } from '../tinyText.ts';

const COLUMNS: readonly TableColumn[] = [
  { name: 'age', kind: 'number' },
  { name: 'town', kind: 'category', values: ['Bern', 'Rome', 'unknown'] },
];
const ROWS = [[10, 0], [20, 1], [NaN, 2], [30, 1], [1000, 0]]; // prettier-ignore
const stored: StoredSamples = {
  kind: 'table',
  columns: COLUMNS,
  read: (indices) => Float32Array.from([...indices].flatMap((index) => ROWS[index] ?? [])),
};
const pretrain = Uint32Array.of(0, 1, 2, 3);

describe('a table', () => {
  it('is standardised by the pretrain rows alone; missing numbers are 0 with a flag, missing categories a value of their own', () => {
    const found = prepareSamples(stored, pretrain, null);
    expect(found.shape).toEqual([1, 2, 2]);
    const deviation = Math.fround(Math.sqrt(200 / 3));
    expect(found.preparation).toEqual({
      kind: 'table',
      columns: [
        { name: 'age', kind: 'number', mean: 20, deviation },
        { name: 'town', kind: 'category', values: ['Bern', 'Rome', 'unknown'] },
      ],
    });
    const rows = [...found.read(Uint32Array.of(0, 2, 4))].map((value) => Math.round(1000 * value) / 1000);
    expect(rows).toEqual([-1.225, 0, 0, 0, 0, 1, 2, 0, 120.025, 0, 0, 0]);
    expect(wordsOf(found.preparation, found.read(Uint32Array.of(2)))).toBe('age missing, town unknown');
    expect(wordsOf(found.preparation, found.read(Uint32Array.of(3)))).toBe('age 30, town Rome');
  });
  it('goes through plain data: as it was learnt once, columns in another order and values of another list too', () => {
    const known = JSON.parse(JSON.stringify(prepareSamples(stored, pretrain, null).preparation)) as never;
    const elsewhere: StoredSamples = {
      kind: 'table',
      columns: [
        { name: 'town', kind: 'category', values: ['Oslo', 'Rome', 'unknown'] },
        { name: 'age', kind: 'number' },
      ],
      read: () => Float32Array.of(0, 30, 1, 10),
    };
    const rows = prepareSamples(elsewhere, Uint32Array.of(0), known).read(Uint32Array.of(0, 1));
    expect([...rows].map((value) => Math.round(1000 * value) / 1000)).toEqual([
      1.225, 0, 2, 0, -1.225, 0, 1, 0,
    ]);
  });
  it('without a column that was trained on, or of another modality, is refused in a sentence', () => {
    const { preparation } = prepareSamples(stored, pretrain, null);
    const less: StoredSamples = { ...stored, columns: COLUMNS.slice(0, 1) } as StoredSamples;
    expect(() => prepareSamples(less, pretrain, preparation)).toThrow(/no column town of kind category/);
    const image: StoredSamples = { kind: 'image', shape: [1, 1, 1], read: () => new Uint8Array(1) };
    expect(() => prepareSamples(image, pretrain, preparation)).toThrow(/trained on table data, but this data set holds image data/); // prettier-ignore
  });
  it('as raw input has a place for every value of a category', () => {
    const data = tinyTable();
    const { columns, values } = rawInputs(data, Uint32Array.of(0, 1));
    expect(columns).toBe(2 + 2 + 3 + 4);
    for (const row of [values.subarray(0, 11), values.subarray(11)]) {
      expect(row.subarray(4, 7).reduce((sum, one) => sum + one, 0)).toBe(1);
      expect(row.subarray(7).reduce((sum, one) => sum + one, 0)).toBe(1);
    }
  });
});

describe('series', () => {
  it('end where nothing is measured any more, and are 0 where nothing was', () => {
    const values = Float32Array.of(1, 10, NaN, 30, 3, NaN, NaN, NaN);
    const read = (): Float32Array => values;
    const found = prepareSamples(
      { kind: 'series', steps: 4, channels: ['a', 'b'], read },
      Uint32Array.of(0),
      null,
    );
    expect(found.shape).toEqual([4, 1, 3]);
    expect([...found.read(Uint32Array.of(0))]).toEqual([-1, -1, 1, 0, 1, 1, 1, 0, 1, 0, 0, 0]);
    const other: StoredSamples = { kind: 'series', steps: 5, channels: ['a', 'b'], read };
    expect(() => prepareSamples(other, Uint32Array.of(0), found.preparation)).toThrow(/series of 4 steps/);
  });
  it('as raw input are their steps', () => {
    const data = tinySeries();
    expect([...rawInputs(data, Uint32Array.of(3)).values]).toEqual([...data.read(Uint32Array.of(3))]);
  });
});

describe('texts', () => {
  it('begin with the start token, are cut or filled up, and are told back', () => {
    const data = tinyText({ length: 6 });
    const rows = data.read(Uint32Array.of(0, 1));
    expect(data.shape).toEqual([6, 1, 1]);
    expect([rows[0], rows[6]]).toEqual([1, 1]);
    expect(wordsOf(data.preparation, tinyText().read(Uint32Array.of(0)))).toMatch(
      /^(anna|mary|paul|john) is /,
    );
    const vocabulary = data.layout.kind === 'text' ? data.layout.vocabulary : 0;
    expect(vocabulary).toBeLessThanOrEqual(300);
    expect(Math.max(...data.read(data.splits.pretrain))).toBeLessThan(vocabulary);
    expect(rawInputs(data, Uint32Array.of(0)).values.reduce((sum, count) => sum + count, 0)).toBe(rows.subarray(1, 6).filter((id) => id > 2).length); // prettier-ignore
  });
});
