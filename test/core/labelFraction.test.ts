import { expect, it } from 'vitest';
import { labelledPlaces } from '../../main/core/labelFraction.ts';

const CODES = Int16Array.from({ length: 1000 }, (_, i) => (i % 10 === 0 ? 1 : i % 333 === 7 ? 2 : 0));
const counts = (places: Uint32Array): number[] =>
  [0, 1, 2].map((code) => places.filter((place) => CODES[place] === code).length);

it('takes the share of every class, and at least one of each', () => {
  const whole = counts(labelledPlaces(CODES, 1, 1));
  expect(counts(labelledPlaces(CODES, 0.1, 1))).toEqual([Math.round(0.1 * (whole[0] ?? 0)), 10, 1]);
  expect(counts(labelledPlaces(CODES, 0.01, 1))[2]).toBe(1);
});

it('follows from the seed, in order, and grows by adding', () => {
  const [small, same, large, other] = [
    labelledPlaces(CODES, 0.01, 3),
    labelledPlaces(CODES, 0.01, 3),
    labelledPlaces(CODES, 0.1, 3),
    labelledPlaces(CODES, 0.01, 4),
  ];
  expect(small).toEqual(same);
  expect(small).not.toEqual(other);
  expect([...small].every((place) => large.includes(place))).toBe(true);
  expect([...large]).toEqual([...large].sort((a, b) => a - b));
});
