import { describe, expect, it } from 'vitest';
import { readers } from '../../main/data/dataset.ts';
import { fuzzCases } from './fuzz/cases.ts';
import { fuzzRound } from './fuzz/fuzz.ts';
import { fuzzInThread } from './fuzz/inThread.ts';

const cases = await fuzzCases();
const ROUNDS = 250;
const MADE = ['colouredDigits', 'madeMovement'];

describe('damaged sources', () => {
  it('are tried with every reader but those of made data, which read no foreign bytes', () => {
    const tried = new Set(cases.map(({ reader }) => reader));
    expect([...tried].sort()).toEqual(Object.keys(readers).filter((id) => !MADE.includes(id)));
  });

  it.each(cases.filter(({ name }) => !name.startsWith('Parquet')))('of $name end in rows or in a sentence', async (given) => {
    const tally = { whole: 0, partial: 0, refused: 0 };
    for (let round = 0; round < ROUNDS; round++) tally[await fuzzRound(given, round, 1)]++;
    expect(tally.whole + tally.partial).toBeGreaterThan(10);
    expect(tally.whole + tally.partial + tally.refused).toBe(ROUNDS);
  }); // prettier-ignore

  // One column's place in the file is damaged and so are its values: the failure of the second must not go unheard and end the process.
  it.each([156, 195])('of Parquet, damaged in two ways (round %i), are told of once', async (round) => {
    const given = cases.find(({ name }) => name === 'Parquet, Snappy');
    if (given === undefined) throw new Error('there is no such case');
    expect(await fuzzRound(given, round, 1)).toMatch(/^(partial|refused)$/);
  });

  // The library may loop without end on these: an import ends its thread then.
  it('of Parquet end in rows, in a sentence, or with the end of their thread', async () => {
    const { whole, partial, refused, stopped } = await fuzzInThread('Parquet, Snappy', 60, 1, 3000);
    expect(whole + partial + refused + stopped).toBe(60);
    expect(whole + partial).toBeGreaterThan(5);
    expect(stopped).toBeLessThan(6);
  }, 60_000);
});
