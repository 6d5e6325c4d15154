import { describe, expect, it } from 'vitest';
import { Rng } from '../../../main/core/rng.ts';
import { kMeans } from '../../../main/engine/probes/kMeans.ts';
import { agreementOf } from '../../../main/engine/probes/mutualInformation.ts';
import { labels, reference, wave } from './reference.ts';

const SETTINGS = { clusters: 3, starts: 5, rounds: 100 };

describe('agreement of two partitions', () => {
  it.each(reference.agreement)('of $n rows is scikit-learn’s to 1e-9', ({ n, classes, steps, ami, nmi }) => {
    const found = agreementOf(labels(n, classes[0], steps[0]), labels(n, classes[1], steps[1]));
    expect(Math.abs((found?.adjusted ?? NaN) - ami)).toBeLessThan(1e-9);
    expect(Math.abs((found?.normalised ?? NaN) - nmi)).toBeLessThan(1e-9);
  });
  it('is 1 for the same partition under other names, and null without rows', () => {
    expect(agreementOf([0, 0, 1, 1, 2], [5, 5, 3, 3, 9])?.adjusted).toBeCloseTo(1, 12);
    expect(agreementOf([4, 4, 4], [1, 1, 1])).toEqual({ adjusted: 1, normalised: 1 });
    expect(agreementOf([], [])).toBeNull();
  });
  it('is about 0 for partitions that have nothing to do with each other', () => {
    const rng = Rng.stream(1, 'partitions');
    const draw = (): Int32Array => Int32Array.from({ length: 400 }, () => rng.below(8));
    const values = Array.from({ length: 20 }, () => agreementOf(draw(), draw())?.adjusted ?? NaN);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.01);
  });
});

describe('k-means', () => {
  const blobs = (): ReturnType<typeof wave> => {
    const x = wave(90, 5, 0.9, 0.2);
    for (let i = 0; i < 90; i++) x.data[i * 5 + (i % 3)] = (x.data[i * 5 + (i % 3)] ?? 0) + 6;
    return x;
  };
  it('finds the partition and the inertia that scikit-learn finds', () => {
    const found = kMeans(blobs(), SETTINGS, Rng.stream(1, 'clusters'));
    const truth = Array.from({ length: 90 }, (_, i) => i % 3);
    expect(agreementOf(truth, found.labels)?.adjusted).toBeCloseTo(reference.clustering.ami, 12);
    expect(found.inertia / reference.clustering.inertia).toBeCloseTo(1, 5);
  });
  it('is the same again from the same seed', () => {
    const once = (): Int32Array => kMeans(wave(60, 4, 1.3, 0), SETTINGS, Rng.stream(7, 'clusters')).labels;
    expect(once()).toEqual(once());
  });
  it('copes with fewer rows than clusters, rows that are all equal, and none', () => {
    expect(new Set(kMeans(wave(2, 3, 1, 0), SETTINGS, Rng.stream(1, 'c')).labels).size).toBe(2);
    const equal = { rows: 6, columns: 2, data: new Float32Array(12).fill(1) };
    expect(kMeans(equal, SETTINGS, Rng.stream(1, 'c')).inertia).toBe(0);
    expect(
      kMeans({ rows: 0, columns: 2, data: new Float32Array(0) }, SETTINGS, Rng.stream(1, 'c')).labels.length,
    ).toBe(0);
  });
});
