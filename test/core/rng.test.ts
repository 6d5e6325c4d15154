import { describe, expect, it } from 'vitest';
import { Rng } from '../../main/core/rng.ts';

describe('Rng', () => {
  it('gives the published outputs of xoshiro128** for the state 1, 2, 3, 4', () => {
    // Computed with big integers from the published algorithm (Blackman and Vigna, xoshiro128** 1.1).
    const rng = Rng.fromState([1, 2, 3, 4]);
    expect(Array.from({ length: 10 }, () => rng.uint32())).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  it('gives equal numbers for equal seed and name, others otherwise', () => {
    const draw = (seed: number, name: string): number[] => {
      const rng = Rng.stream(seed, name);
      return Array.from({ length: 4 }, () => rng.uint32());
    };
    expect(draw(7, 'views')).toEqual(draw(7, 'views'));
    expect(draw(7, 'views')).not.toEqual(draw(7, 'order'));
    expect(draw(7, 'views')).not.toEqual(draw(8, 'views'));
  });

  it('goes on exactly where its state was taken', () => {
    const rng = Rng.stream(3, 'x');
    rng.normal();
    const copy = Rng.fromState(rng.state());
    expect(Array.from({ length: 5 }, () => copy.normal())).toEqual(
      Array.from({ length: 5 }, () => rng.normal()),
    );
  });

  it('is uniform and normal within four standard errors', () => {
    const rng = Rng.stream(11, 'moments');
    const n = 100_000;
    let mean = 0;
    let square = 0;
    let uniform = 0;
    for (let i = 0; i < n; i++) {
      const x = rng.normal();
      mean += x / n;
      square += (x * x) / n;
      uniform += rng.uniform() / n;
    }
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(square - 1)).toBeLessThan((4 * Math.SQRT2) / Math.sqrt(n));
    expect(Math.abs(uniform - 0.5)).toBeLessThan(4 / Math.sqrt(12 * n));
  });

  it('draws below n without leaving the range, and permutes completely', () => {
    const rng = Rng.stream(5, 'below');
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 7000; i++) {
      const value = rng.below(7);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    expect(counts).toHaveLength(7);
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
    expect([...rng.permutation(50)].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });
});
