import { describe, expect, it } from 'vitest';
import { association } from '../../../main/fairness/representation/association.ts';
import { linearCka, weightedCka } from '../../../main/fairness/representation/cka.ts';
import { discrepancy, gaussianKernel, medianSquaredDistance } from '../../../main/fairness/representation/discrepancy.ts'; // prettier-ignore
import { centred, gram, manhattanDistances, squaredDistances } from '../../../main/fairness/representation/gram.ts'; // prettier-ignore
import { centroidDistance, medoidDistances } from '../../../main/fairness/representation/groupDistances.ts';
import type { Matrix } from '../../../main/fairness/representation/matrix.ts';
import { knnVotes, nearest, sameShares } from '../../../main/fairness/representation/neighbours.ts';
import { formulaMatrix } from './golden.ts';
import reference from './reference.json' with { type: 'json' };

const x = formulaMatrix(12, 5, 1, 0);
const y = formulaMatrix(12, 4, 0.7, 0.3);
const other = formulaMatrix(10, 5, 0.6, 0.4);
const both = stacked(x, other);
const sides = { of: Int32Array.from({ length: 22 }, (_, row) => (row < 12 ? 0 : 1)), weights: null };

function stacked(a: Matrix, b: Matrix): Matrix {
  return { rows: a.rows + b.rows, columns: a.columns, data: Float64Array.of(...a.data, ...b.data) };
}

function rowsTimes(matrix: Matrix, times: readonly number[]): Matrix {
  const rows = times.flatMap((count, row) => Array.from({ length: count }, () => row));
  const data = rows.flatMap((row) => [
    ...matrix.data.subarray(row * matrix.columns, (row + 1) * matrix.columns),
  ]);
  return { rows: rows.length, columns: matrix.columns, data: Float64Array.from(data) };
}

describe('linear CKA', () => {
  it('meets the reference numbers of the authors’ code, biased and unbiased', () => {
    const { biased, unbiased } = linearCka(x, y);
    expect(biased).toBeCloseTo(0.7225010096257376, 12);
    expect(unbiased).toBeCloseTo(0.6198297737806685, 12);
  });

  it('of rows that count several times is that of the rows repeated', () => {
    const weights = [2, 0, 1, 1, 3, 0, 1, 0, 1, 1, 0, 2];
    const found = weightedCka(gram(centred(x)), gram(centred(y)), weights);
    expect(found.biased).toBeCloseTo(reference.ckaWeighted, 12);
  });

  it('is 1 of a matrix and itself, turned, moved and scaled, and undefined without variation', () => {
    const moved = { ...x, data: x.data.map((value) => 3 * value + 7) };
    expect(linearCka(x, moved).biased).toBeCloseTo(1, 12);
    expect(linearCka(x, moved).unbiased).toBeCloseTo(1, 12);
    const flat = { rows: 12, columns: 2, data: new Float64Array(24).fill(1) };
    expect(linearCka(x, flat)).toEqual({ biased: null, unbiased: null });
  });

  it('is undefined unbiased with fewer than 4 rows, and refuses different rows', () => {
    const three = { rows: 3, columns: 5, data: x.data.slice(0, 15) };
    expect(linearCka(three, three).unbiased).toBeNull();
    expect(() => linearCka(three, x)).toThrow('CKA needs two representations of the same rows.');
  });
});

describe('distances of groups', () => {
  it('mean discrepancy equals scikit-learn’s kernel, summed', () => {
    const squared = squaredDistances(both);
    const width = medianSquaredDistance(squared) ?? NaN;
    expect(width).toBeCloseTo(reference.mmd.width, 12);
    expect(discrepancy(gaussianKernel(squared, width), sides)).toBeCloseTo(reference.mmd.value, 12);
  });

  it('medoids and centroids equal numpy’s', () => {
    const { medoid, relative } = medoidDistances(manhattanDistances(both), sides);
    expect(medoid).toBeCloseTo(reference.medoid.distance, 12);
    expect(relative).toBeCloseTo(reference.medoid.relative, 12);
    expect(centroidDistance(gram(centred(both)), sides)).toBeCloseTo(reference.centroid, 12);
  });

  it('take rows that count several times for rows that are there several times', () => {
    const times = [1, 2, 0, 1, 3, 1, 0, 1, 1, 2, 1, 1, 0, 2, 1, 1, 1, 0, 3, 1, 1, 1];
    const weighted = { ...sides, weights: times };
    const repeated = rowsTimes(both, times);
    const of = times.flatMap((count, row) => Array.from({ length: count }, () => (row < 12 ? 0 : 1)));
    expect(centroidDistance(gram(centred(both)), weighted)).toBeCloseTo(
      centroidDistance(gram(centred(repeated)), { of, weights: null }) ?? NaN,
      12,
    );
    expect(medoidDistances(manhattanDistances(both), weighted).medoid).toBeCloseTo(
      medoidDistances(manhattanDistances(repeated), { of, weights: null }).medoid ?? NaN,
      12,
    );
  });

  it('are undefined for an empty side, and relative to nothing for points', () => {
    const alone = { of: new Int32Array(22), weights: null };
    const kernel = gaussianKernel(squaredDistances(both), 1);
    expect([discrepancy(kernel, alone), centroidDistance(kernel, alone)]).toEqual([null, null]);
    expect(medoidDistances(kernel, alone)).toEqual({ medoid: null, relative: null });
    const points = { rows: 4, columns: 1, data: Float64Array.of(0, 0, 2, 2) };
    expect(medoidDistances(manhattanDistances(points), { of: [0, 0, 1, 1], weights: null })).toEqual({
      medoid: 2,
      relative: null,
    });
    expect(medianSquaredDistance(squaredDistances({ ...points, data: new Float64Array(4) }))).toBeNull();
  });
});

