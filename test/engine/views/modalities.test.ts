import { beforeAll, describe, expect, it } from 'vitest';
import type * as tf from '@tensorflow/tfjs';
import type { Params } from '../../../preload/contract/vocabulary.ts';
import { defaultsOf } from '../../../main/core/params.ts';
import { Rng } from '../../../main/core/rng.ts';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import type { Engine } from '../../../main/engine/engine.ts';
import type { View } from '../../../main/engine/method.ts';
import { views } from '../../../main/engine/registries.ts';
import type { TrainingData } from '../../../main/engine/trainingData.ts';
import { warpCurve } from '../../../main/engine/views/timeWarp.ts';
import { evaluate, largestDifference } from '../tensors.ts';
import { referenceEngine } from '../tiny.ts';
import { tinySeries } from '../tinySeries.ts';
import { tinyTable } from '../tinyTable.ts';
import { tinyText } from '../tinyText.ts';

const engines: Record<string, Engine> = {};
beforeAll(async () => {
  engines['cpu'] = await referenceEngine();
  engines['onnx'] = await onnx.activate({ device: 'cpu', threads: 1 });
});

const DATA = { table: tinyTable(), series: tinySeries(), text: tinyText() } as const;
const COUNT = 20;
const CASES = (Object.keys(DATA) as (keyof typeof DATA)[]).flatMap((kind) =>
  Object.values<View>(views)
    .filter(({ modalities }) => modalities.includes(kind))
    .map((view) => [kind, view.id, view] as const),
);

function samplesOf(data: TrainingData) {
  const indices = Uint32Array.from({ length: COUNT }, (_, i) => i);
  return { shape: [COUNT, ...data.shape], dtype: 'float32', data: data.read(indices) } as const;
}

/** A view of the first samples, as numbers. */
async function viewed(engine: string, data: TrainingData, view: View, params: Params, passage = 1, seed = 3) {
  const { shape, layout } = data;
  const drawn = view.draw(Rng.stream(seed, 'v'), { ...defaultsOf(view.params), ...params }, COUNT, shape, { layout, passage }); // prettier-ignore
  const found = await evaluate(engines[engine] as Engine, { x: samplesOf(data), drawn }, (given) => ({
    y: view.apply(given['x'] as tf.Tensor4D, given['drawn'] as tf.Tensor),
  }));
  return found['y'] ?? [];
}

describe.each(CASES)('on %s data %s', (kind, _id, view) => {
  const data = DATA[kind];
  const x = [...samplesOf(data).data];
  it('changes samples, the same way on onnx as on the reference, and otherwise from another stream', async () => {
    const y = await viewed('onnx', data, view, {});
    expect(y.length).toBe(x.length);
    expect(y).not.toEqual(x);
    expect(largestDifference(y, await viewed('cpu', data, view, {}))).toBeLessThan(1e-5);
    expect(y).not.toEqual(await viewed('onnx', data, view, {}, 1, 4));
  });
  it('keeps what tells the length of a series, whole tokens, and codes of a table', async () => {
    const y = await viewed('onnx', data, view, {});
    const channels = data.shape[2];
    const changed = y.filter((value, i) => {
      if (kind === 'series') return i % channels === channels - 1 && value !== x[i];
      if (kind === 'text') return !Number.isInteger(value) || value < 0;
      return i % 2 === 1 && value !== 0 && value !== 1;
    });
    expect(changed).toEqual([]);
    if (kind === 'series')
      expect(y.filter((value, i) => x[i - (i % 3) + 2] === 0 && value !== 0)).toEqual([]);
  });
});

