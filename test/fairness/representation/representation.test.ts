import { describe, expect, it } from 'vitest';
import { alignment } from '../../../main/fairness/representation/alignment.ts';
import { symmetricEigenvalues } from '../../../main/fairness/representation/eigenvalues.ts';
import { rankme, singularValues } from '../../../main/fairness/representation/rankme.ts';
import { std } from '../../../main/fairness/representation/std.ts';
import { uniformity } from '../../../main/fairness/representation/uniformity.ts';
import { formulaMatrix } from './golden.ts';

const z = formulaMatrix(12, 5, 1, 0);
const z2 = formulaMatrix(12, 5, 1, 0.2);

describe('representation measures meet the reference numbers in double precision', () => {
  it('rankme', () => expect(rankme(z)).toBeCloseTo(4.789842135229355, 10));
  it('alignment', () => expect(alignment(z, z2)).toBeCloseTo(0.03755242473276733, 14));
  it('uniformity', () => expect(uniformity(z)).toBeCloseTo(-2.886035379904639, 13));
  it('std', () => expect(std(z)).toBeCloseTo(0.4412864811288104, 14));
});

describe('eigenvalues of symmetric matrices', () => {
  it('agree with numpy.linalg.eigvalsh', () => {
    const a = formulaMatrix(6, 6, 1, 0).data;
    const symmetric = a.map((value, index) => value + (a[(index % 6) * 6 + Math.floor(index / 6)] ?? 0));
    const expected = [
      -2.756695676974617, -2.6869443609050543, -2.429125039278512, -0.45363280918441784, 0.9114610644392203,
      3.3680556835531195,
    ];
    symmetricEigenvalues(symmetric, 6).forEach((value, i) =>
      expect(value).toBeCloseTo(expected[i] ?? NaN, 12),
    );
  });
  it('are exact for diagonal, zero and one-element matrices', () => {
    expect([...symmetricEigenvalues(Float64Array.of(3, 0, 0, 0, -1, 0, 0, 0, 2), 3)]).toEqual([-1, 2, 3]);
    expect([...symmetricEigenvalues(new Float64Array(16), 4)]).toEqual([0, 0, 0, 0]);
    expect([...symmetricEigenvalues(Float64Array.of(5), 1)]).toEqual([5]);
  });
  it('keep trace and sum of squares of a large matrix', () => {
    const size = 96;
    const a = formulaMatrix(size, size, 0.37, 0.1).data;
    const symmetric = a.map(
      (value, index) => value + (a[(index % size) * size + Math.floor(index / size)] ?? 0),
    );
    const values = symmetricEigenvalues(symmetric, size);
    const trace = Array.from({ length: size }, (_, i) => symmetric[i * size + i] ?? 0).reduce(
      (s, v) => s + v,
      0,
    );
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(trace, 9);
    const squares = symmetric.reduce((sum, value) => sum + value ** 2, 0);
    expect(values.reduce((sum, value) => sum + value ** 2, 0) / squares).toBeCloseTo(1, 12);
  });
  it('refuse values that are not finite', () => {
    expect(() => symmetricEigenvalues(Float64Array.of(1, NaN, NaN, 1), 2)).toThrow(RangeError);
  });
});

describe('singular values', () => {
  it('agree with numpy for a tall matrix and its transpose', () => {
    const tall = formulaMatrix(8, 3, 1, 0);
    const wide = {
      rows: 3,
      columns: 8,
      data: Float64Array.from({ length: 24 }, (_, i) => tall.data[(i % 8) * 3 + Math.floor(i / 8)] ?? 0),
    };
    const expected = [2.5396268519035736, 1.6555423965548794, 0.8827963165853611];
    for (const matrix of [tall, wide])
      singularValues(matrix).forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 12));
  });
});

describe('a collapsed or empty representation', () => {
  const same = { rows: 8, columns: 4, data: new Float64Array(32).fill(0.5) };
  it('has std 0, rank 1, uniformity 0 and alignment 0', () => {
    expect(std(same)).toBe(0);
    expect(rankme(same)).toBeCloseTo(1, 3);
    expect(uniformity(same)).toBe(0);
    expect(alignment(same, same)).toBe(0);
  });
  it('is undefined without rows, and rank without any signal', () => {
    const none = { rows: 0, columns: 4, data: new Float64Array(0) };
    expect([std(none), uniformity(none), alignment(none, none)]).toEqual([null, null, null]);
    expect(rankme({ rows: 4, columns: 4, data: new Float64Array(16) })).toBeNull();
  });
});
