import { parquetMetadata } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { previewSource } from '../../main/data/dataset.ts';
import {
  auditTableOf,
  datasetFilesOf,
  samplesOf,
  splitOf,
  type StoredDataset,
} from '../../main/data/stored.ts';
import type { ImportOptions } from '../../preload/contract/vocabulary.ts';
import { bytesIn, folderWith, importPath, refusal, removeFolders, type Files } from './fixtures.ts';
import { sharedData } from './sharedData.ts';

afterAll(removeFolders);

const ALL_PRETRAIN = { pretrain: 1, probeTrain: 0, validation: 0, audit: 0 };
const PEOPLE = `id,age,sex,city,note,answer
a,21,f,Rome,"one, two",yes
b,35.5,m,Oslo,,no
c,?,f,Rome,three,yes
d,62,,Oslo,four,no
e,abc
`;

async function rowsOf(stored: StoredDataset): Promise<readonly (readonly number[])[]> {
  const values = new Float32Array((await bytesIn(stored, stored.manifest.samples)).slice().buffer);
  const width = stored.shape[2];
  return Array.from({ length: stored.count }, (_, i) => [...values.subarray(i * width, (i + 1) * width)]);
}

function columnsOf({ manifest: { format } }: StoredDataset) {
  return format?.kind === 'table' ? format.columns : [];
}

async function imported(files: Files, options: ImportOptions = {}, entry = '') {
  return importPath(join(folderWith(files), entry), { splits: ALL_PRETRAIN, ...options });
}

