import { describe, expect, it } from 'vitest';
import { Rng } from '../../main/core/rng.ts';
import { readCsv } from '../../main/data/csvTable.ts';
import { decodeImage } from '../../main/data/pixels.ts';
import { idx } from '../../main/data/readers/idx.ts';
import type { Reading } from '../../main/data/readers/reader.ts';
import { AppError } from '../../preload/contract/errors.ts';
import { gzip, idxPair, memorySource, picture } from './fixtures.ts';
import { mutated } from './fuzz/mutate.ts';

const ROUNDS = 2500;

async function outcome(work: () => Promise<number>): Promise<'partial' | 'refused'> {
  try {
    expect(await work()).toBeGreaterThanOrEqual(0);
    return 'partial';
  } catch (cause) {
    expect(cause).toBeInstanceOf(AppError);
    expect((cause as AppError).message).toMatch(/^\S.*\.$/su);
    expect((cause as AppError).hint).not.toBe('');
    return 'refused';
  }
}

async function countRows(reading: Reading): Promise<number> {
  let rows = 0;
  const size = reading.shape[0] * reading.shape[1] * reading.shape[2];
  for await (const row of reading.rows) {
    rows++;
    if (row.kind === 'example') expect(row.bytes).toHaveLength(size);
    if (row.kind === 'rejected') expect(row.reason).not.toBe('');
  }
  return rows;
}

describe('damaged files', () => {
  const { images, labels } = idxPair(40);
  const packed = { images: gzip(images), labels: gzip(labels) };

  it.each(['plain', 'gzip'] as const)('of IDX, %s, end in a sentence or a partial import', async (form) => {
    const rng = Rng.stream(1, `fuzz idx ${form}`);
    const whole = form === 'gzip' ? packed : { images, labels };
    const tally = { partial: 0, refused: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      const harmLabels = rng.below(2) === 0;
      const source = memorySource({
        'x-images-idx3-ubyte': harmLabels ? whole.images : mutated(whole.images, rng),
        'x-labels-idx1-ubyte': harmLabels ? mutated(whole.labels, rng) : whole.labels,
      });
      tally[await outcome(async () => countRows(await idx.read(source, {})))]++;
    }
    expect(tally.partial).toBeGreaterThan(50);
    expect(tally.refused).toBeGreaterThan(50);
  });

  it.each(['png', 'jpeg', 'webp'] as const)('of %s end in pixels or in a phrase', async (format) => {
    const rng = Rng.stream(1, `fuzz ${format}`);
    const whole = await picture([200, 100, 50], { width: 24, height: 20, format });
    const tally = { decoded: 0, refused: 0 };
    for (let round = 0; round < 300; round++) {
      const result = await decodeImage(mutated(whole, rng), 16).catch((cause: unknown) => cause as Error);
      if (result instanceof Error) expect(result.message).toMatch(/^(is|cannot) /);
      else expect(result.pixels).toHaveLength(16 * 16 * 3);
      tally[result instanceof Error ? 'refused' : 'decoded']++;
    }
    expect(tally.refused).toBeGreaterThan(20);
  });

  it('of CSV end in a sentence or in rows', async () => {
    const rng = Rng.stream(1, 'fuzz csv');
    const text = new TextEncoder().encode(
      'file,label,sex\n"a ""1"".png",x,f\nb.png,"y, z",m\r\nü.png,,\n'.repeat(3),
    );
    const tally = { partial: 0, refused: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      const source = memorySource({ 't.csv': mutated(text, rng) });
      tally[
        await outcome(async () => {
          const table = await readCsv(source, 't.csv');
          for (const row of table.rows) expect(row.values).toHaveLength(table.columns.length);
          return table.rows.length + table.rejected.length;
        })
      ]++;
    }
    expect(tally.partial).toBeGreaterThan(50);
    expect(tally.refused).toBeGreaterThan(50);
  });
});
