import { expect, it } from 'vitest';
import { covers, lapseOf, purposesOf } from '../../main/core/consent.ts';

it('a record lapses on its day, not before, and a withdrawal says more than an expiry', () => {
  const record = (withdrawn: string | null, expires: string | null) => ({ withdrawn, expires });
  expect(lapseOf(record(null, null), '2026-11-22')).toBeNull();
  expect(lapseOf(record('2026-11-23', null), '2026-11-22')).toBeNull();
  expect(lapseOf(record('2026-11-22', null), '2026-11-22')).toBe('withdrawn');
  expect(lapseOf(record(null, '2026-11-22'), '2026-11-22')).toBe('expired');
  expect(lapseOf(record(null, '2026-11-23'), '2026-11-22')).toBeNull();
  expect(lapseOf(record('2026-01-01', '2026-01-01'), '2026-11-22')).toBe('withdrawn');
});

it('purposes are compared without case; none stated covers all, some stated cover no run without one', () => {
  expect(purposesOf(' Research; teaching, ,')).toEqual(['Research', 'teaching']);
  expect(covers(['Research'], ' research ')).toBe(true);
  expect(covers(['Research'], 'product')).toBe(false);
  expect(covers(['Research'], null)).toBe(false);
  expect(covers([], 'product')).toBe(true);
});
