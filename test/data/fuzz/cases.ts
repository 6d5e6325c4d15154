import { gzipSync, strToU8, zipSync } from 'fflate';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { ImportOptions } from '../../../preload/contract/vocabulary.ts';
import { idxPair, picture, type Files } from '../fixtures.ts';
import { LONG } from '../longTable.ts';
import { npy } from '../npyFixture.ts';

/** A small source of one reader, to be damaged. */
export interface FuzzCase {
  readonly name: string;
  readonly reader: string;
  readonly files: Files;
  /** The file given, or null for the folder. */
  readonly entry: string | null;
  readonly options: ImportOptions;
  /** The files that are damaged, one at a time. */
  readonly harmed: readonly string[];
}

const TABLE = `id,age,sex,city,answer\n${Array.from({ length: 12 }, (_, i) => `p${i},${20 + i},${i % 2 ? 'f' : 'm'},"Rome, ${i % 3}",${i % 2 ? 'yes' : 'no'}`).join('\n')}\n`;

function parquet(codec: 'SNAPPY' | 'GZIP'): Uint8Array {
  const column = <T>(make: (i: number) => T): T[] => Array.from({ length: 40 }, (_, i) => make(i));
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: 'x', data: column((i) => (i % 7 ? i / 3 : null)), type: 'DOUBLE' },
      { name: 'city', data: column((i) => (i % 3 ? 'Rome' : 'Oslo')), type: 'STRING' },
      { name: 'label', data: column((i) => i % 2 === 0), type: 'BOOLEAN' },
    ],
    codec,
    compressors: { GZIP: (bytes) => gzipSync(bytes) },
    rowGroupSize: 16,
  });
  return new Uint8Array(buffer);
}

/** At least one case for every reader but those of made data, whose bytes come with the app. */
export async function fuzzCases(): Promise<readonly FuzzCase[]> {
  const jpeg = await picture([200, 100, 50], { width: 24, height: 20, format: 'jpeg' });
  const png = await picture([20, 100, 250], { width: 24, height: 20 });
  const { images, labels } = idxPair(12);
  const cifar = Uint8Array.from({ length: 3 * 3073 }, (_, i) => (i % 3073 === 0 ? 1 : i % 251));
  const x = npy([4, 3, 2], Array.from({ length: 24 }, (_, i) => i));
  const people = 'subject,sex,answer\ns1,f,yes\ns2,m,no\ns3,,yes\ns4,m,no\n';
  const subjects = npy([4], ['s1', 's2', 's3', 's4'], '<U2');
  const zip = zipSync({ 'd/a/1.png': png, 'd/b/2.jpg': jpeg, 'd/b/3.txt': strToU8('no image') });
  return [
    { name: 'IDX', reader: 'idx', files: { 'x-images-idx3-ubyte': images, 'x-labels-idx1-ubyte': labels }, entry: null, options: {}, harmed: ['x-images-idx3-ubyte', 'x-labels-idx1-ubyte'] },
    { name: 'images', reader: 'imageFolder', files: { 'a/1.png': png, 'b/2.jpg': jpeg, 'labels.csv': 'file,class,sex\na/1.png,x,f\nb/2.jpg,y,m\n' }, entry: null, options: { size: 16, sensitive: ['sex'] }, harmed: ['a/1.png', 'b/2.jpg', 'labels.csv'] },
    { name: 'captions', reader: 'captions', files: { 'a.png': png, 'a.txt': 'a cat', 'b.jpg': jpeg, 'b.txt': 'zwei – ü' }, entry: null, options: { size: 16 }, harmed: ['a.png', 'a.txt', 'b.jpg', 'b.txt'] },
    { name: 'CSV', reader: 'tabular', files: { 't.csv': TABLE }, entry: 't.csv', options: { label: 'answer', sensitive: ['sex', 'age'] }, harmed: ['t.csv'] },
    { name: 'Parquet, Snappy', reader: 'tabular', files: { 't.parquet': parquet('SNAPPY') }, entry: 't.parquet', options: {}, harmed: ['t.parquet'] },
    { name: 'Parquet, gzip', reader: 'tabular', files: { 't.parquet': parquet('GZIP') }, entry: 't.parquet', options: {}, harmed: ['t.parquet'] },
    { name: 'series', reader: 'series', files: { 't.csv': LONG }, entry: 't.csv', options: { steps: 4 }, harmed: ['t.csv'] },
    { name: 'arrays', reader: 'arrays', files: { 'x.npy': x, 'subjects.npy': subjects, 'people.csv': people }, entry: null, options: { sensitive: ['sex'] }, harmed: ['x.npy', 'subjects.npy', 'people.csv'] },
    { name: '.npz', reader: 'arrays', files: { 'd.npz': zipSync({ 'x.npy': x, 'y.npy': npy([4], [0, 1, 0, 1], '|u1') }) }, entry: 'd.npz', options: {}, harmed: ['d.npz'] },
    { name: 'CIFAR', reader: 'cifar', files: { 'data_batch_1.bin': cifar, 'batches.meta.txt': 'cat\ndog\n' }, entry: null, options: {}, harmed: ['data_batch_1.bin', 'batches.meta.txt'] },
    { name: 'texts', reader: 'texts', files: { 'good.txt': 'eins\nzwei – ü\n', 'bad.txt': 'drei\n' }, entry: null, options: {}, harmed: ['good.txt', 'bad.txt'] },
    { name: 'JSON Lines', reader: 'texts', files: { 't.jsonl': '{"text":"fine","label":1}\n{"text":"bad","label":0}\n' }, entry: 't.jsonl', options: {}, harmed: ['t.jsonl'] },
    { name: 'zip', reader: 'imageFolder', files: { 'd.zip': zip }, entry: 'd.zip', options: { size: 16 }, harmed: ['d.zip'] },
  ];
} // prettier-ignore