describe('views that change nothing', () => {
  it.each([
    ['table', views.featureCorruption, { rate: 0, of: 'all' }],
    ['table', views.featureCorruption, { rate: 1, of: 'second' }],
    ['table', views.featureMask, { rate: 0 }],
    ['series', views.seriesPermutation, { p: 0 }],
    ['series', views.seriesCrop, { scale: [1, 1] }],
    ['series', views.timeWarp, { sigma: 0 }],
    ['series', views.seriesScaling, { sigma: 0 }],
    ['series', views.channelMask, { rate: 0 }],
    ['text', views.tokenDeletion, { rate: 0 }],
    ['text', views.tokenCrop, { scale: [1, 1] }],
    ['text', views.tokenMask, { rate: 0 }],
  ] as const)('of %s: $1.id', async (kind, view, params) => {
    const y = await viewed('onnx', DATA[kind], view, params, 0);
    expect(largestDifference(y, [...samplesOf(DATA[kind]).data])).toBeLessThan(1e-4);
  });
});

describe('feature corruption', () => {
  it('takes values that the column has in pretrain rows, about the asked share of them', async () => {
    const { table } = DATA;
    const y = await viewed('onnx', table, views.featureCorruption, { rate: 1, of: 'all' });
    const { layout } = table;
    const rows = layout.kind === 'table' ? layout.marginals : new Float32Array(0);
    const seen = [0, 1, 2, 3].map((column) => new Set([...rows].filter((_, i) => i % 8 === 2 * column)));
    expect(y.filter((value, i) => i % 2 === 0 && seen[(i % 8) / 2]?.has(value) !== true)).toEqual([]);
    const x = samplesOf(table).data;
    const half = await viewed('onnx', table, views.featureCorruption, { rate: 0.5, of: 'all' });
    const share = half.filter((value, i) => i % 8 === 2 && value !== x[i]).length / COUNT;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.8);
  });
});

describe('views of time', () => {
  it('permutation shows every step of whole segments once', async () => {
    const { series } = DATA;
    const y = await viewed('onnx', series, views.seriesPermutation, { segments: 4 });
    const x = samplesOf(series).data;
    const of = (values: ArrayLike<number>, sample: number) =>
      Array.from({ length: 16 }, (_, step) => values[(sample * 16 + step) * 3] as number).sort(
        (a, b) => a - b,
      );
    for (let sample = 0; sample < COUNT; sample++) expect(of(y, sample)).toEqual(of(x, sample));
  });
  it('a warped clock starts at 0, ends at 1, and never goes back', () => {
    const curve = warpCurve(Rng.stream(1, 'w'), { sigma: 0.8, knots: 4 }, 50);
    expect([curve[0], curve.at(-1)]).toEqual([0, 1]);
    expect(curve.slice(1).every((place, i) => place > (curve[i] ?? 1))).toBe(true);
  });
});

describe('views of tokens', () => {
  const x = samplesOf(DATA.text).data;
  const rows = (values: ArrayLike<number>) =>
    Array.from({ length: COUNT }, (_, row) =>
      Array.from({ length: 12 }, (__, i) => values[row * 12 + i] as number),
    );
  it('a crop is a stretch of neighbours after the start token', async () => {
    const y = await viewed('onnx', DATA.text, views.tokenCrop, { scale: [0.3, 0.6] });
    rows(y).forEach((row, at) => {
      const [start, ...kept] = row.filter((id) => id !== 0);
      expect(start).toBe(1);
      expect(kept.length).toBeGreaterThan(0);
      expect((rows(x)[at] ?? []).join(' ')).toContain(kept.join(' '));
    });
  });
  it('deletion keeps the order; all of it leaves the start token', async () => {
    const all = await viewed('onnx', DATA.text, views.tokenDeletion, { rate: 1 });
    for (const row of rows(all)) expect(row).toEqual([1, ...Array.from({ length: 11 }, () => 0)]);
    const some = rows(await viewed('onnx', DATA.text, views.tokenDeletion, { rate: 0.5 }));
    some.forEach((row, at) => {
      let place = 0;
      for (const id of row.filter((one) => one !== 0))
        place = (rows(x)[at] ?? []).indexOf(id, place) + 1 || NaN;
      expect(place).toBeGreaterThan(0);
    });
  });
  it('a mask hides ordinary tokens alone', async () => {
    const y = await viewed('onnx', DATA.text, views.tokenMask, { rate: 1 });
    expect(y).toEqual([...x].map((id) => (id >= 3 ? 2 : id)));
  });
});
