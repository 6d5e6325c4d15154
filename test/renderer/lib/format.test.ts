import { describe, expect, it } from 'vitest';
import { bytes, counted, duration, interval, measured, moment, NOTHING, percent, proportion, short, signed, titled, trimmed, whole, words } from '../../../renderer/lib/format.ts';

describe('numbers as papers print them', () => {
  it('prints shares without the leading zero', () => {
    expect([0.8714, 1, 0, -0.0512, 0.9999].map((value) => proportion(value))).toEqual(['.871', '1.000', '.000', '−.051', '1.000']);
  });

  it('shows what is undefined as undefined, never as 0', () => {
    for (const print of [proportion, signed, measured, whole, bytes, short, duration]) {
      expect([null, undefined, NaN, Infinity].map((value) => print(value)), print.name).toEqual([NOTHING, NOTHING, NOTHING, NOTHING]);
    }
  });

  it('signs differences, but not a rounded zero', () => {
    expect([0.042, -0.05, 0.0001, -0.0001].map((value) => signed(value))).toEqual(['+.042', '−.050', '.000', '.000']);
  });

  it('writes an interval with words where a sign would hide the dash', () => {
    expect(interval(0.061, 0.104)).toBe('.061–.104');
    expect(interval(-0.08, -0.02, 2)).toBe('−.08 to −.02');
    expect(interval(null, 0.1)).toBe('');
  });

  it('keeps significant digits of any size', () => {
    expect([0.0864, 3.5714, 71, 1210.4, -2.9, 0.00002, 12_345_678.5].map((value) => measured(value))).toEqual(['.0864', '3.57', '71', '1210', '−2.90', '2.00e−5', '1.23e+7']);
  });

  it('takes away zeros that say nothing, for axes', () => {
    expect(['.0300', '1.000', '20', '.000', '−2.90'].map(trimmed)).toEqual(['.03', '1', '20', '0', '−2.9']);
  });
});

describe('sizes, times and words', () => {
  it('prints bytes and large counts in short', () => {
    expect([0, 999, 1200, 151_000_000, 8e10].map((value) => bytes(value))).toEqual(['0 B', '999 B', '1.2 kB', '151 MB', '80 GB']);
    expect([310_000, 1.2e13].map((value) => short(value))).toEqual(['310 k', '12 T']);
  });

  it('says durations as a person does', () => {
    expect([0.212, 45, 372, 5400, 12_000, 400_000].map((value) => duration(value))).toEqual(['212 ms', '45 s', '6 min', '1 h 30 min', '3 h 20 min', '5 days']);
  });

  it('leaves the year out where it is this one', () => {
    const now = new Date(2026, 10, 22);
    expect(moment(new Date(2026, 10, 21, 14, 5).toISOString(), now)).toBe('21 Nov, 14:05');
    expect(moment(new Date(2025, 0, 3, 9, 0).toISOString(), now)).toBe('3 Jan 2025, 09:00');
    expect([moment(null, now), moment('no time', now)]).toEqual([NOTHING, NOTHING]);
  });

  it('makes words of ids, and counts of things', () => {
    expect(words('truePositiveRate')).toBe('true positive rate');
    expect(titled('annotatedOrInferred')).toBe('Annotated or inferred');
    expect([counted(1, 'run'), counted(1200, 'run')]).toEqual(['1 run', '1,200 runs']);
    expect([percent(3, 1000), percent(40, 1000), percent(1, 0)]).toEqual(['.3%', '4%', NOTHING]);
  });
});
