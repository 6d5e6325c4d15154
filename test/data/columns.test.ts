import { expect, test } from 'vitest';
import { ClassColumnBuilder, knownValue } from '../../main/data/columns.ts';
import { AppError } from '../../preload/contract/errors.ts';

/** What a column of so many values is refused with. */
function refusedWith(name: string, of: (i: number) => string): string {
  const column = new ClassColumnBuilder(name, null);
  try {
    for (let i = 0; i <= 1000; i++) column.add(of(i));
  } catch (cause) {
    if (cause instanceof AppError) return `${cause.message} ${cause.hint}`;
  }
  return 'not refused';
}

test('a column of too many numbers is refused with what to do: ranges', () => {
  expect(refusedWith('age', (i) => String(18 + i / 20))).toBe(
    'Column age has more than 1000 different values. Its values are numbers from about 18 to 67.95: add a column with a few ranges of them, such as "below 43" and "43 or more", and choose that one.',
  );
});

test('a column of identifiers is refused with another hint', () => {
  expect(refusedWith('person', (i) => `p${i}`)).toContain(
    'identifiers of people belong in the subject column',
  );
});

test.each(['', ' ', '?', 'NA', 'n/a', 'NaN', 'null', 'Unknown', 'missing'])('%j is missing', (value) => {
  expect(knownValue(value)).toBeNull();
});

test.each(['0', 'no', 'false', 'none'])('%j is a value', (value) => {
  expect(knownValue(` ${value} `)).toBe(value);
});
