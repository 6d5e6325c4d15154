import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { auditTableOf } from '../../main/data/stored.ts';
import { folderWith, hugePng, importPath, picture, refusal, removeFolders } from './fixtures.ts';

afterAll(removeFolders);

const ALL_PRETRAIN = { pretrain: 1, probeTrain: 0, validation: 0, audit: 0 };

/** A zip file whose first entry says another thing than it is: bytes at an offset from its central directory are replaced. */
function forged(zip: Uint8Array, offset: number, bytes: readonly number[]): Uint8Array {
  const copy = Buffer.from(zip);
  const at = copy.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
  copy.set(bytes, at + offset);
  return new Uint8Array(copy);
}

describe('hostile sources', () => {
  it('that are zip bombs are refused file by file, and as a whole where files overlap', async () => {
    const zeros = zipSync({
      'a/1.png': await picture([1, 2, 3]),
      'b/bomb.png': [new Uint8Array(64 << 20), { level: 9 }],
    });
    const announced = Buffer.from(zeros);
    // The second entry of the directory says 4 GiB less 1 unpacked.
    const second = announced.indexOf(
      Buffer.from([0x50, 0x4b, 0x01, 0x02]),
      announced.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02])) + 4,
    );
    announced.writeUInt32LE(0xfffffffe, second + 24);
    const { dataset } = await importPath(join(folderWith({ 'd.zip': announced }), 'd.zip'), { size: 16 });
    expect(dataset.count).toBe(1);
    expect(dataset.report.rejected[0]).toMatchObject({ item: 'b/bomb.png' });
    expect(dataset.report.rejected[0]?.reason).toMatch(
      /^would unpack to 4294967294 bytes, more than 1000 times its size$/,
    );
    const overlapping = forged(
      zipSync({ 'a/1.png': await picture([1, 2, 3]) }),
      20,
      [0xff, 0xff, 0xff, 0x0f],
    );
    const refused = await refusal(importPath(join(folderWith({ 'd.zip': overlapping }), 'd.zip')));
    expect(refused.message).toMatch(/d\.zip (says that it holds|cannot be read)/);
  });

  it('with paths that lead out of an archive are refused', async () => {
    const zip = zipSync({ '../../etc/passwd.png': strToU8('x') });
    const refused = await refusal(importPath(join(folderWith({ 'd.zip': zip }), 'd.zip')));
    expect(refused.message).toBe(
      'd.zip cannot be read as a zip archive (invalid relative path: ../../etc/passwd.png).',
    );
    const absolute = zipSync({ '/etc/x.png': strToU8('x') });
    expect((await refusal(importPath(join(folderWith({ 'd.zip': absolute }), 'd.zip')))).message).toMatch(
      /absolute path: \/etc/,
    );
  });

  it('with links in a folder or an archive import the rest', async () => {
    const secret = folderWith({ 'secret.png': await picture([1, 2, 3]) });
    const folder = folderWith({ 'a/1.png': await picture([1, 2, 3]) });
    symlinkSync(join(secret, 'secret.png'), join(folder, 'a/2.png'));
    const { dataset } = await importPath(folder);
    expect(dataset.report.rejected).toEqual([
      { item: 'a/2.png', reason: 'is a link that leads out of the folder' },
    ]);
    const zip = zipSync({
      'b/2.png': [strToU8('/etc/passwd'), { os: 3, attrs: 0xa1ff << 16 }],
      'a/1.png': await picture([1, 2, 3]),
    });
    const packed = await importPath(join(folderWith({ 'd.zip': zip }), 'd.zip'));
    expect(packed.dataset.report.rejected).toEqual([
      { item: 'b/2.png', reason: 'is a link within an archive' },
    ]);
  });

  it('with an image of 60,000 x 60,000 import the rest', async () => {
    const folder = folderWith({
      'a/1.png': await picture([1, 2, 3]),
      'a/huge.png': await hugePng(60_000, 60_000),
    });
    const { dataset } = await importPath(folder);
    expect(dataset.report.rejected).toEqual([
      { item: 'a/huge.png', reason: 'is 60000 x 60000 pixels, more than 64000000 in all' },
    ]);
  });

  it('with formulas, right-to-left names and control characters keep them as plain values', async () => {
    const text = 'x,label\n1,=1+1\n2,+cmd|calc\n3,-2+3\n4,@SUM(A1)\n5,"‮evil"\n6,=1+1\n';
    const folder = folderWith({ 'שם ‮.csv': text });
    const { dataset, stored } = await importPath(join(folder, 'שם ‮.csv'), {
      label: 'label',
      splits: ALL_PRETRAIN,
    });
    // Nothing is evaluated on the way in; exports put an apostrophe before such cells.
    expect(dataset.targets[0]?.classes).toEqual(['+cmd|calc', '-2+3', '=1+1', '@SUM(A1)', '‮evil']);
    expect((await auditTableOf(stored, 'pretrain')).names[0]).toBe('שם ‮.csv#2');
    const nul = folderWith({});
    writeFileSync(join(nul, 't.csv'), 'x,label\n1,a\u0000b\n2,c\n');
    expect((await importPath(join(nul, 't.csv'), { label: 'label' })).dataset.count).toBe(2);
  });

  it('with invalid UTF-8 or a column twice say so', async () => {
    const latin = Buffer.from('x,label\n1,caf\xe9\n', 'latin1');
    expect((await refusal(importPath(join(folderWith({ 't.csv': latin }), 't.csv')))).message).toBe(
      't.csv is not text in UTF-8.',
    );
    const { dataset } = await importPath(join(folderWith({ 't.csv': 'x,x,label\n1,2,a\n3,4,b\n' }), 't.csv'));
    expect(dataset.report.notes).toContain('Column x appears more than once; another is called x (2).');
  });
});
