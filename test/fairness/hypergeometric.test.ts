import { expect, test } from 'vitest';
import { Rng } from '../../main/core/rng.ts';
import { hypergeometric, logFactorials } from '../../main/fairness/hypergeometric.ts';

function choose(n: number, k: number): number {
  let product = 1;
  for (let i = 1; i <= k; i++) product *= (n - k + i) / i;
  return k < 0 || k > n ? 0 : product;
}

test.each([
  [10, 4, 5],
  [40, 30, 12],
  [200, 7, 150],
])('draws out of %i with %i marked and %i drawn follow the exact probabilities', (total, marked, drawn) => {
  const rng = Rng.stream(1, `${total}`);
  const table = logFactorials(total);
  const times = 40_000;
  const seen = new Map<number, number>();
  for (let i = 0; i < times; i++) {
    const k = hypergeometric(rng, total, marked, drawn, table);
    seen.set(k, (seen.get(k) ?? 0) + 1);
  }
  for (let k = 0; k <= Math.min(marked, drawn); k++) {
    const p = (choose(marked, k) * choose(total - marked, drawn - k)) / choose(total, drawn);
    const error = 4.5 * Math.sqrt((p * (1 - p)) / times) + 1e-9;
    expect(Math.abs((seen.get(k) ?? 0) / times - p), `k = ${k}`).toBeLessThanOrEqual(error + 1 / times);
  }
});

test('what is certain is not drawn', () => {
  const rng = Rng.stream(2, 'certain');
  const before = rng.state();
  const table = logFactorials(10);
  expect([
    hypergeometric(rng, 10, 0, 5, table),
    hypergeometric(rng, 10, 10, 5, table),
    hypergeometric(rng, 10, 4, 10, table),
  ]).toEqual([0, 5, 4]);
  expect(rng.state()).toEqual(before);
});

test('large counts keep their mean and variance', () => {
  const rng = Rng.stream(3, 'large');
  const [total, marked, drawn] = [1_000_000, 300_000, 400_000];
  const table = logFactorials(total);
  const values = Array.from({ length: 2000 }, () => hypergeometric(rng, total, marked, drawn, table));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const share = marked / total;
  const exact = drawn * share * (1 - share) * ((total - drawn) / (total - 1));
  expect(Math.abs(mean - drawn * share)).toBeLessThan(4 * Math.sqrt(exact / 2000));
  expect(variance / exact).toBeGreaterThan(0.87);
  expect(variance / exact).toBeLessThan(1.13);
});
