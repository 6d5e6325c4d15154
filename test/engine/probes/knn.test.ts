import { describe, expect, it } from 'vitest';
import { accuracyByGroup, accuracyOf, worstGroup } from '../../../main/engine/probes/accuracy.ts';
import { compileKnn, mostSimilar, vote } from '../../../main/engine/probes/knn.ts';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import { Rng } from '../../../main/core/rng.ts';

describe('the kNN vote', () => {
  const similarities = Float32Array.of(0.9, 0.8, 0.7, 0.6, -1);
  const codes = Int32Array.of(1, 0, 0, 0, 2);
  it('weights neighbours by exp(similarity / temperature), as lightly does', () => {
    // At temperature 1 the two of class 0 outweigh the nearest: exp(.8) + exp(.7) > exp(.9). At .05 they do not.
    expect(vote(similarities, codes, 3, { k: 3, temperature: 1 })).toBe(0);
    expect(vote(similarities, codes, 3, { k: 3, temperature: 0.05 })).toBe(1);
  });
  it('with one neighbour is the nearest; with a temperature near 0 it does not overflow', () => {
    expect(vote(similarities, codes, 3, { k: 1, temperature: 1 })).toBe(1);
    expect(vote(similarities, codes, 3, { k: 5, temperature: 0.001 })).toBe(1);
  });
  it('gives ties to the lower code, and takes what there is when k is larger than the bank', () => {
    expect(vote(Float32Array.of(0.5, 0.5), Int32Array.of(2, 1), 3, { k: 200, temperature: 0.1 })).toBe(1);
  });
});

describe('the most similar', () => {
  it('are those that sorting finds', () => {
    const rng = Rng.stream(1, 'similar');
    const values = Float32Array.from({ length: 500 }, () => Math.round(50 * rng.normal()) / 50);
    const order = Array.from(values.keys()).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b);
    expect([...mostSimilar(values, 40).indices]).toEqual(order.slice(0, 40));
  });
});

describe('the compiled kNN probe', () => {
  it('agrees with similarities computed one by one, also in the last, partly filled block', async () => {
    const rng = Rng.stream(2, 'knn');
    const matrix = (rows: number) => ({
      rows,
      columns: 6,
      data: Float32Array.from({ length: rows * 6 }, () => rng.normal()),
    });
    const [queries, rows] = [matrix(300), matrix(90)];
    const codes = Int32Array.from({ length: 90 }, () => rng.below(4));
    const settings = { k: 7, temperature: 0.1 };
    const probe = await compileKnn(await onnx.activate({ device: 'cpu', threads: 1 }), 90, 6, settings);
    const found = await probe.predict(queries, { ...rows, codes }, 4);
    const unit = (data: Float32Array, row: number): number[] => {
      const own = [...data.subarray(row * 6, row * 6 + 6)];
      const length = Math.hypot(...own);
      return own.map((value) => value / length);
    };
    const expected = Array.from({ length: 300 }, (_, query) => {
      const q = unit(queries.data, query);
      const own = Float32Array.from({ length: 90 }, (_unused, row) =>
        unit(rows.data, row).reduce((sum, v, i) => sum + v * (q[i] ?? 0), 0),
      );
      return vote(own, codes, 4, settings);
    });
    expect([...found]).toEqual(expected);
  });
});

describe('accuracy', () => {
  const truth = Int32Array.of(0, 1, 1, 0);
  const predicted = Int32Array.of(0, 1, 0, 1);
  it('is undefined without samples', () =>
    expect(accuracyOf(new Int32Array(0), new Int32Array(0))).toBeNull());
  it('is given for every value of every feature, null for an empty group', () => {
    const groups = [
      { feature: 'colour', values: ['red', 'blue', 'unknown'], codes: Int16Array.of(0, 0, 1, 1) },
    ];
    expect(accuracyByGroup(predicted, truth, groups)).toEqual([
      { feature: 'colour', group: 'red', n: 2, value: 1 },
      { feature: 'colour', group: 'blue', n: 2, value: 0 },
      { feature: 'colour', group: 'unknown', n: 0, value: null },
    ]);
  });
  it('of the worst group counts groups of at least 30', () => {
    const value = (n: number, accuracy: number | null) => ({
      feature: 'f',
      group: `${n}`,
      n,
      value: accuracy,
    });
    expect(worstGroup([value(29, 0.1), value(30, 0.5), value(100, 0.9)])).toBe(0.5);
    expect(worstGroup([value(29, 0.1), value(0, null)])).toBeNull();
  });
});
