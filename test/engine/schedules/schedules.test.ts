import { describe, expect, it } from 'vitest';
import { constant } from '../../../main/engine/schedules/constant.ts';
import { warmupCosine } from '../../../main/engine/schedules/warmupCosine.ts';

describe('warm-up and cosine', () => {
  const at = (step: number, warmupEpochs = 2, final = 0) =>
    warmupCosine.factor({ warmupEpochs, final }, step, 100, 10);
  it('rises linearly over the warm-up and then falls along half a cosine', () => {
    expect([0, 9, 19].map((step) => at(step))).toEqual([1 / 20, 10 / 20, 1]);
    expect(at(20)).toBe(1);
    expect(at(60)).toBeCloseTo(0.5, 12);
    expect(at(100)).toBeCloseTo(0, 12);
    expect(at(99)).toBeCloseTo((1 + Math.cos((Math.PI * 79) / 80)) / 2, 12);
  });
  it('ends at the final share and never leaves 0..1', () => {
    expect(at(100, 0, 0.1)).toBeCloseTo(0.1, 12);
    expect(at(0, 0)).toBe(1);
    for (let step = 0; step <= 120; step++) expect(at(step, 20)).toBeLessThanOrEqual(1);
  });
  it('constant is 1', () => expect(constant.factor({}, 7, 100, 10)).toBe(1));
});