describe('a table', () => {
  const options = { label: 'answer', subject: 'id', sensitive: ['sex'], types: { note: 'ignore' } } as const;

  it('becomes rows of numbers and codes, without label, subject and sensitive features', async () => {
    const { dataset, stored } = await imported({ 't.csv': PEOPLE }, options, 't.csv');
    expect([dataset.reader, dataset.modality, dataset.shape]).toEqual(['tabular', 'table', [1, 1, 2]]);
    expect(stored.manifest.format).toEqual({
      kind: 'table',
      columns: [
        { name: 'age', kind: 'number' },
        { name: 'city', kind: 'category', values: ['Oslo', 'Rome', 'unknown'] },
      ],
    });
    expect(await rowsOf(stored)).toEqual([[21, 1], [35.5, 0], [NaN, 1], [62, 0]]); // prettier-ignore
    expect(dataset.sensitive[0]).toMatchObject({ values: ['f', 'm', 'unknown'], counts: [2, 1, 1] });
    expect(dataset.targets[0]).toEqual({ name: 'answer', classes: ['no', 'yes'], counts: [2, 2] });
    expect([dataset.subjects, dataset.report.rejected]).toEqual([
      4,
      [{ item: 't.csv, line 6', reason: 'has 2 fields instead of 6' }],
    ]);
    expect(dataset.report.notes.slice(0, 2)).toEqual([
      'Column note is left out (as asked).',
      '1 of 4 rows have every value; elsewhere what is missing counts as missing or unknown.',
    ]);
    const table = await auditTableOf(stored, 'pretrain');
    expect(table.names).toEqual(['t.csv#2', 't.csv#3', 't.csv#4', 't.csv#5']);
  });

  it('is shown in words, and handed to trainers with its columns', async () => {
    const { stored } = await imported({ 't.csv': PEOPLE }, options, 't.csv');
    const query = { split: 'pretrain', count: 1, seed: 0, indices: [2], group: null } as const;
    const grid = await samplesOf(stored, query);
    expect([grid.shape, [...grid.data]]).toEqual([[1, 1, 1], [255]]);
    expect(grid.items[0]).toEqual({ index: 2, label: 'yes', groups: { sex: 'f' }, text: 'age missing, city Rome' });
    const files = await datasetFilesOf(stored);
    expect(files.format).toEqual(stored.manifest.format);
    expect(files.samples.size).toBe(4 * files.count * files.shape[2]);
  }); // prettier-ignore

  it('has its types inferred, and takes them as given', async () => {
    const text = `number,code,word,mixed,empty,free\n${Array.from({ length: 120 }, (_, i) => `${i / 2},${i % 3},w${i % 4},${i % 9 ? i : 'x'},,text ${i}`).join('\n')}\n`;
    const base = { label: 'word' };
    const inferred = await imported({ 't.csv': text }, base);
    expect(columnsOf(inferred.stored).map(({ name, kind }) => `${name} ${kind}`)).toEqual(['number number', 'code number']); // prettier-ignore
    expect(inferred.dataset.report.notes).toEqual(expect.arrayContaining([
      'Column mixed is left out (107 different values).',
      'Column empty is left out (empty).',
      'Column free is left out (120 different values).',
    ])); // prettier-ignore
    const given = await imported(
      { 't.csv': text },
      { ...base, types: { code: 'category', mixed: 'number' } },
    );
    expect(columnsOf(given.stored).map(({ name, kind }) => `${name} ${kind}`)).toEqual(['number number', 'code category', 'mixed number']); // prettier-ignore
    expect((await rowsOf(given.stored)).slice(0, 2)).toEqual([[0, 0, NaN], [0.5, 1, 1]]); // prettier-ignore
  });

  it('has numbers of people put into ranges, whose edges are shown and can be given', async () => {
    const ages = Array.from({ length: 100 }, (_, i) => `${i},${i % 2 ? 'a' : 'b'},${i % 5}`).join('\n');
    const files = { 't.csv': `age,label,x\n${ages}\n?,a,1\nold,a,1` };
    const numeric = { 't.csv': `age,label,x\n${ages}\n?,a,1` };
    const preview = await previewSource({ path: folderWith(numeric), reader: null, options: {} });
    expect(preview.suggestion).toMatchObject({ label: 'label', sensitive: ['age'], bins: { age: [25, 50, 75] } }); // prettier-ignore
    const { dataset } = await imported(numeric, { sensitive: ['age'] });
    expect(dataset.sensitive[0]).toMatchObject({
      values: ['below 25', '25 to below 50', '50 to below 75', '75 or more', 'unknown'],
      counts: [25, 25, 25, 25, 1],
    });
    expect(dataset.report.notes[0]).toBe('age was put into ranges with the edges 25, 50, 75.');
    const given = await imported(files, { sensitive: ['age'], bins: { age: [18, 65] } });
    expect(given.dataset.sensitive[0]).toMatchObject({ counts: [18, 47, 35, 2] });
    const refused = await refusal(imported(files, { sensitive: ['age'], bins: { age: [65, 18] } }));
    expect(refused.message).toBe('The ranges of age have the edges 65, 18, which do not ascend.');
  });

  it('may come without a header, if that is said', async () => {
    const files = { 'a.data': '1, x, 2\n3, y, 4\n5, x, 6\n' };
    const refused = await refusal(imported(files, {}, 'a.data'));
    expect(refused.message).toBe('a.data seems to have no header: its first line holds the number 1.');
    expect(refused.hint).toContain('--header none');
    const numbered = await imported(files, { header: 'none', label: 'column2' }, 'a.data');
    expect(await rowsOf(numbered.stored)).toEqual([[1, 2], [3, 4], [5, 6]]); // prettier-ignore
    const named = await imported(files, { columns: ['a', 'b', 'c'], label: 'b' }, 'a.data');
    expect(columnsOf(named.stored).map(({ name }) => name)).toEqual(['a', 'c']);
    const asHeader = await imported(files, { header: 'first', label: 'x' }, 'a.data');
    expect(asHeader.dataset.count).toBe(2);
    const preview = await previewSource({ path: folderWith(files), reader: null, options: {} });
    expect(preview.suggestion).toMatchObject({ header: 'none', label: 'column3' });
    expect(preview.problems.at(-1)).toMatch(/^a\.data seems to have no header.*numbered\.$/);
  });

  it('may name a column twice, which is said', async () => {
    const { dataset, stored } = await imported({ 't.csv': 'a,b,a\n1,x,2\n3,y,4\n' }, { label: 'b' });
    expect(await rowsOf(stored)).toEqual([[1, 2], [3, 4]]); // prettier-ignore
    expect(dataset.report.notes[0]).toBe('Column a appears more than once; another is called a (2).');
  });

  it('sets a test table aside, and keeps a limit to the training rows', async () => {
    const body = (n: number, stop: string): string => Array.from({ length: n }, (_, i) => `${i},${i % 2 ? '<=1' : '>1'}${stop}`).join('\n'); // prettier-ignore
    const files = { 'x.data': body(40, ''), 'x.test': `|a remark\n${body(9, '.')}` };
    const { dataset } = await importPath(folderWith(files), { columns: ['x', 'y'], label: 'y', limit: 10 });
    expect([dataset.count, dataset.splits.audit]).toEqual([19, 9]);
    expect(dataset.targets[0]?.classes).toEqual(['<=1', '>1']);
    expect(dataset.report.notes).toContain('In y, >1. was read as >1, <=1. was read as <=1.');
    expect(dataset.report.rejected).toEqual([
      { item: 'x.test, line 1', reason: 'has 1 fields instead of 2' },
    ]);
  });

  it.each(['UNCOMPRESSED', 'SNAPPY', 'GZIP'] as const)('is read from Parquet, %s', async (codec) => {
    const data = [
      { name: 'x', data: [1.5, null, -2, 4], type: 'DOUBLE' as const },
      { name: 'big', data: [1n, 2n, 3n, 4n], type: 'INT64' as const },
      { name: 'sex', data: ['f', 'm', null, 'f'], type: 'STRING' as const },
      { name: 'label', data: [true, false, true, false], type: 'BOOLEAN' as const },
    ];
    const buffer = parquetWriteBuffer({
      columnData: data,
      codec,
      compressors: { GZIP: (bytes) => gzipSync(bytes) },
      rowGroupSize: 3,
    });
    const { dataset, stored } = await imported({ 't.parquet': new Uint8Array(buffer) }, { sensitive: ['sex'] }, 't.parquet'); // prettier-ignore
    expect(dataset.targets[0]).toEqual({ name: 'label', classes: ['false', 'true'], counts: [2, 2] });
    expect(dataset.sensitive[0]?.counts).toEqual([2, 1, 1]);
    expect(await rowsOf(stored)).toEqual([[1.5, 1], [NaN, 2], [-2, 3], [4, 4]]); // prettier-ignore
  });

  it('keeps what is whole of Parquet where several columns are damaged in one place', async () => {
    const columnData = ['x', 'y', 'label'].map((name) => ({ name, data: [1, 2, 3, 4, 5, 6], type: 'INT32' as const })); // prettier-ignore
    const buffer = parquetWriteBuffer({ columnData, codec: 'UNCOMPRESSED', rowGroupSize: 3 });
    for (const { meta_data: meta } of parquetMetadata(buffer).row_groups[0]?.columns.slice(0, 2) ?? [])
      new Uint8Array(buffer).fill(255, Number(meta?.data_page_offset), Number(meta?.data_page_offset) + Number(meta?.total_compressed_size)); // prettier-ignore
    const { dataset } = await imported({ 't.parquet': new Uint8Array(buffer) }, { label: 'label' }, 't.parquet'); // prettier-ignore
    expect([dataset.count, dataset.report.rejected.length]).toEqual([3, 1]);
    expect(dataset.report.rejected[0]?.reason).toMatch(/^to 3 cannot be read as Parquet \(.+\)$/);
  });

  it('pretrains on every row where that is declared, and says so', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i},${i % 2 ? 'yes' : 'no'}`);
    const { stored, dataset } = await importPath(join(folderWith({ 't.csv': `x,answer\n${rows.join('\n')}\n` }), 't.csv'), { transductive: true }); // prettier-ignore
    expect([...(await splitOf(stored, 'pretrain'))]).toEqual(Array.from({ length: 40 }, (_, i) => i));
    expect(dataset.splits.probeTrain + dataset.splits.validation + dataset.splits.audit).toBe(16);
    expect(dataset.report.notes).toContainEqual(expect.stringMatching(/^Pretraining is transductive/));
  });

  const bads: readonly (readonly [string, Files, ImportOptions, string])[] = [
    ['an unknown label', { 't.csv': PEOPLE }, { label: 'answr' }, 'There is no column answr for the label.'],
    ['an unknown type', { 't.csv': PEOPLE }, { types: { agee: 'number' } }, 'There is no column agee for the type or range.'],
    ['nothing to learn from', { 't.csv': 'a,b\nx,y\nz,w\n' }, { label: 'a', sensitive: ['b'] }, 'No column is left for a model to see.'],
    ['no rows', { 't.csv': 'a,b\n' }, {}, 'No label was chosen, and no column has from 2 to 50 different values.'],
    ['bytes that are not UTF-8', { 't.csv': Uint8Array.from([97, 44, 98, 10, 0xff, 0xfe, 10]) }, {}, 't.csv is not text in UTF-8.'],
    ['tables of different columns', { 'a.csv': 'x,y\nq,r\n', 'b.csv': 'x,z\nq,r\n' }, {}, 'b.csv has other columns than the tables before it: x, z.'],
    ['something else called Parquet', { 't.parquet': 'x'.repeat(100) }, {}, 't.parquet cannot be read as Parquet (parquet file invalid (footer != PAR1)).'],
  ]; // prettier-ignore

  it.each(bads)('refuses %s', async (_, files, options, message) => {
    const refused = await refusal(imported(files, options));
    expect(refused.message).toBe(message);
    expect(refused.code).toBe('invalidData');
  });
});

const adult = sharedData('adult');

describe.skipIf(adult === null)('UCI Adult', () => {
  const columns = ['age', 'workclass', 'fnlwgt', 'education', 'education-num', 'marital-status', 'occupation', 'relationship', 'race', 'sex', 'capital-gain', 'capital-loss', 'hours-per-week', 'native-country', 'income']; // prettier-ignore

  it('imports to 48,842 rows, with the label rates of both sexes as they are known', async () => {
    const { dataset } = await importPath(adult ?? '', { columns, sensitive: ['sex', 'race'], label: 'income' }); // prettier-ignore
    expect([dataset.count, dataset.splits.audit, dataset.shape[2]]).toEqual([48_842, 16_281, 12]);
    expect(dataset.report.notes).toContainEqual(
      expect.stringMatching(/^45,222 of 48,842 rows have every value;/),
    );
    expect(dataset.report.rejected).toEqual([
      { item: 'adult.test, line 1', reason: 'has 1 fields instead of 15' },
    ]);
    const rate = (sex: string): number => {
      const groups = dataset.groups.filter(({ group }) => group['sex'] === sex && !('race' in group));
      const n = groups.reduce((sum, group) => sum + group.n, 0);
      return groups.reduce((sum, group) => sum + (group.classCounts[1] ?? 0), 0) / n;
    };
    expect([rate('Male').toFixed(5), rate('Female').toFixed(5)]).toEqual(['0.30377', '0.10925']);
  });
});
