import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { Rng } from '../../main/core/rng.ts';
import { previewSource } from '../../main/data/dataset.ts';
import { auditTableOf, samplesOf } from '../../main/data/stored.ts';
import type { ImportOptions } from '../../preload/contract/vocabulary.ts';
import {
  bytesIn,
  folderWith,
  gzip,
  idxFile,
  idxPair,
  importPath,
  refusal,
  removeFolders,
  type Files,
} from './fixtures.ts';

const IMAGES = 'train-images-idx3-ubyte';
const LABELS = 'train-labels-idx1-ubyte';
const { images, labels } = idxPair(30);
const flipped = (bytes: Uint8Array, at: number): Uint8Array =>
  bytes.map((byte, i) => (i === at ? byte ^ 0x55 : byte));

afterAll(removeFolders);

interface Good {
  readonly what: string;
  readonly files: Files;
  readonly options?: ImportOptions;
  readonly count: number;
  readonly shape: readonly number[];
  readonly rejected?: readonly { item: string; reason: string }[];
}

const goods: readonly Good[] = [
  { what: 'plain files', files: { [IMAGES]: images, [LABELS]: labels }, count: 30, shape: [4, 4, 1] },
  {
    what: 'gzip files',
    files: { [`${IMAGES}.gz`]: gzip(images), [`${LABELS}.gz`]: gzip(labels) },
    count: 30,
    shape: [4, 4, 1],
  },
  {
    what: 'gzip without the extension, known by its first bytes',
    files: { [IMAGES]: gzip(images), [LABELS]: labels },
    count: 30,
    shape: [4, 4, 1],
  },
  {
    what: 'labels given by name',
    files: { 'images.idx3': images, 'answers.idx1': labels },
    options: { labels: 'answers.idx1' },
    count: 30,
    shape: [4, 4, 1],
  },
  {
    what: 'colour images brought to another size',
    files: {
      'images.idx4': idxFile(
        [6, 8, 3],
        Array.from({ length: 10 }, () => Array<number>(144).fill(9)),
      ),
      'labels.idx1': idxPair(10).labels,
    },
    options: { size: 8 },
    count: 10,
    shape: [8, 8, 3],
  },
  {
    what: 'a limit',
    files: { [IMAGES]: images, [LABELS]: labels },
    options: { limit: 12 },
    count: 12,
    shape: [4, 4, 1],
  },
  {
    what: 'an image file that is cut off: what is there is read',
    files: { [IMAGES]: images.subarray(0, 16 + 16 * 20 + 5), [LABELS]: labels },
    count: 20,
    shape: [4, 4, 1],
    rejected: [{ item: IMAGES, reason: 'ends after 20 of 30 items' }],
  },
  {
    what: 'a label file that is cut off: images without label are rejected',
    files: { [IMAGES]: images, [LABELS]: labels.subarray(0, 8 + 28) },
    count: 28,
    shape: [4, 4, 1],
    rejected: [28, 29].map((i) => ({
      item: `${IMAGES}#${i}`,
      reason: `has no label: ${LABELS} ends before it`,
    })),
  },
  {
    what: 'surplus bytes at the end',
    files: { [IMAGES]: new Uint8Array([...images, 1, 2, 3]), [LABELS]: labels },
    count: 30,
    shape: [4, 4, 1],
    rejected: [{ item: IMAGES, reason: 'holds more bytes than it announces' }],
  },
];

