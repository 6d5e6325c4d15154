import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  apportion,
  cellsOf,
  colourTest,
  colourTraining,
  LEFT_OUT,
} from '../../main/data/readers/colouring.ts';

const DIGITS = Uint8Array.from({ length: 4000 }, (_, i) => (i * 7) % 10);

function table(digits: Uint8Array, colours: Uint8Array): number[][] {
  const cells = [
    [0, 0],
    [0, 0],
  ];
  colours.forEach((colour, i) => {
    const row = cells[(digits[i] ?? 0) >= 5 ? 1 : 0];
    if (row && colour !== LEFT_OUT) row[colour] = (row[colour] ?? 0) + 1;
  });
  return cells;
}

describe('the colours of training images', () => {
  it('hold the minority share over all and the correlation within each colour, to one image', () => {
    const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    const correlation = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(correlation, share, fc.nat(3000), fc.nat(99), (r, m, limit, seed) => {
        const colours = colourTraining(DIGITS, { correlation: r, minorityShare: m, limit, seed });
        const cells = table(DIGITS, colours);
        const first = (cells[0]?.[0] ?? 0) + (cells[1]?.[0] ?? 0);
        const second = (cells[0]?.[1] ?? 0) + (cells[1]?.[1] ?? 0);
        expect(Math.abs(second - m * (first + second))).toBeLessThanOrEqual(0.5001);
        expect(Math.abs((cells[0]?.[0] ?? 0) - r * first)).toBeLessThanOrEqual(0.5001);
        expect(Math.abs((cells[1]?.[1] ?? 0) - r * second)).toBeLessThanOrEqual(0.5001);
        if (limit > 0) expect(first + second).toBeLessThanOrEqual(limit);
      }),
      { numRuns: 300 },
    );
  });

  it('make label and colour independent at .5, whatever the share', () => {
    const [below, above] = cellsOf(1000, 0.5, 0.2);
    expect([below, above]).toEqual([
      [400, 100],
      [400, 100],
    ]);
  });

  it('are the same for the same seed and others for another', () => {
    const colouring = { correlation: 0.9, minorityShare: 0.5, limit: 0, seed: 1 };
    expect(colourTraining(DIGITS, colouring)).toEqual(colourTraining(DIGITS, colouring));
    expect(colourTraining(DIGITS, colouring)).not.toEqual(colourTraining(DIGITS, { ...colouring, seed: 2 }));
  });
});

describe('the colours of test images', () => {
  it('have the same share within every digit, to one image, and over all exactly', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.99, noNaN: true }), (share) => {
        const colours = colourTest(DIGITS, share);
        expect(colours.reduce((sum, colour) => sum + colour, 0)).toBe(Math.round(DIGITS.length * share));
        for (let digit = 0; digit < 10; digit++) {
          const own = colours.filter((_, i) => DIGITS[i] === digit);
          expect(Math.abs(own.reduce((sum, colour) => sum + colour, 0) - share * own.length)).toBeLessThan(1);
        }
      }),
    );
  });

  it('come from whole shares whose sum is right', () => {
    expect(apportion([10, 10, 10], 0.25)).toEqual([3, 3, 2]);
    expect(apportion([], 0.5)).toEqual([]);
  });
});
