import { expect, it } from 'vitest';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import { isRunningStatistic } from '../../../main/engine/layers/batchNorm.ts';
import { checkpointsOf, collectEvents, tinyConfig, tinyData, valuesOf } from '../tiny.ts';

it('keeps its random weights, lets the statistics follow the data, and says what it is', async () => {
  const engine = await onnx.activate({ device: 'cpu', threads: 1 });
  const config = tinyConfig('randomEncoder', { epochs: 4, views: [] });
  const data = tinyData();
  const events = await collectEvents(config, data, engine);
  const [first, last] = [
    checkpointsOf(events)[0]?.tensors ?? {},
    checkpointsOf(events).at(-1)?.tensors ?? {},
  ];
  const names = Object.keys(first);
  expect(names.filter((name) => name.startsWith('optimizer/'))).toEqual([]);
  for (const name of names)
    if (isRunningStatistic(name)) expect(last[name]?.data, name).not.toEqual(first[name]?.data);
    else expect(last[name]?.data, name).toEqual(first[name]?.data);
  expect(valuesOf(events, 'gradientNorm').every((value) => value === 0)).toBe(true);
  expect(events.at(-1)).toMatchObject({
    type: 'finished',
    results: {
      baseline: 'randomEncoder',
      parameters: 0,
      batchNormMode: 'evaluation mode: running statistics of the pretrain split under random weights',
    },
  });
  await engine.dispose();
});

it('comes to the mean and variance of what its first layer makes of the data', async () => {
  const engine = await onnx.activate({ device: 'cpu', threads: 1 });
  // One batch that holds the whole split: its statistics are the data's, and the running ones approach them.
  const config = tinyConfig('randomEncoder', { epochs: 80, batchSize: 48, views: [] });
  const data = tinyData();
  const quiet = {
    ...config,
    monitor: { everyEpochs: 1000, bankSize: 64 },
    checkpoint: { everyEpochs: 1000, keep: 1 },
  };
  const knn = { ...quiet.evaluate.knn, everyEpochs: 0 };
  const events = await collectEvents({ ...quiet, evaluate: { ...quiet.evaluate, knn } }, data, engine);
  const tensors = checkpointsOf(events).at(-1)?.tensors ?? {};
  const filter = tensors['encoder/block1/filter'];
  const [side, filters] = [8, filter?.shape[3] ?? 0];
  const bytes = data.read(data.splits.pretrain);
  const sums = new Float64Array(filters);
  const squares = new Float64Array(filters);
  for (let at = 0; at < 48 * side * side; at++) {
    const [image, row, column] = [Math.floor(at / side ** 2), Math.floor(at / side) % side, at % side];
    for (let out = 0; out < filters; out++) {
      let value = 0;
      for (let tap = 0; tap < 27; tap++) {
        const [y, x] = [row + Math.floor(tap / 9) - 1, column + (Math.floor(tap / 3) % 3) - 1];
        if (y < 0 || x < 0 || y >= side || x >= side) continue;
        const pixel = bytes[((image * side + y) * side + x) * 3 + (tap % 3)] ?? NaN;
        value += pixel * (filter?.data[tap * filters + out] ?? NaN);
      }
      sums[out] = (sums[out] ?? 0) + value;
      squares[out] = (squares[out] ?? 0) + value ** 2;
    }
  }
  const count = 48 * side * side;
  for (let out = 0; out < filters; out++) {
    const mean = (sums[out] ?? NaN) / count;
    const variance = ((squares[out] ?? NaN) - count * mean ** 2) / (count - 1);
    expect(tensors['encoder/block1/norm/mean']?.data[out]).toBeCloseTo(mean, 3);
    expect(tensors['encoder/block1/norm/variance']?.data[out]).toBeCloseTo(variance, 2);
  }
  await engine.dispose();
});