const bads: readonly { what: string; files: Files; options?: ImportOptions; message: string }[] = [
  {
    what: 'a wrong magic number',
    files: { [IMAGES]: flipped(images, 0), [LABELS]: labels },
    message: `FOLDER holds no IDX file of images.`,
  },
  {
    what: 'no labels',
    files: { [IMAGES]: images },
    message: `No labels were found for ${IMAGES}.`,
  },
  {
    what: 'labels that are not IDX',
    files: { [IMAGES]: images, [LABELS]: 'cat\ndog\n' },
    message: `${LABELS} is not an IDX file: it starts with 63 61 74 0a.`,
  },
  {
    what: 'labels of floats',
    files: { [IMAGES]: images, [LABELS]: labels.map((byte, i) => (i === 2 ? 0x0d : byte)) },
    message: `${LABELS} holds IDX values of type 0x0d.`,
  },
  {
    what: 'another number of labels',
    files: { [IMAGES]: images, [LABELS]: idxPair(29).labels },
    message: `${IMAGES} announces 30 images, but ${LABELS} 29 labels.`,
  },
  {
    what: 'images as labels',
    files: { [IMAGES]: images, [LABELS]: images },
    message: `${LABELS} holds no labels but items of shape 4 x 4.`,
  },
  {
    what: 'an empty label file',
    files: { [IMAGES]: images, [LABELS]: '' },
    message: `${LABELS} ends within its header.`,
  },
  {
    what: 'huge dimensions of labels',
    files: { [IMAGES]: images, [LABELS]: idxFile([], [[1]], 4_000_000_000) },
    message: `${LABELS} announces 4000000000 values.`,
  },
  {
    what: 'labels with a wrong checksum',
    files: { [IMAGES]: images, [LABELS]: flipped(gzip(labels), gzip(labels).length - 8) },
    message: `${LABELS} is damaged: its gzip data cannot be unpacked.`,
  },
  {
    what: 'gzip that is none after its first bytes',
    files: { [IMAGES]: images, [LABELS]: new Uint8Array([0x1f, 0x8b, 9, 9, 9, 9]) },
    message: `${LABELS} is damaged: its gzip data cannot be unpacked.`,
  },
  {
    what: 'gzip that would unpack to far more than it is',
    files: { 'images.idx3.gz': gzip(idxFile([4000, 4000], [[0]], 1000)), 'labels.idx1': labels },
    message: 'images.idx3.gz would unpack to 16000000000 bytes, more than 250 times its size.',
  },
  {
    what: 'labels outside the folder',
    files: { [IMAGES]: images },
    options: { labels: '../../etc/passwd' },
    message: 'The file of labels ../../etc/passwd lies outside FOLDER.',
  },
  {
    what: 'pairs of different shapes',
    files: { [IMAGES]: images, [LABELS]: labels, 't10k-images-idx3-ubyte': idxPair(5, 5).images, 't10k-labels-idx1-ubyte': idxPair(5).labels },
    message: `t10k-images-idx3-ubyte and ${IMAGES} hold images of different shapes.`,
  },
  {
    what: 'no images at all in the files',
    files: { [IMAGES]: idxFile([4, 4], []), [LABELS]: idxFile([], []) },
    message: 'The source holds no examples.',
  },
]; // prettier-ignore

