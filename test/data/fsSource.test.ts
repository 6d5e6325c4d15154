import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openSource } from '../../main/data/fsSource.ts';
import { joinWithin, readWhole } from '../../main/data/source.ts';
import { folderWith, refusal, removeFolders } from './fixtures.ts';

afterAll(removeFolders);

describe('joinWithin', () => {
  it.each([
    ['', 'a.png', 'a.png'],
    ['x', 'a.png', 'x/a.png'],
    ['x', '../a.png', 'a.png'],
    ['x', './y//z\\a.png', 'x/y/z/a.png'],
    ['x', '../../a.png', null],
    ['', '..', null],
    ['', '/etc/passwd', null],
    ['', '\\\\server\\share', null],
    ['', 'C:\\x', null],
    ['', 'a\0b', null],
    ['', '', null],
  ])('%j with %j gives %j', (folder, path, expected) => {
    expect(joinWithin(folder, path)).toBe(expected);
  });
});

describe('a folder as a source', () => {
  const outside = folderWith({ 'secret.txt': 'secret' });
  const folder = folderWith({ 'b.txt': 'bee', 'a/1.txt': 'one', 'a/.hidden': 'x', 'Ü/雪.txt': 'snow' });
  symlinkSync(join(outside, 'secret.txt'), join(folder, 'leak.txt'));
  symlinkSync(outside, join(folder, 'leaks'));
  symlinkSync(join(folder, 'a'), join(folder, 'loop'));
  symlinkSync(join(folder, 'b.txt'), join(folder, 'also-b.txt'));
  symlinkSync(join(folder, 'gone'), join(folder, 'broken.txt'));

  it('lists files by path, with what is wrong with them, and follows no link to a folder', async () => {
    const entries = await (await openSource(folder)).list();
    expect(entries.map(({ path, problem }) => [path, problem])).toEqual([
      ['a/1.txt', null],
      ['also-b.txt', null],
      ['b.txt', null],
      ['broken.txt', 'is not a regular file'],
      ['leak.txt', 'is a link that leads out of the folder'],
      ['leaks', 'is a link that leads out of the folder'],
      ['loop', 'is not a regular file'],
      ['Ü/雪.txt', null],
    ]);
  });

  it('reads whole files, ranges and streams', async () => {
    const source = await openSource(folder);
    const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
    expect(text(await readWhole(source, 'Ü/雪.txt', 100))).toBe('snow');
    expect(text(await source.read('b.txt', 1, 10))).toBe('ee');
    expect(await source.read('b.txt', 9, 10)).toHaveLength(0);
    const pieces: Uint8Array[] = [];
    for await (const piece of source.stream('a/1.txt')) pieces.push(piece);
    expect(text(Buffer.concat(pieces))).toBe('one');
  });

  it.each([
    ['leak.txt', 'leak.txt is a link that leads out of the folder.'],
    ['leaks/secret.txt', 'leaks/secret.txt is a link that leads out of the folder.'],
    ['../x', `../x does not exist in ${folder}.`],
    ['a/../b.txt', `a/../b.txt does not exist in ${folder}.`],
    ['none', `none does not exist in ${folder}.`],
    ['a', `a does not exist in ${folder}.`],
  ])('does not open %s', async (path, message) => {
    const source = await openSource(folder);
    expect(await refusal(source.read(path, 0, 1))).toMatchObject({ code: 'invalidData', message });
    expect(await refusal(readWhole(source, path, 1))).toMatchObject({ code: 'invalidData', message });
  });

  it('refuses a file larger than asked for', async () => {
    const refused = await refusal(readWhole(await openSource(folder), 'b.txt', 2));
    expect(refused.message).toBe('b.txt has 3 bytes; at most 2 are read.');
  });

  it('takes paths given by the user only if they lie within', async () => {
    const source = await openSource(folder);
    expect(source.within(join(folder, 'a', '1.txt'))).toBe('a/1.txt');
    expect(source.within('a/1.txt')).toBe('a/1.txt');
    expect(source.within(join(outside, 'secret.txt'))).toBeNull();
    expect(source.within('../x')).toBeNull();
  });

  it('shows the siblings of a single file, but not what lies in folders', async () => {
    const source = await openSource(join(folder, 'b.txt'));
    expect(source.entry).toBe('b.txt');
    expect((await source.list()).map((entry) => entry.path)).not.toContain('a/1.txt');
  });

  it('refuses folders that are too deep, and what is not there', async () => {
    const deep = folderWith({});
    mkdirSync(join(deep, ...Array<string>(40).fill('d')), { recursive: true });
    expect((await refusal((await openSource(deep)).list())).message).toMatch(/more than 32 folders deep\.$/);
    expect((await refusal(openSource(join(folder, 'nowhere')))).message).toMatch(/is neither a file nor a folder/); // prettier-ignore
    expect((await refusal(openSource('builtin:nothing'))).message).toBe('There is no built-in data set builtin:nothing.'); // prettier-ignore
  });
});
