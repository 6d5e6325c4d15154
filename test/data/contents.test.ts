import { join } from 'node:path';
import { strToU8 } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { auditTableOf, samplesOf, type StoredDataset } from '../../main/data/stored.ts';
import type { ImportOptions } from '../../preload/contract/vocabulary.ts';
import { bytesIn, folderWith, importPath, picture, removeFolders, KEY } from './fixtures.ts';
import { LONG } from './longTable.ts';
import { npy } from './npyFixture.ts';
import { sharedData } from './sharedData.ts';

afterAll(removeFolders);

const ALL_PRETRAIN = { pretrain: 1, probeTrain: 0, validation: 0, audit: 0 };
const TWO = { label: 'answer', splits: ALL_PRETRAIN };
const X = npy([2, 3, 2], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);

async function floats(stored: StoredDataset): Promise<readonly number[]> {
  return [...new Float32Array((await bytesIn(stored, stored.manifest.samples)).slice().buffer)];
}

async function words(stored: StoredDataset): Promise<readonly (string | undefined)[]> {
  const { indices } = await auditTableOf(stored, 'pretrain');
  const grid = await samplesOf(stored, {
    split: 'pretrain',
    count: 1,
    seed: 0,
    indices: [...indices],
    group: null,
  });
  return grid.items.map(({ text }) => text);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

describe('arrays', () => {
  it('are joined to people by subject, and their numbers are kept', async () => {
    const files = {
      'x.npy': X,
      'subjects.npy': npy([2], ['s2', 's9'], '<U2'),
      'p.csv': 'subject,sex,answer\ns1,f,yes\ns2,m,no\n',
    };
    const { dataset, stored } = await importPath(folderWith(files), { ...TWO, sensitive: ['sex'] });
    expect(dataset.report.rejected).toEqual([{ item: 'x.npy#1', reason: 'has no label: answer is missing' }]);
    expect(await floats(stored)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(dataset.sensitive[0]).toMatchObject({ values: ['m', 'unknown'], counts: [1, 0] });
  });

  it('that end early give what is whole', async () => {
    const { dataset, stored } = await importPath(join(folderWith({ 'x.npy': X.slice(0, -5) }), 'x.npy'), {
      splits: ALL_PRETRAIN,
    });
    expect([dataset.count, dataset.report.rejected]).toEqual([
      1,
      [{ item: 'x.npy', reason: 'ends after 1 of 2 samples' }],
    ]);
    expect(await floats(stored)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await words(stored)).toEqual(['3 steps: channel 1 0 to 4, channel 2 1 to 5']);
  });
});

describe('series in long tables', () => {
  const import_ = (text: string, options: ImportOptions = {}) =>
    importPath(join(folderWith({ 'd.csv': text }), 'd.csv'), { ...TWO, steps: 4, ...options });

  it('are brought onto a grid where their times are irregular, and taken as rows where they go back', async () => {
    const { dataset, stored } = await import_(LONG);
    expect(await floats(stored)).toEqual([60, 61, 62, NaN, 70, 71, 72, 73, 80, 81, NaN, NaN]);
    expect(dataset.report.notes).toEqual(
      expect.arrayContaining([
        'The times of 1 series are irregular: they were brought onto a grid of their usual step, in straight lines between neighbours.',
        'The times of 1 series go back, repeat or are missing: rows were taken as they come.',
      ]),
    );
    const rows = await import_(LONG, { timestamps: 'rows' });
    expect((await floats(rows.stored)).slice(4, 8)).toEqual([70, 71, 73, NaN]);
  });

  it('are cut where they are long, and keep their subject', async () => {
    const { dataset, stored } = await import_(LONG, { steps: 2 });
    expect([dataset.count, dataset.subjects]).toEqual([5, 3]);
    expect((await auditTableOf(stored, 'pretrain')).names).toEqual([
      `d.csv#${KEY.pseudonym('a')}@0`,
      `d.csv#${KEY.pseudonym('a')}@2`,
      `d.csv#${KEY.pseudonym('b')}@0`,
      `d.csv#${KEY.pseudonym('b')}@2`,
      `d.csv#${KEY.pseudonym('c')}`,
    ]);
  });

  it('read dates, in any zone', async () => {
    const text =
      'subject,time,x,answer\na,2024-01-01 00:00:00,1,yes\na,2024-01-01T01:00:01+01:00,2,yes\na,2024-01-01T00:00:02Z,3,no\nb,2024-01-01,1,no';
    const { dataset } = await import_(text);
    expect(dataset.report.notes.filter((note) => note.includes('times'))).toEqual([]);
  });
});

describe('texts and captions', () => {
  it('are kept as they are, and found by index', async () => {
    const { stored } = await importPath(folderWith({ 'a.txt': 'eins\nzwei – ü 雪\n', 'b.txt': '=1+1\n' }), {
      splits: ALL_PRETRAIN,
    });
    expect(await words(stored)).toEqual(['eins', 'zwei – ü 雪', '=1+1']);
  });

  it('that are not UTF-8 are one rejected line', async () => {
    const { dataset } = await importPath(
      folderWith({
        'a.txt': joined([strToU8('good\n'), Uint8Array.from([0xff, 0xfe, 10]), strToU8('fine\n')]),
      }),
    );
    expect([dataset.count, dataset.report.rejected]).toEqual([
      2,
      [{ item: 'a.txt#2', reason: 'is not text in UTF-8' }],
    ]);
  });

  it('go with their images', async () => {
    const files = {
      'a.png': await picture([1, 2, 3]),
      'a.txt': 'a cat',
      'b.png': await picture([1, 2, 3]),
      'c.png': await picture([1, 2, 3]),
      'c.txt': 'a dog',
    };
    const { dataset, stored } = await importPath(folderWith(files), { splits: ALL_PRETRAIN });
    expect(await words(stored)).toEqual(['a cat', 'a dog']);
    expect(dataset.report.rejected).toEqual([
      { item: 'b.png', reason: 'has no caption: b.txt does not exist' },
    ]);
    expect(dataset.modality).toBe('image');
  });
});

const texts = sharedData('text');

describe.skipIf(texts === null)('real texts', () => {
  it('import from their archives', async () => {
    const names = await importPath(join(texts ?? '', 'names.zip'));
    expect(names.dataset.targets[0]).toEqual({
      name: 'file',
      classes: ['female.txt', 'male.txt'],
      counts: [5001, 2943],
    });
    const speeches = await importPath(join(texts ?? '', 'inaugural.zip'));
    expect([speeches.dataset.reader, speeches.dataset.modality]).toEqual(['texts', 'text']);
  });
});
