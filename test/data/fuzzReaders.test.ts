import { describe, expect, it } from 'vitest';
import { readers } from '../../main/data/dataset.ts';
import { fuzzCases } from './fuzz/cases.ts';
import { fuzzRound } from './fuzz/fuzz.ts';
import { fuzzInThread } from './fuzz/inThread.ts';

const cases = await fuzzCases();
const ROUNDS = 250;

describe('damaged sources', () => {
  it('are tried with every reader but that of the built-in data', () => {
    const tried = new Set(cases.map(({ reader }) => reader));
    expect([...tried].sort()).toEqual(Object.keys(readers).filter((id) => id !== 'colouredDigits'));
  });

  it.each(cases.filter(({ name }) => !name.startsWith('Parquet')))('of $name end in rows or in a sentence', async (given) => {
    const tally = { partial: 0, refused: 0 };
    for (let round = 0; round < ROUNDS; round++) tally[await fuzzRound(given, round, 1)]++;
    expect(tally.partial).toBeGreaterThan(10);
    expect(tally.partial + tally.refused).toBe(ROUNDS);
  }); // prettier-ignore

  // The library may loop without end on these: an import ends its thread then.
  it('of Parquet end in rows, in a sentence, or with the end of their thread', async () => {
    const { partial, refused, stopped } = await fuzzInThread('Parquet, Snappy', 60, 1, 3000);
    expect(partial + refused + stopped).toBe(60);
    expect(partial).toBeGreaterThan(5);
    expect(stopped).toBeLessThan(6);
  }, 60_000);
});
