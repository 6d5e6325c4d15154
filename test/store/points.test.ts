import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Rng } from '../../main/core/rng.ts';
import { openStore, type Store } from '../../main/store/index.ts';
import { decodeColumns, encodeColumns } from '../../main/store/points/columns.ts';
import { testFolder } from './support/testFolder.ts';
import { addRun, countingHost, withStore } from './support/workspace.ts';

type Point = Parameters<Store['points']['append']>[1][number];

/** Points of one metric; values are 64-bit and random unless given. */
function makePoints(
  count: number,
  options: { metric?: string; seq?: number; step?: number; stride?: number } = {},
): Point[] {
  const { metric = 'loss', seq = 0, step = 0, stride = 1 } = options;
  const rng = Rng.stream(7, metric);
  return Array.from({ length: count }, (_, i) => ({
    seq: seq + i,
    metric,
    step: step + i * stride,
    epoch: (step + i * stride) / 100,
    time: i * 0.37,
    value: rng.normal(),
  }));
}

const withoutSeq = (points: readonly Point[]) =>
  points.map(({ metric, step, epoch, time, value }) => ({ metric, step, epoch, time, value }));

const whole = { buckets: 100, from: null, to: null };

describe('columns of numbers as bytes', () => {
  it.each([
    ['constant', [2.5, 2.5, 2.5, 2.5]],
    ['progression', [0, 10, 20, 30]],
    ['progression that rounds', [0, 0.1, 0.2, 0.30000000000000004]],
    ['small integers', [1, -5, 2147483647, -2147483648]],
    ['integers beyond 32 bits', [1, 2147483648, 5, 9]],
    ['32-bit floats', [0.5, Math.fround(0.1), Math.fround(1e30), 3]],
    ['64-bit floats', [0.1, 1e300, -4e-310, Math.PI]],
    ['not finite', [NaN, Infinity, -Infinity, 1]],
    ['signed zeros', [-0, 0, -0, -0]],
    ['one', [42]],
  ])('keeps %s exactly', (_name, values) => {
    const columns = [Float64Array.from(values), Float64Array.from(values).reverse()];
    const bytes = encodeColumns(columns, values.length);
    const target = [new Float64Array(values.length), new Float64Array(values.length)];
    expect(decodeColumns(bytes, target, 0)).toBe(values.length);
    target.forEach((column, i) =>
      expect([...column].every((v, j) => Object.is(v, columns[i]?.[j]))).toBe(true),
    );
  });

  it('reads a part, also from bytes at an odd place', () => {
    const column = Float64Array.from({ length: 50 }, (_, i) => Math.sqrt(i));
    const bytes = encodeColumns([column], 50);
    const shifted = new Uint8Array(bytes.length + 3).subarray(3);
    shifted.set(bytes);
    const target = [new Float64Array(10)];
    expect(decodeColumns(shifted, target, 2, 40, 45)).toBe(5);
    expect([...(target[0] ?? [])].slice(2, 7)).toEqual([...column.slice(40, 45)]);
  });
});

