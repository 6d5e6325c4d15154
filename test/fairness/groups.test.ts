import { expect, test } from 'vitest';
import { crossed, renumber } from '../../main/fairness/groups.ts';

test('codes are renumbered in ascending order', () => {
  expect([...renumber(Int32Array.of(7, -2, 7, 100))]).toEqual([1, 0, 1, 2]);
});

test('pairs of codes keep apart where their product passes 32 bits', () => {
  const a = Int32Array.of(0, 4_294_968, 4_294_968, 0);
  const b = Int32Array.of(704, 0, 1, 704);
  // As 32-bit numbers 4,294,968 * 1000 is 704: the first two pairs would be one.
  expect((4_294_968 * 1000) | 0).toBe(704);
  expect([...crossed(a, b, 1000)]).toEqual([0, 1, 2, 0]);
});
