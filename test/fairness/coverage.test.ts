import { expect, test } from 'vitest';
import { coverageOf, nullPs, WORLDS } from './coverage.ts';

// 1,000 data sets tell coverage to 0.7 points; 400 draws instead of 2,000 cost 0.1 of a point (`npm run bench -- coverage` has both).
test.each(WORLDS)('intervals cover 93 to 97 percent of the time: $name', (world) => {
  const { rate, difference, together } = coverageOf(world, 1000, 400, 1);
  for (const share of [rate, difference, together]) {
    expect(share).toBeGreaterThanOrEqual(0.93);
    expect(share).toBeLessThanOrEqual(0.97);
  }
});

test.each([
  { name: 'one row a subject', rates: [0.7, 0.7, 0.7], subjects: 60, rows: 1, spread: 0 },
  {
    name: 'subjects of 5 rows that resemble each other',
    rates: [0.5, 0.5, 0.5],
    subjects: 30,
    rows: 5,
    spread: 0.3,
  },
])('p-values of shuffles are super-uniform without an effect: $name', (world) => {
  const sets = 1000;
  const ps = nullPs(world, sets, 99, 3);
  for (const level of [0.01, 0.05, 0.1, 0.25, 0.5]) {
    const below = ps.filter((p) => p <= level + 1e-12).length / sets;
    expect(below, `at ${level}`).toBeLessThanOrEqual(level + 2.6 * Math.sqrt((level * (1 - level)) / sets));
  }
  // They are not merely large: most of what is allowed is used.
  expect(ps.filter((p) => p <= 0.5).length / sets).toBeGreaterThan(0.4);
});
