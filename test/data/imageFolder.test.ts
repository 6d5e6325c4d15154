import { symlinkSync } from 'node:fs';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { previewSource } from '../../main/data/dataset.ts';
import { auditTableOf, samplesOf, type StoredDataset } from '../../main/data/stored.ts';
import type { ImportOptions } from '../../preload/contract/vocabulary.ts';
import {
  bytesIn,
  folderWith,
  hugePng,
  importPath,
  picture,
  refusal,
  removeFolders,
  type Colour,
  type Files,
} from './fixtures.ts';

const RED: Colour = [200, 0, 0];
const GREEN: Colour = [0, 160, 0];
const BLUE: Colour = [0, 0, 240];
const NO_IMAGE = 'is not an image that can be read: JPEG, PNG, WebP, GIF, TIFF and AVIF are';
const ALL_PRETRAIN = { pretrain: 1, probeTrain: 0, validation: 0, audit: 0 };

afterAll(removeFolders);

async function pictures(paths: readonly string[], colour: Colour = RED): Promise<Files> {
  const bytes = await picture(colour);
  return Object.fromEntries(paths.map((path) => [path, bytes]));
}

async function firstPixel(stored: StoredDataset, name: string): Promise<readonly number[]> {
  const table = await auditTableOf(stored, 'pretrain');
  const index = table.indices[table.names.indexOf(name)] ?? -1;
  const grid = await samplesOf(stored, {
    split: 'pretrain',
    count: 1,
    seed: 0,
    indices: [index],
    group: null,
  });
  return [...grid.data.subarray(0, 3)];
}