describe('IDX', () => {
  it.each(goods)('imports $what', async ({ files, options, count, shape, rejected }) => {
    const { dataset } = await importPath(folderWith(files), options ?? {}, 'idx');
    expect(dataset.count).toBe(count);
    expect(dataset.shape).toEqual(shape);
    expect(dataset.report.rejected).toEqual(rejected ?? []);
  });

  it.each(bads)('refuses $what', async ({ files, options, message }) => {
    const folder = folderWith(files);
    const refused = await refusal(importPath(folder, options ?? {}, 'idx'));
    expect(refused.code).toBe('invalidData');
    expect(refused.message).toBe(message.replace('FOLDER', folder));
    expect(refused.hint).not.toBe('');
  });

  it.each([
    ['a wrong checksum', (packed: Uint8Array) => flipped(packed, packed.length - 8)],
    ['an end that is missing', (packed: Uint8Array) => packed.slice(0, -4000)],
    [
      'damage in the middle',
      (packed: Uint8Array) => packed.map((byte, i) => (i > packed.length / 2 ? 255 : byte)),
    ],
  ])('imports what comes before the damage of packed images with %s', async (_, harm) => {
    const noise = idxPair(20_000);
    const rng = Rng.stream(1, 'noise');
    noise.images.forEach((_byte, i) => i >= 16 && (noise.images[i] = rng.below(256)));
    const folder = folderWith({ [IMAGES]: harm(gzip(noise.images)), [LABELS]: noise.labels });
    const { dataset } = await importPath(folder);
    expect(dataset.count).toBeGreaterThan(5000);
    expect(dataset.report.rejected).toHaveLength(1);
    expect(dataset.report.rejected[0]?.item).toBe(IMAGES);
    expect(dataset.report.rejected[0]?.reason).toMatch(
      /^(is damaged after \d+ of 20000 items|does not match its checksum)/,
    );
  });

  it('refuses packed labels that are damaged near their end', async () => {
    const { images: many, labels: theirs } = idxPair(20_000);
    const mixed = theirs.map((byte, i) => (i < 8 ? byte : (i * 2654435761) >>> 24));
    const packed = gzip(mixed);
    const folder = folderWith({ [IMAGES]: many, [LABELS]: flipped(packed, packed.length - 6) });
    expect((await refusal(importPath(folder))).message).toMatch(
      /^train-labels-idx1-ubyte (is damaged after|does not match)/,
    );
  });

  it('stores pixels, labels and names as they are in the files', async () => {
    const { dataset, stored } = await importPath(folderWith({ [IMAGES]: images, [LABELS]: labels }));
    expect(dataset.reader).toBe('idx');
    expect(await bytesIn(stored, dataset.manifest.samples)).toEqual(images.slice(16));
    expect(dataset.targets).toEqual([{ name: 'label', classes: ['0', '1', '2'], counts: [10, 10, 10] }]);
    const names = new TextDecoder().decode(await bytesIn(stored, dataset.manifest.names)).split('\n');
    expect([names[0], names[29], names.length]).toEqual([`${IMAGES}#0`, `${IMAGES}#29`, 31]);
  });

  it('gives plain and packed files the same digest', async () => {
    const plain = await importPath(folderWith({ [IMAGES]: images, [LABELS]: labels }));
    const packed = await importPath(folderWith({ [`${IMAGES}.gz`]: gzip(images), [`${LABELS}.gz`]: gzip(labels) })); // prettier-ignore
    expect(packed.dataset.digest).toBe(plain.dataset.digest);
  });

  it('sets files called t10k or test aside as audit split', async () => {
    const test = idxPair(7);
    const folder = folderWith({ [IMAGES]: images, [LABELS]: labels, 't10k-images-idx3-ubyte': test.images, 't10k-labels-idx1-ubyte': test.labels }); // prettier-ignore
    const { dataset, stored } = await importPath(folder);
    expect(dataset.splits.audit).toBe(7);
    const table = await auditTableOf(stored, 'audit');
    expect(table.names[0]).toBe('t10k-images-idx3-ubyte#0');
    expect([...(table.targets[0]?.codes ?? [])]).toEqual([0, 1, 2, 0, 1, 2, 0]);
    const grid = await samplesOf(stored, { split: 'audit', count: 1, seed: 0, indices: [0], group: null });
    expect([...grid.data]).toEqual([...test.images.slice(16, 32)]);
  });

  it('reads the file of images itself, and previews it', async () => {
    const folder = folderWith({ [IMAGES]: images, [LABELS]: labels, 'other-images-idx3-ubyte': images });
    const preview = await previewSource({ path: `${folder}/${IMAGES}`, reader: null, options: {} });
    expect([preview.reader, preview.count, preview.thumbnails.count]).toEqual(['idx', 30, 30]);
    expect(preview.columns).toEqual([{ name: 'label', distinct: 3, examples: ['0', '1', '2'], missing: 0 }]);
  });

  const fashion = new URL('../../../shared/data/fashion-mnist', import.meta.url).pathname;
  const here = existsSync(fashion);
  if (!here) console.log(`skipped: Fashion-MNIST import, because ${fashion} does not exist`);
  it.skipIf(!here)('imports Fashion-MNIST', async () => {
    const { dataset } = await importPath(fashion);
    expect([dataset.count, dataset.splits.audit, dataset.shape]).toEqual([70_000, 10_000, [28, 28, 1]]);
    expect(dataset.targets[0]?.counts).toEqual(Array(10).fill(7000));
    expect(dataset.report.rejected).toEqual([]);
  });
});