describe('append', () => {
  it('keeps every point exactly, in any size of batch, also after reopening in between', async () => {
    const path = join(testFolder('points'), 'w');
    const rng = Rng.stream(3, 'batches');
    const points = [...makePoints(9000), ...makePoints(3000, { metric: 'accuracy', seq: 9000, stride: 7 })];
    let store = openStore(path, countingHost());
    const run = addRun(store);
    for (let from = 0; from < points.length;) {
      const to = from + 1 + rng.below(rng.below(3) === 0 ? 2500 : 40);
      store.points.append(run, points.slice(from, to));
      from = to;
      if (rng.below(6) === 0) {
        store.close();
        store = openStore(path, countingHost(1000 + from));
      }
    }
    expect([...store.points.all(run)]).toEqual(withoutSeq(points));
    expect(store.points.count(run)).toBe(12_000);
    expect(store.points.nextSeq(run)).toBe(12_000);
    expect(store.points.metrics(run)).toEqual(['loss', 'accuracy']);
    expect(store.check()).toEqual([]);
    store.close();
  });

  it('ignores points whose seq or (metric, step) is stored', () =>
    withStore((store) => {
      const run = addRun(store);
      const points = makePoints(3000);
      store.points.append(run, points);
      store.points.append(run, points.slice(500, 2500));
      store.points.append(run, makePoints(100, { seq: 3000, step: 2950 }));
      const stored = [...store.points.all(run)];
      expect(stored.slice(0, 3000)).toEqual(withoutSeq(points));
      expect(stored.map((point) => point.step)).toEqual(Array.from({ length: 3050 }, (_, i) => i));
      expect(store.points.nextSeq(run)).toBe(3100);
    }));

  it('takes a batch that failed later, in its place', () =>
    withStore((store) => {
      const run = addRun(store);
      const points = makePoints(5000);
      store.points.append(run, points.slice(0, 1500));
      store.points.append(run, points.slice(2600));
      store.points.append(run, points);
      expect([...store.points.all(run)]).toEqual(withoutSeq(points));
      const [series] = store.points.series({ runs: [run], metrics: ['loss'], ...whole });
      expect(series?.count).toBe(5000);
    }));

  it('sorts a batch that is out of order', () =>
    withStore((store) => {
      const run = addRun(store);
      const points = makePoints(200);
      store.points.append(run, points.toReversed());
      expect([...store.points.all(run)]).toEqual(withoutSeq(points));
    }));

  it('keeps values that are not finite, but not in the summary', () =>
    withStore((store) => {
      const run = addRun(store);
      const values = [1, NaN, 3, Infinity];
      store.points.append(
        run,
        values.map((value, i) => ({ seq: i, metric: 'loss', step: i, epoch: 0, time: 0, value })),
      );
      expect([...store.points.all(run)].map((point) => point.value)).toEqual(values);
      expect(store.runs.row(run).metrics).toEqual({ loss: { last: null, min: 1, max: 3, count: 4 } });
      const [series] = store.points.series({
        runs: [run],
        metrics: ['loss'],
        buckets: 1,
        from: null,
        to: null,
      });
      expect([series?.min[0], series?.max[0], series?.mean[0]]).toEqual([1, 3, 2]);
    }));

  const wrong: readonly (readonly [string, Partial<Record<keyof Point, unknown>>])[] = [
    ['a seq below 0', { seq: -1 }],
    ['a broken seq', { seq: 1.5 }],
    ['a step that is NaN', { step: NaN }],
    ['a step that is text', { step: '3' }],
    ['no metric', { metric: '' }],
    ['a metric that is a number', { metric: 4 }],
    ['an endless metric name', { metric: 'x'.repeat(201) }],
    ['an epoch that is NaN', { epoch: NaN }],
    ['an infinite time', { time: Infinity }],
    ['a value that is null', { value: null }],
  ];
  it.each(wrong)('refuses %s, and keeps nothing of the batch', (_name, change) =>
    withStore((store) => {
      const run = addRun(store);
      const [good, bad] = makePoints(2);
      const batch = [good, { ...bad, ...change }] as Point[];
      expect(() => store.points.append(run, batch)).toThrowError(expect.objectContaining({ code: 'usage' }));
      expect(store.points.count(run)).toBe(0);
    }),
  );

  it('refuses points of a run that is not there', () =>
    withStore((store) => {
      expect(() => store.points.append('run-none', makePoints(1))).toThrowError(
        expect.objectContaining({ code: 'notFound' }),
      );
    }));

  it('forgets what a rolled-back transaction appended', () =>
    withStore((store) => {
      const run = addRun(store);
      const points = makePoints(3000);
      store.points.append(run, points.slice(0, 700));
      expect(() =>
        store.transaction(() => {
          store.points.append(run, points.slice(700, 2900));
          throw new Error('no');
        }),
      ).toThrow('no');
      expect(store.points.nextSeq(run)).toBe(700);
      store.points.append(run, points.slice(700));
      expect([...store.points.all(run)]).toEqual(withoutSeq(points));
    }));
});

describe('series', () => {
  it('gives every point of its own while there is room', () =>
    withStore((store) => {
      const run = addRun(store);
      const points = makePoints(90, { stride: 3 });
      store.points.append(run, points);
      const [series] = store.points.series({ runs: [run], metrics: ['loss', 'absent'], ...whole });
      const values = points.map((point) => point.value);
      expect([...(series?.step ?? [])]).toEqual(points.map((point) => point.step));
      for (const key of ['min', 'max', 'mean'] as const) expect([...(series?.[key] ?? [])]).toEqual(values);
    }));

  it.each([
    ['few, raw', 5_000, null, null, 400],
    ['blocks of 32', 30_000, null, null, 800],
    ['blocks of 128', 90_000, null, null, 200],
    ['blocks of 2,048', 90_000, null, null, 15],
    ['one bucket', 90_000, null, null, 1],
    ['a zoom that cuts blocks', 90_000, 10_003, 79_001, 700],
    ['a zoom within one chunk', 90_000, 50_001, 50_100, 700],
    ['a zoom into the tail', 90_500, 90_200, null, 50],
    ['a zoom beyond the end', 5_000, 9_000, null, 50],
  ])('covers exactly the points asked for: %s', (_name, count, from, to, buckets) =>
    withStore((store) => {
      const run = addRun(store);
      const points = makePoints(count);
      store.points.append(run, points);
      const [series] = store.points.series({ runs: [run], metrics: ['loss'], buckets, from, to });
      const inside = points.filter((point) => point.step >= (from ?? 0) && point.step <= (to ?? Infinity));
      expect(series?.count).toBe(inside.length);
      expect(series?.step.length).toBeLessThanOrEqual(buckets);
      let at = 0;
      series?.step.forEach((step, bucket) => {
        const start = at;
        while (at < inside.length && (inside[at]?.step ?? 0) <= step) at += 1;
        const group = inside.slice(start, at);
        const values = group.map((point) => point.value);
        expect(series.min[bucket]).toBe(Math.min(...values));
        expect(series.max[bucket]).toBe(Math.max(...values));
        expect(series.mean[bucket]).toBeCloseTo(
          values.reduce((sum, value) => sum + value, 0) / values.length,
          9,
        );
        expect([series.epoch[bucket], series.time[bucket]]).toEqual([
          group.at(-1)?.epoch,
          group.at(-1)?.time,
        ]);
      });
      expect(at).toBe(inside.length);
    }),
  );

  it('keeps buckets near the number asked for', () =>
    withStore((store) => {
      const run = addRun(store);
      store.points.append(run, makePoints(60_000));
      for (const buckets of [10, 100, 800, 3000]) {
        const [series] = store.points.series({
          runs: [run],
          metrics: ['loss'],
          buckets,
          from: null,
          to: null,
        });
        expect(series?.step.length).toBeGreaterThan(buckets * 0.9);
      }
    }));
});
