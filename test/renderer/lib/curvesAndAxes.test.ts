import { describe, expect, it } from 'vitest';
import { roundTicks, runAxis } from '../../../renderer/lib/axis.ts';
import { meanCurve, rangeOver, valueAtX } from '../../../renderer/lib/meanCurves.ts';

describe('valueAtX', () => {
  const curve = { x: [0, 1, 3], y: [0, 10, 30] };
  it('lies on the line between points, and nowhere outside', () => {
    expect([0, 0.5, 1, 2, 3].map((x) => valueAtX(curve, x))).toEqual([0, 5, 10, 20, 30]);
    expect([valueAtX(curve, -0.1), valueAtX(curve, 3.1), valueAtX({ x: [], y: [] }, 0)]).toEqual([
      null,
      null,
      null,
    ]);
    expect(valueAtX({ x: [0, 1], y: [NaN, 2] }, 0.5)).toBeNull();
  });
});

describe('meanCurve', () => {
  it('is the mean where all curves have a value, with the lowest and highest', () => {
    const mean = meanCurve([
      { x: [0, 1, 2], y: [1, 2, 3] },
      { x: [0, 2], y: [3, 7] },
      { x: [0.5, 5], y: [0, 9] },
    ]);
    expect(mean).toEqual({ x: [1, 2], y: [(2 + 5 + 1) / 3, (3 + 7 + 3) / 3], min: [1, 3], max: [5, 7] });
  });
  it('of one curve is the curve, of none nothing', () => {
    expect(meanCurve([{ x: [1, 2], y: [3, 4] }])).toEqual({ x: [1, 2], y: [3, 4], min: [3, 4], max: [3, 4] });
    expect(meanCurve([]).x).toEqual([]);
  });
});

describe('rangeOver', () => {
  const curve = { from: [0, 1, 2, 3, 4], to: [0, 100, 200, 300, 400] };
  it('keeps one point on each side', () => {
    expect(rangeOver(curve, [1.4, 2.4])).toEqual([100, 300]);
    expect(rangeOver(curve, [-5, 50])).toEqual([0, 400]);
    expect(rangeOver({ from: [], to: [] }, [0, 1])).toBeNull();
  });
});

describe('axes of runs', () => {
  it('have round ticks', () => {
    expect(roundTicks([0.13, 0.87], 4)).toEqual([0.2, 0.4, 0.6, 0.8]);
    expect(roundTicks([-3, 12], 5)).toEqual([0, 5, 10]);
    expect(roundTicks([2, 2], 5)).toEqual([2]);
  });
  it('place numbers in proportion, over powers of ten by logarithm, and names in order', () => {
    const linear = runAxis('b', 'Batch size', ['64', '128', null, '192'], String);
    expect(linear.places[2]).toBeNull();
    expect(linear.places[1]).toBeCloseTo(0.5, 9);
    expect(linear.texts).toEqual(['64', '128', '—', '192']);
    const rates = runAxis('lr', 'Rate', ['0.0001', '0.01', '1'], String);
    expect(rates.places[1]).toBeCloseTo(0.5, 9);
    expect(rates.ticks.map((tick) => tick.text)).toEqual(['0.0001', '0.001', '0.01', '0.1', '1']);
    const names = runAxis('m', 'Method', ['simclr', 'byol', 'simclr'], String);
    expect(names.places).toEqual([1, 0, 1]);
    expect(names.ticks.map((tick) => tick.text)).toEqual(['byol', 'simclr']);
  });
  it('put equal values in the middle', () => {
    expect(runAxis('s', 'Seed', ['3', '3'], String).places).toEqual([0.5, 0.5]);
    expect(runAxis('m', 'Method', ['a', null], String).places).toEqual([0.5, null]);
  });
});
