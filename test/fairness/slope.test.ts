import { describe, expect, it } from 'vitest';
import { slopeOf } from '../../main/fairness/slope.ts';
import { meanInterval, tProbability, tQuantile } from '../../main/fairness/studentT.ts';
import { reference } from '../engine/probes/reference.ts';

describe('Student’s t', () => {
  it.each(reference.student.probability)(
    'has scipy’s probability at $t with $freedom',
    ({ t, freedom, value }) => expect(Math.abs(tProbability(t, freedom) - value)).toBeLessThan(1e-12),
  );
  it.each(reference.student.quantile)('has scipy’s quantile of $p with $freedom', ({ p, freedom, value }) =>
    expect(Math.abs(tQuantile(p, freedom) - value)).toBeLessThan(1e-9),
  );
  it('gives the paired interval of scipy, and none of a single value', () => {
    const { values, ...expected } = reference.paired;
    const found = meanInterval(values);
    for (const key of ['mean', 'low', 'high', 'p'] as const)
      expect(Math.abs((found?.[key] ?? NaN) - expected[key])).toBeLessThan(1e-9);
    expect(meanInterval([1])).toBeNull();
    expect(meanInterval([2, 2])).toMatchObject({ mean: 2, low: 2, high: 2, p: 0 });
  });
});

describe('the slope over levels', () => {
  const { levels, seeds, ...expected } = reference.slope;
  const points = Array.from({ length: seeds }, (_, seed) =>
    levels.map((level) => ({
      level,
      block: seed,
      value: 0.5 + 0.2 * level + 0.07 * seed + 0.03 * Math.sin(9 * level + 5 * seed),
    })),
  ).flat();
  it('with an intercept per seed is that of least squares', () => {
    const found = slopeOf(points);
    for (const key of ['slope', 'low', 'high', 'p', 'freedom'] as const)
      expect(Math.abs((found?.[key] ?? NaN) - expected[key])).toBeLessThan(1e-9);
  });
  it('ranks within seeds', () => {
    const steady = [1, 2, 3].flatMap((level) =>
      [0, 1].map((block) => ({ level, block, value: level + 100 * block })),
    );
    expect(slopeOf(steady)).toMatchObject({ slope: 1, low: 1, high: 1, p: 0 });
    expect(slopeOf(steady)?.rho).toBeCloseTo(1, 12);
  });
  it('is null where the level never changes or nothing is left for noise', () => {
    expect(slopeOf([0, 1, 2, 3].map((at) => ({ level: 1, block: 0, value: at })))).toBeNull();
    expect(
      slopeOf([
        { level: 0, block: 0, value: 1 },
        { level: 1, block: 0, value: 2 },
      ]),
    ).toBeNull();
    expect(slopeOf([])).toBeNull();
  });
});
