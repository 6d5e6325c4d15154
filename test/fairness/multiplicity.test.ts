import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bcaInterval } from '../../main/fairness/bca.ts';
import { cautiousError, detectableDifference } from '../../main/fairness/detectable.ts';
import { expandedLevel, expandedP } from '../../main/fairness/expanded.ts';
import { benjaminiHochberg, holm } from '../../main/fairness/multiplicity.ts';
import { normalProbability, normalQuantile } from '../../main/fairness/normal.ts';
import { simultaneousIntervals } from '../../main/fairness/simultaneous.ts';

/** numpy and scipy: norm.ppf, norm.cdf and numpy.quantile on the same draws and leave-outs. */
const BCA = [0.6141450115200264, 2.328514017270831] as const;

const p = [0.01, null, 0.04, 0.03, 0.005, 0.9];

test('Holm and Benjamini-Hochberg equal R’s p.adjust; an unknown p-value stays unknown and does not count', () => {
  const round = (values: readonly (number | null)[]): readonly (number | null)[] =>
    values.map((value) => (value === null ? null : Number(value.toFixed(12))));
  // p.adjust(c(.01, .04, .03, .005, .9), "holm") and "BH" of R 4.3.
  expect(round(holm(p))).toEqual([0.04, null, 0.09, 0.09, 0.025, 0.9]);
  expect(round(benjaminiHochberg(p))).toEqual([0.025, null, 0.05, 0.05, 0.025, 0.9]);
});

test('adjusted p-values are never below the raw ones, keep their order, and Holm is the stricter', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (raw) => {
      const [strict, loose] = [holm(raw), benjaminiHochberg(raw)];
      raw.forEach((value, at) => {
        expect(loose[at]).toBeGreaterThanOrEqual(value - 1e-15);
        expect(strict[at]).toBeGreaterThanOrEqual((loose[at] ?? 0) - 1e-12);
        raw.forEach((other, next) => {
          if (value < other) expect(strict[at]).toBeLessThanOrEqual(strict[next] ?? 1);
        });
      });
    }),
  );
});

test('normal probabilities and quantiles equal published values', () => {
  expect(normalProbability(1.959963984540054)).toBeCloseTo(0.975, 14);
  expect(normalProbability(-3)).toBeCloseTo(0.0013498980316301, 14);
  expect(normalProbability(-8) / 6.220960574271785e-16).toBeCloseTo(1, 10);
  for (const share of [1e-8, 0.001, 0.02, 0.3, 0.5, 0.8, 0.9999])
    expect(normalProbability(normalQuantile(share)) / share).toBeCloseTo(1, 10);
});

test('the BCa interval equals one computed by scipy.stats.bootstrap’s formula', () => {
  const draws = Float64Array.from({ length: 999 }, (_, at) => Math.exp(normalQuantile((at + 1) / 1000) / 3));
  const leaveOuts = Float64Array.from(
    { length: 40 },
    (_, at) => 1 - Math.exp(normalQuantile((at + 0.5) / 40)) / 40,
  );
  const interval = bcaInterval(1.05, draws, leaveOuts);
  expect(interval?.[0]).toBeCloseTo(BCA[0], 9);
  expect(interval?.[1]).toBeCloseTo(BCA[1], 9);
});

test('there is no BCa interval where it is not defined', () => {
  const draws = Float64Array.from({ length: 100 }, (_, at) => at / 100);
  const leaveOuts = Float64Array.of(0.4, 0.5, 0.7);
  expect(bcaInterval(0.5, draws, leaveOuts)).not.toBeNull();
  expect(bcaInterval(2, draws, leaveOuts)).toBeNull();
  expect(bcaInterval(0.5, draws, Float64Array.of(0.5, 0.5))).toBeNull();
  expect(bcaInterval(0.5, draws.with(3, NaN), leaveOuts)).toBeNull();
});

test('simultaneous intervals of one value are its own; of several they are wider, by its own error each', () => {
  const draws = [1, 2, 3].map((step) =>
    Float64Array.from(
      { length: 1000 },
      (_, at) => normalQuantile((((at * (2 * step + 1) * 37) % 1000) + 0.5) / 1000) * step,
    ),
  );
  const values = draws.map((own) => ({ value: 0, draws: own }));
  const [alone] = simultaneousIntervals(values.slice(0, 1));
  const all = simultaneousIntervals(values);
  expect(alone?.[1]).toBeCloseTo(1.96, 1);
  const times = all.map((interval, at) => (interval?.[1] ?? NaN) / (at + 1));
  expect(times[0]).toBeGreaterThan(2.2);
  expect(times[1]).toBeCloseTo(times[0] ?? NaN, 1);
  expect(simultaneousIntervals([{ value: 1, draws: new Float64Array(10).fill(1) }])).toEqual([null]);
});

test('levels widen for few subjects as Student’s t says, and the p-value is 0.05 at the interval’s end', () => {
  // scipy: norm.cdf(-t.ppf(.975, n - 1) * sqrt(n / (n - 1)))
  expect(expandedLevel(20)).toBeCloseTo(0.01588083, 4);
  expect(expandedLevel(1000)).toBeCloseTo(0.0248043059, 7);
  for (const subjects of [20, 50, 1000])
    expect(expandedP(expandedLevel(subjects), subjects)).toBeCloseTo(0.05, 10);
  expect(expandedP(0.7, 30)).toBe(1);
});

test('the detectable difference is that of a power computation', () => {
  // 100 rows a group, rate .5: (1.96 + .8416) sqrt(2 * .25 / 100)
  expect(detectableDifference(Math.sqrt(0.005))).toBeCloseTo(0.198101, 5);
  expect(detectableDifference(null)).toBeNull();
  expect(cautiousError(0, 5)).toBeCloseTo(Math.sqrt(((2 / 9) * (7 / 9)) / 9), 12);
});
