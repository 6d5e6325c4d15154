import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { previewSource } from '../../main/data/dataset.ts';
import type { ImportOptions } from '../../preload/contract/vocabulary.ts';
import {
  folderWith,
  gzip,
  idxPair,
  importPath,
  picture,
  refusal,
  removeFolders,
  type Files,
} from './fixtures.ts';
import { LONG } from './longTable.ts';
import { npy } from './npyFixture.ts';

afterAll(removeFolders);

const ALL_PRETRAIN = { pretrain: 1, probeTrain: 0, validation: 0, audit: 0 };
const TWO = { label: 'answer', splits: ALL_PRETRAIN };

/** One record of CIFAR-10: red, green and blue planes of one value each. */
function cifarRecord(labels: readonly number[], rgb: readonly number[]): Uint8Array {
  return Uint8Array.from([...labels, ...rgb.flatMap((value) => Array.from({ length: 1024 }, () => value))]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

const X = npy([2, 3, 2], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);

/** Every row: what it is, files, what to import, options, then reader, samples, shape, classes of the label. */
type Row = readonly [
  string,
  () => Files | Promise<Files>,
  string,
  ImportOptions,
  string,
  number,
  readonly [number, number, number],
  readonly string[],
];
const shapes: readonly Row[] = [
  [
    'an array with an array of labels',
    () => ({ 'x.npy': X, 'y.npy': npy([2], [1, 0], '<i8') }),
    '',
    {},
    'arrays',
    2,
    [3, 1, 2],
    ['0', '1'],
  ],
  [
    'an array and people joined by subject',
    () => ({
      'x.npy': X,
      'subjects.npy': npy([2], ['s2', 's1'], '<U2'),
      'people.csv': 'subject,sex,answer\ns1,f,yes\ns2,m,no\n',
    }),
    '',
    { label: 'answer', sensitive: ['sex'] },
    'arrays',
    2,
    [3, 1, 2],
    ['no', 'yes'],
  ],
  [
    '.npz with pictures of a train and a test part',
    () => ({
      'd.npz': zipSync({
        'train_images.npy': npy(
          [3, 4, 4],
          Array.from({ length: 48 }, (_, i) => i),
          '|u1',
        ),
        'train_labels.npy': npy([3, 1], [0, 1, 0], '|u1'),
        'test_images.npy': npy(
          [1, 4, 4],
          Array.from({ length: 16 }, () => 9),
          '|u1',
        ),
        'test_labels.npy': npy([1, 1], [1], '|u1'),
      }),
    }),
    'd.npz',
    {},
    'arrays',
    4,
    [4, 4, 1],
    ['0', '1'],
  ],
  [
    'a flat array',
    () => ({ 'x.npy': npy([2, 3], [1, 2, 3, 4, 5, 6], '<f8') }),
    'x.npy',
    {},
    'arrays',
    2,
    [3, 1, 1],
    ['x'],
  ],
  [
    'big-endian 16-bit values',
    () => ({ 'x.npy': npy([2, 2], [1, -2, 300, 4], '>i2') }),
    'x.npy',
    {},
    'arrays',
    2,
    [2, 1, 1],
    ['x'],
  ],
  [
    'CIFAR-10',
    () => ({
      'data_batch_1.bin': joined([cifarRecord([1], [1, 2, 3]), cifarRecord([0], [4, 5, 6])]),
      'test_batch.bin': cifarRecord([1], [7, 8, 9]),
      'batches.meta.txt': 'cat\ndog\n',
    }),
    '',
    {},
    'cifar',
    3,
    [32, 32, 3],
    ['cat', 'dog'],
  ],
  [
    'CIFAR-100',
    () => ({ 'train.bin': joined([cifarRecord([3, 17], [1, 2, 3]), cifarRecord([3, 18], [1, 2, 3])]) }),
    '',
    {},
    'cifar',
    2,
    [32, 32, 3],
    ['17', '18'],
  ],
  [
    'long tables',
    () => ({ 'd.csv': LONG }),
    'd.csv',
    { ...TWO, steps: 4, sensitive: ['sex'] },
    'series',
    3,
    [4, 1, 1],
    ['no', 'yes'],
  ],
  [
    'a text per line',
    () => ({ 'good.txt': 'fine\n\nnice one\n', 'bad.txt': 'awful\n' }),
    '',
    {},
    'texts',
    3,
    [8, 1, 1],
    ['bad.txt', 'good.txt'],
  ],
  [
    'a text per file',
    () => ({ 'good/1.txt': 'fine', 'good/2.txt': 'nice', 'bad/1.txt': 'awful' }),
    '',
    {},
    'texts',
    3,
    [5, 1, 1],
    ['bad', 'good'],
  ],
  [
    'JSON Lines',
    () => ({ 't.jsonl': '{"text":"fine","label":1}\n{"text":"bad","label":0}\n' }),
    't.jsonl',
    {},
    'texts',
    2,
    [4, 1, 1],
    ['0', '1'],
  ],
  [
    'a column of a table',
    () => ({ 't.csv': 'sentence,label\n"fine, yes",1\nbad,0\n' }),
    't.csv',
    {},
    'texts',
    2,
    [9, 1, 1],
    ['0', '1'],
  ],
  [
    'images with texts beside them',
    async () => ({
      'a.png': await picture([1, 2, 3]),
      'a.txt': 'a cat',
      'b.png': await picture([1, 2, 3]),
      'b.txt': 'a dog',
    }),
    '',
    {},
    'captions',
    2,
    [16, 16, 3],
    ['FOLDER'],
  ],
  [
    'a table of captions',
    async () => ({
      'm/a.png': await picture([1, 2, 3]),
      'n/b.png': await picture([1, 2, 3]),
      'data.csv': 'file,caption\nm/a.png,a cat\nn/b.png,a dog\n',
    }),
    '',
    {},
    'captions',
    2,
    [16, 16, 3],
    ['m', 'n'],
  ],
  [
    'a zip of images',
    async () => ({
      'd.zip': zipSync({
        'top/cat/1.png': await picture([9, 9, 9]),
        'top/dog/1.png': await picture([9, 9, 9]),
        '__MACOSX/top/x': strToU8('x'),
      }),
    }),
    'd.zip',
    {},
    'imageFolder',
    2,
    [16, 16, 3],
    ['cat', 'dog'],
  ],
  [
    'a zip of a table',
    () => ({ 'd.zip': zipSync({ 't.csv': strToU8('x,label\n1,a\n2,b\n') }) }),
    'd.zip',
    {},
    'tabular',
    2,
    [1, 1, 1],
    ['a', 'b'],
  ],
  [
    'a zip of IDX',
    () => ({
      'd.zip': zipSync({
        'x-images-idx3-ubyte.gz': gzip(idxPair(3).images),
        'x-labels-idx1-ubyte.gz': gzip(idxPair(3).labels),
      }),
    }),
    'd.zip',
    {},
    'idx',
    3,
    [4, 4, 1],
    ['0', '1', '2'],
  ],
  [
    'a zip of texts',
    () => ({ 'd.zip': zipSync({ 'p/pos.txt': strToU8('good\nfine\n'), 'p/neg.txt': strToU8('bad\n') }) }),
    'd.zip',
    {},
    'texts',
    3,
    [4, 1, 1],
    ['neg.txt', 'pos.txt'],
  ],
];

describe('every reader', () => {
  it.each(shapes)('reads %s', async (title, files, entry, options, reader, count, shape, classes) => {
    const folder = folderWith(await files());
    const path = join(folder, entry);
    const explicit = title === 'a column of a table' ? reader : null;
    const { dataset } = await importPath(path, options, explicit);
    expect([dataset.reader, dataset.count, dataset.shape]).toEqual([reader, count, shape]);
    expect(dataset.targets[0]?.classes).toEqual(
      classes.map((name) => (name === 'FOLDER' ? folder.split('/').at(-1) : name)),
    );
    // The import form's defaults must do.
    const preview = await previewSource({ path, reader: explicit, options });
    expect([preview.reader, preview.thumbnails.count > 0]).toEqual([reader, true]);
    const again = await importPath(path, { ...preview.suggestion, ...options }, explicit);
    expect(again.dataset.count).toBe(count);
  });

  const bads: readonly (readonly [string, Files, string, string | null, string])[] = [
    [
      'Python objects',
      { 'x.npy': npy([1, 1], [1], '|O') },
      'x.npy',
      null,
      'x.npy holds Python objects, which are never opened.',
    ],
    [
      'column order',
      { 'x.npy': npy([2, 2], [1, 2, 3, 4], '<f4', true) },
      'x.npy',
      null,
      'x.npy is stored column by column (Fortran order).',
    ],
    [
      'complex numbers',
      { 'x.npy': npy([1, 1], [1], '<c8') },
      'x.npy',
      null,
      'x.npy holds values of the type c8.',
    ],
    [
      'an array that announces too much',
      { 'x.npy': npy([1_000_000_000, 2], [1]) },
      'x.npy',
      null,
      'x.npy announces the shape 1000000000 x 2.',
    ],
    ['no array at all', { 'x.npy': 'no' }, 'x.npy', null, 'x.npy is not an array of NumPy.'],
    [
      'people that cannot be joined',
      { 'x.npy': X, 'p.csv': 'sex,answer\nf,1\n' },
      '',
      null,
      'p.csv has 1 rows for 2 samples, and nothing to join them by.',
    ],
    [
      'arrays of other shapes',
      {
        'x.npy': X,
        'z.npy': npy(
          [1, 9, 2],
          Array.from({ length: 18 }, () => 1),
        ),
      },
      '',
      null,
      'x.npy and z.npy hold samples of different shapes.',
    ],
    ['a folder without CIFAR', { 'x.txt': 'x' }, '', 'cifar', 'FOLDER holds no CIFAR file.'],
    [
      'no column of the text',
      { 't.csv': 'a,b\n1,2\n' },
      't.csv',
      'texts',
      'No column of t.csv is called text.',
    ],
    ['no texts', { 'a.bin': 'x' }, '', 'texts', 'FOLDER holds no texts.'],
    [
      'series without numbers',
      { 't.csv': 'time,subject,word\n1,a,x\n2,b,y\n' },
      't.csv',
      'series',
      'No column is left for a model to see.',
    ],
    ['images without captions', { 'a/1.png': 'x' }, '', 'captions', 'FOLDER holds no captions.'],
    [
      'a zip that is none',
      { 'd.zip': 'PK but no more' },
      'd.zip',
      null,
      'd.zip cannot be read as a zip archive (End of central directory record signature not found. Either not a zip file, or file is truncated).',
    ],
  ];

  it.each(bads)('refuses %s', async (_, files, entry, reader, message) => {
    const folder = folderWith(files);
    const refused = await refusal(importPath(join(folder, entry), {}, reader));
    expect(refused.message).toBe(message.replace('FOLDER', join(folder, entry).replace(/\/$/, '')));
    expect([refused.code, refused.hint === '']).toEqual(['invalidData', false]);
  });
});
