import { describe, expect, it } from 'vitest';
import { measured, trimmed } from '../../../renderer/lib/format.ts';
import { tickTexts } from '../../../renderer/lib/ticks.ts';

const format = (value: number): string => trimmed(measured(value));

describe('ticks of an axis', () => {
  it('are printed as elsewhere where that tells them apart', () => {
    expect(tickTexts([0, 0.02, 0.04, 0.06], format)).toEqual(['0', '.02', '.04', '.06']);
  });

  it('take more digits where they would read alike', () => {
    expect(tickTexts([0.059985, 0.05999, 0.059995], format)).toEqual(['.059985', '.05999', '.059995']);
    expect(tickTexts([-1000.1, -1000.2], format)).toEqual(['−1000.1', '−1000.2']);
  });

  it('stay as they are where no digits help', () => {
    expect(tickTexts([1, 1], format)).toEqual(['1', '1']);
  });
});
