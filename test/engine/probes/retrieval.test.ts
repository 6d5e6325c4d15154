import { describe, expect, it } from 'vitest';
import { firstRanks, pairTask, recallAt, sameClassTask } from '../../../main/engine/probes/retrieval.ts';
import { labels, reference, wave } from './reference.ts';

describe('recall at k', () => {
  it.each(Object.entries(reference.retrieval))('at %s within classes is scikit-learn’s', (k, expected) => {
    const ranks = firstRanks(sameClassTask(wave(40, 6, 1.1, 0.4), labels(40, 5, 3)));
    expect(recallAt(ranks, Number(k))).toBeCloseTo(expected, 12);
  });
  it('of pairs is 1 where each is nearest to its partner, and k / n where all are the same', () => {
    const x = wave(30, 6, 1.1, 0.4);
    expect(recallAt(firstRanks(pairTask(x, x)), 1)).toBe(1);
    const same = { rows: 30, columns: 2, data: new Float32Array(60).fill(1) };
    const ranks = firstRanks(pairTask(same, same));
    // Ties count against: a collapsed representation finds nothing.
    expect(recallAt(ranks, 29)).toBe(0);
    expect(recallAt(ranks, 30)).toBe(1);
  });
  it('is 0 for a class with a single sample, and null without queries', () => {
    const ranks = firstRanks(sameClassTask(wave(3, 2, 1, 0), Int32Array.of(0, 1, 2)));
    expect(ranks).toEqual(Float64Array.of(Infinity, Infinity, Infinity));
    expect(recallAt(ranks, 2)).toBe(0);
    expect(recallAt(new Float64Array(0), 1)).toBeNull();
  });
});
