import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quantile } from '../../main/fairness/quantile.ts';
import { wilson } from '../../main/fairness/wilson.ts';

// Newcombe 1998, table I, method 3: Statistics in Medicine 17, 857-872.
test.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])('%i of %i has the published interval', (hits, n, low, high) => {
  const found = wilson(hits, n);
  expect(found?.[0]).toBeCloseTo(low, 4);
  expect(found?.[1]).toBeCloseTo(high, 4);
});

test('the interval holds the share, lies within 0..1 and mirrors', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(), (n, seed) => {
      const hits = seed % (n + 1);
      const [low, high] = wilson(hits, n) ?? [NaN, NaN];
      const [mirrored] = wilson(n - hits, n) ?? [NaN];
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(low).toBeLessThanOrEqual(hits / n);
      expect(high).toBeGreaterThanOrEqual(hits / n);
      expect(mirrored).toBeCloseTo(1 - high, 12);
    }),
  );
});

test('without rows there is no interval', () => {
  expect(wilson(0, 0)).toBeNull();
});

test('quantiles interpolate between order statistics as R and NumPy do', () => {
  const values = Float64Array.of(1, 2, 4, 8);
  expect([0, 0.25, 0.5, 0.75, 1].map((q) => quantile(values, q))).toEqual([1, 1.75, 3, 5, 8]);
  expect(quantile(new Float64Array(0), 0.5)).toBeNull();
});