describe('neighbours', () => {
  const subjects = Int32Array.from({ length: 12 }, (_, row) => Math.floor(row / 2));
  const codes = Int32Array.from({ length: 12 }, (_, row) => row % 3);
  const found = nearest(x, subjects, 4);

  it('equal numpy’s, votes and shares of the same group among them', () => {
    expect([...found.rows]).toEqual(reference.neighbours.rows);
    found.similarities.forEach((value, at) =>
      expect(value).toBeCloseTo(reference.neighbours.similarities[at] ?? NaN, 12),
    );
    expect([...knnVotes(found, codes, 3)]).toEqual(reference.neighbours.votes);
    expect([...sameShares(found, codes)]).toEqual(reference.neighbours.same);
  });

  it('are never of the same subject, and none of one subject alone', () => {
    for (let at = 0; at < found.rows.length; at++)
      expect(subjects[found.rows[at] ?? 0]).not.toBe(subjects[Math.floor(at / 4)]);
    const alone = nearest(x, new Int32Array(12), 2);
    expect([...knnVotes(alone, codes, 3)]).toEqual(new Array(12).fill(-1));
    expect(sameShares(alone, codes).every(Number.isNaN)).toBe(true);
  });
});

describe('association test', () => {
  const sets = {
    x: formulaMatrix(5, 6, 1, 0),
    y: formulaMatrix(5, 6, 0.9, 0.2),
    a: formulaMatrix(7, 6, 1.3, 0.1),
    b: formulaMatrix(6, 6, 0.6, 0.5),
  };

  it('meets the reference numbers of the authors’ code, counting all 252 partitions', () => {
    const found = association(sets, 0, 'x');
    expect(found.effect).toBeCloseTo(-0.13628824324446148, 12);
    expect(found.p).toBe(150 / 252);
    expect(found).toMatchObject({ exact: true, partitions: 252 });
  });

  it('changes its sign when the targets change places', () => {
    expect(association({ ...sets, x: sets.y, y: sets.x }, 0, 'x').effect).toBeCloseTo(
      0.13628824324446148,
      12,
    );
  });

  it('draws partitions beyond 10,000, with its seed, counting the observed one', () => {
    const large = { ...sets, x: formulaMatrix(12, 6, 1, 0), y: formulaMatrix(12, 6, 0.9, 0.2) };
    const found = association(large, 3, 'x');
    expect(found).toMatchObject({ exact: false, partitions: 10_000 });
    expect(association(large, 3, 'x')).toEqual(found);
    expect(found.p).toBeGreaterThan(0);
  });

  it('finds what was put in: X beside A and Y beside B', () => {
    const near = (sign: number) => ({
      rows: 5,
      columns: 2,
      data: Float64Array.from({ length: 10 }, (_, at) => (at % 2 === 0 ? sign : 0.1 * Math.sin(at))),
    });
    const found = association({ x: near(1), y: near(-1), a: near(1), b: near(-1) }, 0, 'x');
    expect(found.p).toBe(1 / 252);
    expect(found.effect).toBeGreaterThan(1.8);
  });

  it('is undefined for an empty set and without variation', () => {
    const none = { rows: 0, columns: 6, data: new Float64Array(0) };
    expect(association({ ...sets, a: none }, 0, 'x')).toMatchObject({ effect: null, p: null });
    const same = { rows: 5, columns: 6, data: new Float64Array(30).fill(1) };
    expect(association({ ...sets, x: same, y: same }, 0, 'x')).toMatchObject({ effect: null, p: null });
  });
});