describe('a folder of images', () => {
  it('takes labels from folders and pixels from PNG, JPEG and WebP', async () => {
    const folder = folderWith({
      'cat/1.png': await picture(RED),
      'cat/2.jpg': await picture(GREEN, { format: 'jpeg' }),
      'dog/ü 雪.webp': await picture(BLUE, { format: 'webp' }),
    });
    const { dataset, stored } = await importPath(folder, { splits: ALL_PRETRAIN });
    expect(dataset.reader).toBe('imageFolder');
    expect(dataset.shape).toEqual([16, 16, 3]);
    expect(dataset.targets).toEqual([{ name: 'folder', classes: ['cat', 'dog'], counts: [2, 1] }]);
    expect(await firstPixel(stored, 'cat/1.png')).toEqual(RED);
    for (const [name, colour] of [['cat/2.jpg', GREEN], ['dog/ü 雪.webp', BLUE]] as const) {
      const pixel = await firstPixel(stored, name);
      colour.forEach((value, i) => expect(Math.abs(value - (pixel[i] ?? -99))).toBeLessThan(8));
    } // prettier-ignore
  });

  it('turns images upright by EXIF, lays transparency on white, and stores no metadata', async () => {
    const half = await sharp({ create: { width: 16, height: 16, channels: 3, background: '#000' } })
      .composite([{ input: Buffer.from(await picture([255, 255, 255], { width: 16, height: 8 })), top: 0, left: 0 }])
      .jpeg({ quality: 100 })
      .withExif({ IFD0: { Copyright: 'SECRET-OWNER' } })
      .withMetadata({ orientation: 3 })
      .toBuffer();
    const glass = await sharp({ create: { width: 16, height: 16, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0 } } }).png().toBuffer();
    const folder = folderWith({ 'a/half.jpg': half, 'a/glass.png': glass });
    const { dataset, stored } = await importPath(folder, { splits: ALL_PRETRAIN });
    expect(half.includes('SECRET-OWNER')).toBe(true);
    expect((await firstPixel(stored, 'a/half.jpg'))[0]).toBeLessThan(10);
    expect(await firstPixel(stored, 'a/glass.png')).toEqual([255, 255, 255]);
    const bytes = await bytesIn(stored, dataset.manifest.samples);
    expect(bytes.length).toBe(2 * 16 * 16 * 3);
    expect(Buffer.from(bytes).includes('SECRET-OWNER')).toBe(false);
  }); // prettier-ignore

  it('cuts out the centre square and chooses the size from the median, at most 64', async () => {
    const wide = await sharp({ create: { width: 300, height: 100, channels: 3, background: '#000' } })
      .composite([{ input: Buffer.from(await picture(RED, { width: 100, height: 100 })), top: 0, left: 100 }])
      .png()
      .toBuffer();
    const { dataset, stored } = await importPath(folderWith({ 'a/wide.png': wide }), { splits: ALL_PRETRAIN }); // prettier-ignore
    expect(dataset.shape).toEqual([64, 64, 3]);
    const [red = 0, green] = await firstPixel(stored, 'a/wide.png');
    expect(Math.abs(red - RED[0])).toBeLessThan(12);
    expect(green).toBe(0);
    const small = await importPath(folderWith({ 'a/wide.png': wide }), { size: 20 });
    expect(small.dataset.shape).toEqual([20, 20, 3]);
  });

  it('reports every bad file as one row and imports the rest', async () => {
    const good = await picture(RED);
    const folder = folderWith({
      'a/good.png': good,
      'a/huge.png': await hugePng(60_000, 60_000),
      'a/zero.png': '',
      'a/text.jpg': 'this is no image',
      'a/cut.png': good.slice(0, good.length - 20),
      'a/drawing.png': '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
      'a/notes.txt': 'hello',
      'a/.hidden.png': 'x',
      'root.png': good,
    });
    const outside = folderWith({ 'secret.png': good });
    symlinkSync(`${outside}/secret.png`, `${folder}/a/link.png`);
    symlinkSync(outside, `${folder}/a/linked.png`);
    symlinkSync(`${folder}/a/good.png`, `${folder}/a/inside.png`);
    const { dataset } = await importPath(folder, { splits: ALL_PRETRAIN });
    expect(dataset.count).toBe(2);
    const reasons = Object.fromEntries(dataset.report.rejected.map(({ item, reason }) => [item, reason]));
    expect(reasons).toEqual({
      'a/huge.png': 'is 60000 x 60000 pixels, more than 64000000 in all',
      'a/zero.png': 'is empty',
      'a/text.jpg': NO_IMAGE,
      'a/cut.png': expect.stringMatching(/^(cannot be decoded|is not an image)/) as string,
      'a/drawing.png': NO_IMAGE,
      'a/notes.txt': 'is not an image file',
      'root.png': 'has no label: folder is empty',
      'a/link.png': 'is a link that leads out of the folder',
      'a/linked.png': 'is a link that leads out of the folder',
    });
  });

  it('reads label, subject and sensitive features from a table beside the images', async () => {
    const names = ['p/1.png', 'p/2.png', 'p/3.png', 'p/4.png', 'left-out.png'];
    const csv =
      '\uFEFFfile;label;sex;person\np/1.png;yes;female;anna\n2.png;no;;anna\np/3.png;yes;N/A;"bob; jr"\n4.png;no;male;\n'; // prettier-ignore
    const folder = folderWith({ ...(await pictures(names)), 'labels.csv': csv });
    const { dataset, stored } = await importPath(folder, { sensitive: ['sex'], subject: 'person', splits: ALL_PRETRAIN }); // prettier-ignore
    expect(dataset.targets).toEqual([{ name: 'label', classes: ['no', 'yes'], counts: [2, 2] }]);
    expect(dataset.sensitive).toEqual([
      { name: 'sex', source: 'unknown', values: ['female', 'male', 'unknown'], counts: [1, 1, 2] },
    ]);
    expect(dataset.subjects).toBe(3);
    expect(dataset.report.notes[0]).toBe('1 image that labels.csv does not name was left out.');
    expect(dataset.report.rejected).toEqual([{ item: 'left-out.png', reason: 'is not named in labels.csv' }]);
    const table = await auditTableOf(stored, 'pretrain');
    expect(table.names).toEqual(['p/1.png', 'p/2.png', 'p/3.png', 'p/4.png']);
    expect([...table.subjects]).toEqual([0, 0, 1, 2]);
    expect([...(table.sensitive[0]?.codes ?? [])]).toEqual([0, 2, 2, 1]);
  });

  it('opens the table itself; every row and image that does not fit is one row with its line', async () => {
    const csv = 'path,label\na.png,x\n../secret.png,x\n/etc/passwd,x\nmissing.png,x\na.png,y\n,x\nb.png,\n"b.png\nread.txt,x\nnul\0.png,x\nc.png,N/A\n'; // prettier-ignore
    const folder = folderWith({ ...(await pictures(['a.png', 'b.png', 'c.png', 'extra/d.png'])), 'read.txt': 'x', 'table.csv': csv }); // prettier-ignore
    const { dataset } = await importPath(`${folder}/table.csv`, { splits: ALL_PRETRAIN });
    expect(dataset.count).toBe(1);
    expect(dataset.report.rejected.map(({ item, reason }) => `${item} ${reason}`)).toEqual([
      'table.csv, line 9 has broken quotes',
      '../secret.png leads out of the folder (table.csv, line 3)',
      '/etc/passwd leads out of the folder (table.csv, line 4)',
      'missing.png does not exist in the folder (table.csv, line 5)',
      'a.png was named in line 2 already (table.csv, line 6)',
      'table.csv, line 7 names no file',
      'read.txt is not an image file (table.csv, line 10)',
      'nul\0.png is no path (table.csv, line 11)',
      'b.png has no label: label is empty (line 8)',
      'c.png has no label: label says "N/A" (line 12)',
      'extra/d.png is not named in table.csv',
    ]);
  });

  const quoted = ['"a, b"', '"say ""x"""', '"two\nlines"', 'é'];
  it.each([
    ['numbers', ['10', '2', '1.5', '-1'], ['-1', '1.5', '2', '10']],
    ['booleans', ['true', 'false', 'true', 'false'], ['false', 'true']],
    ['bits', ['1', '0', ' 1', '0 '], ['0', '1']],
    ['text with commas, quotes and line breaks', quoted, ['a, b', 'say "x"', 'two\nlines', 'é']],
  ])('takes %s as classes, also with a byte order mark and CRLF', async (_, values, classes) => {
    const names = ['1.png', '2.png', '3.png', '4.png'];
    const rows = names.map((name, i) => `${name},${values[i]}`);
    const csv = `\uFEFFfile,label\r\n${rows.join('\r\n')}\r\n`;
    const folder = folderWith({ ...(await pictures(names)), 'labels.csv': csv });
    const { dataset } = await importPath(folder, { splits: ALL_PRETRAIN });
    expect(dataset.targets[0]?.classes).toEqual(classes);
    expect(dataset.report).toMatchObject({ read: 4, rejected: [] });
  });

  it('reads a table without a header if its columns are named, and says so if they are not', async () => {
    const names = ['1.png', '2.png', '3.png'];
    const folder = folderWith({
      ...(await pictures(names)),
      'm.csv': '1.png;f;yes\n2.png;m;no\n3.png;m\n',
    });
    const columns = ['image', 'sex', 'answer'];
    const options = { columns, label: 'answer', sensitive: ['sex'], splits: ALL_PRETRAIN };
    const { dataset } = await importPath(folder, options);
    expect(dataset.targets[0]).toEqual({ name: 'answer', classes: ['no', 'yes'], counts: [1, 1] });
    expect(dataset.report.rejected).toEqual([
      { item: 'm.csv, line 3', reason: 'has 2 fields instead of 3' },
      { item: '3.png', reason: 'is not named in m.csv' },
    ]);
    const preview = await previewSource({ path: folder, reader: null, options });
    expect(preview.suggestion).toMatchObject({ columns, label: 'answer', sensitive: ['sex'] });
    const refused = await refusal(importPath(folder, { label: 'answer' }));
    expect(refused.message).toBe('m.csv has no header: its first line names the image 1.png.');
    expect(refused.hint).toContain('Name its 3 columns in order');
    const short = await refusal(importPath(folder, { ...options, columns: ['image', 'answer'] }));
    expect(short.message).toBe('2 columns were named, but line 1 of m.csv has 3 fields.');
  });

  it('reads fields of the file names, which count as annotated or inferred unless said otherwise', async () => {
    const names = ['25_0_1_x.png', '31_1_2_y.png', '7_1_0_z.png', '39_1_w.png'];
    const options = { pattern: '{age}_{gender}_{race}_*', label: 'gender', sensitive: ['race', 'age'], featureSources: { age: 'selfReported' }, splits: ALL_PRETRAIN } as const; // prettier-ignore
    const { dataset } = await importPath(folderWith(await pictures(names)), options);
    expect(dataset.targets[0]).toEqual({ name: 'gender', classes: ['0', '1'], counts: [1, 2] });
    expect(dataset.sensitive.map(({ name, source, values }) => ({ name, source, values }))).toEqual([
      { name: 'race', source: 'annotatedOrInferred', values: ['0', '1', '2', 'unknown'] },
      { name: 'age', source: 'selfReported', values: ['7', '25', '31', 'unknown'] },
    ]);
    expect(dataset.report.rejected).toEqual([
      { item: '39_1_w.png', reason: 'does not fit the pattern {age}_{gender}_{race}_*' },
    ]);
  });

  it('sets a test folder aside, and keeps a limit to the training images', async () => {
    const paths = [0, 1].flatMap((i) => [...'abcdefgh'].map((c) => `${i ? 'train' : 'test'}/${c < 'e' ? 'x' : 'y'}/${c}.png`)); // prettier-ignore
    const { dataset } = await importPath(folderWith(await pictures(paths)), { limit: 5 });
    expect([dataset.splits.audit, dataset.count]).toEqual([8, 13]);
  });

  const bads: readonly (readonly [string, () => Promise<Files>, ImportOptions, string])[] = [
    ['no image at all', () => Promise.resolve({ 'a.txt': 'x' }), {}, 'No label was chosen, and none can be told from folders or column names.'],
    ['only bad images', () => Promise.resolve({ 'a/x.png': 'x' }), {}, 'None of the 1 examples could be read.'],
    ['an unknown label', () => pictures(['a/1.png']), { label: 'foldr' }, 'There is no column foldr for the label.'],
    ['an unknown sensitive feature', () => pictures(['a/1.png']), { sensitive: ['sex'] }, 'There is no column sex for the sensitive feature.'],
    ['a manifest outside', () => pictures(['a/1.png']), { manifest: '../x.csv' }, 'The manifest ../x.csv lies outside FOLDER.'],
    ['a manifest that is not there', () => pictures(['a/1.png']), { manifest: 'x.csv' }, 'x.csv does not exist in FOLDER.'],
    ['a manifest without images', async () => ({ ...(await pictures(['a/1.png'])), 'm.csv': 'q,r\n1,2\n' }), {}, 'No column of m.csv names images of the folder.'],
    ['a manifest with a column twice', async () => ({ ...(await pictures(['1.png'])), 'm.csv': 'file,x,x\n1.png,2,3\n' }), {}, 'Column "x" appears twice in m.csv.'],
    ['a manifest that is not UTF-8', async () => ({ ...(await pictures(['1.png'])), 'm.csv': new Uint8Array([0xff, 0xfe, 0x66]) }), {}, 'm.csv is not text in UTF-8.'],
    ['shares that do not sum to 1', () => pictures(['a/1.png']), { splits: { ...ALL_PRETRAIN, audit: 1 } }, "The splits' shares are 1, 0, 0, 1 and sum to 2."],
  ]; // prettier-ignore

  it.each(bads)('refuses %s', async (_, files, options, message) => {
    const folder = folderWith(await files());
    const refused = await refusal(importPath(folder, options, 'imageFolder'));
    expect(refused.code).toBe('invalidData');
    expect(refused.message).toBe(message.replace('FOLDER', folder));
  });

  it('previews columns, a suggestion and thumbnails before anything is chosen', async () => {
    const names = Array.from({ length: 80 }, (_, i) => `${20 + (i % 5)}_${i % 2}_${i}.png`);
    const flat = await previewSource({ path: folderWith(await pictures(names)), reader: null, options: {} });
    expect(flat.suggestion).toMatchObject({ pattern: '{field1}_{field2}_*', size: 16 });
    expect(flat.thumbnails.count).toBe(32);
    expect(flat.columns.find((column) => column.name === 'field2')).toEqual({ name: 'field2', distinct: 2, examples: ['0', '1'], missing: 0 }); // prettier-ignore
    const csv = 'image,class,sex,subject_id\na/1.png,k,f,s1\na/2.png,k,,s2\n';
    const table = await previewSource({ path: folderWith({ ...(await pictures(['a/1.png', 'a/2.png'])), 'a/text.png': 'x', 'data.csv': csv }), reader: null, options: {} }); // prettier-ignore
    expect(table.suggestion).toEqual({ size: 16, label: 'class', sensitive: ['sex'], subject: 'subject_id', manifest: 'data.csv' }); // prettier-ignore
    expect(table.columns.find((column) => column.name === 'sex')).toEqual({ name: 'sex', distinct: 1, examples: ['f'], missing: 1 }); // prettier-ignore
    expect(table.problems).toEqual(['1 image that data.csv does not name was left out.']);
  });
});
