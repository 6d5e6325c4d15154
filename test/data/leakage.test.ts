import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { Rng } from '../../main/core/rng.ts';
import { CopyIndex } from '../../main/data/leakage.ts';
import { differenceHash, greyThumbnail, hammingDistance } from '../../main/data/perceptualHash.ts';
import { folderWith, importPath, removeFolders, type Files } from './fixtures.ts';

afterAll(removeFolders);

/** A smooth picture of its own for every seed. */
async function scene(seed: number, format: 'png' | 'jpeg', side = 64): Promise<Uint8Array> {
  const rng = Rng.stream(seed, 'scene');
  const coarse = Uint8Array.from({ length: 6 * 6 * 3 }, () => rng.below(256));
  const image = sharp(coarse, { raw: { width: 6, height: 6, channels: 3 } }).resize(side, side, {
    kernel: 'cubic',
  });
  return new Uint8Array(await (format === 'png' ? image.png() : image.jpeg({ quality: 70 })).toBuffer());
}

const HALVES = { pretrain: 0.5, probeTrain: 0, validation: 0, audit: 0.5 };

describe('leakage between splits', () => {
  it('counts copies and near copies in other splits, and lists pairs', async () => {
    const files: Record<string, Uint8Array> = {};
    for (let i = 0; i < 20; i++) files[`train/a/${i}.png`] = await scene(i, 'png');
    for (let i = 0; i < 3; i++) files[`test/a/copy${i}.png`] = await scene(i, 'png');
    for (let i = 3; i < 7; i++) files[`test/a/near${i}.jpg`] = await scene(i, 'jpeg', 80);
    for (let i = 30; i < 36; i++) files[`test/a/other${i}.png`] = await scene(i, 'png');
    const { dataset } = await importPath(folderWith(files satisfies Files), { size: 64 });
    expect(dataset.report.leakage).toMatchObject({ subjects: 0, copies: 3, nearCopies: 4 });
    expect(dataset.report.leakage?.pairs).toHaveLength(7);
    expect(dataset.report.notes).toContain(
      '3 samples of one split repeat a sample of another exactly: what is measured there may be remembered rather than learnt.',
    );
    expect(dataset.report.notes).toContain(
      '4 samples of one split look nearly like a sample of another: what is measured there may be remembered rather than learnt.',
    );
  });

  it('counts equal rows of a table, and keeps silent where there are none', async () => {
    const rows = (n: number, same: boolean): string =>
      `x,label\n${Array.from({ length: n }, (_, i) => `${same ? 1 : i},${i % 2}`).join('\n')}`;
    const equal = await importPath(folderWith({ 't.csv': rows(20, true) }), { splits: HALVES });
    expect(equal.dataset.report.leakage?.copies).toBeGreaterThan(5);
    const own = await importPath(folderWith({ 't.csv': rows(20, false) }), { splits: HALVES });
    expect(own.dataset.report.leakage).toEqual({ subjects: 0, copies: 0, nearCopies: 0, pairs: [] });
  });

  it('finds subjects in two splits', () => {
    const index = new CopyIndex(null);
    for (let i = 0; i < 4; i++) index.add(Uint8Array.of(i));
    const splits = {
      pretrain: Uint32Array.of(0, 1),
      probeTrain: Uint32Array.of(2),
      validation: Uint32Array.of(3),
      audit: new Uint32Array(0),
    };
    expect(index.report(splits, Int32Array.of(0, 1, 1, 2)).subjects).toBe(1);
  });
});

describe('the difference hash', () => {
  it('compares each grey value with its right neighbour', () => {
    const rising = Uint8Array.from({ length: 9 * 8 }, (_, i) => i % 9);
    expect(differenceHash(greyThumbnail(rising, [8, 9, 1]))).toEqual([0xffffffff, 0xffffffff]);
    expect(differenceHash(greyThumbnail(rising.toReversed(), [8, 9, 1]))).toEqual([0, 0]);
  });

  it.each([
    [[0, 0], [0, 0], 0],
    [[1, 0], [0, 0], 1],
    [[0xffffffff, 0xf], [0, 0], 36],
    [[0x80000000, 0], [0x80000001, 2], 2],
  ] as const)('differs: %j and %j in %i bits', (a, b, bits) => {
    expect(hammingDistance(a, b)).toBe(bits);
  });
});
