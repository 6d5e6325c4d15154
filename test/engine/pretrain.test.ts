import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunConfig } from '../../preload/contract/vocabulary.ts';
import { collapseAlarms } from '../../main/engine/alarms.ts';
import { onnx } from '../../main/engine/backends/onnx.ts';
import type { Engine } from '../../main/engine/engine.ts';
import { METRICS } from '../../main/engine/metricNames.ts';
import { pretrain } from '../../main/engine/pretrain.ts';
import type { PretrainEvent } from '../../main/engine/pretrainEvents.ts';
import { methods } from '../../main/engine/registries.ts';
import { parityRate } from './parity/steps.ts';
import {
  checkpointsOf,
  collectEvents,
  referenceEngine,
  tinyConfig,
  tinyData,
  tinyDataOf,
  tinyHost,
  valuesOf,
} from './tiny.ts';

const METHODS = Object.keys(methods) as (keyof typeof methods)[];
const engines: Record<string, Engine> = {};
beforeAll(async () => {
  engines['cpu'] = await referenceEngine();
  engines['onnx'] = await onnx.activate({ device: 'cpu', threads: 2 });
});
const engine = (name: string): Engine => engines[name] as Engine;

/** Points without their times, which differ from process to process. */
function pointsOf(events: readonly PretrainEvent[]) {
  const timed: readonly string[] = [METRICS.samplesPerSecond, METRICS.waitingForData];
  return events
    .flatMap((event) => (event.type === 'points' ? event.points : []))
    .filter(({ metric }) => !timed.includes(metric))
    .map(({ metric, step, epoch, value }) => ({ metric, step, epoch, value }));
}

function finalTensors(events: readonly PretrainEvent[]) {
  return checkpointsOf(events).at(-1)?.tensors;
}

describe.each(METHODS)('%s', (method) => {
  it('goes through the same whole run on onnx as on the reference (20 steps: parity.test.ts)', async () => {
    const optimizer = tinyConfig(method).optimizer;
    const slow = { ...optimizer, params: { ...optimizer.params, learningRate: parityRate(method) } };
    const config = tinyConfig(method, {
      epochs: 2,
      batchSize: 8,
      maxSamples: 24,
      optimizer: slow,
      monitor: { everyEpochs: 10, bankSize: 64 },
    });
    const data = tinyDataOf(method, { side: 6 });
    const [reference, found] = [
      await collectEvents(config, data, engine('cpu')),
      await collectEvents(config, data, engine('onnx')),
    ];
    const [expected, losses] = [valuesOf(reference, 'loss'), valuesOf(found, 'loss')];
    expect(losses.length).toBe(6);
    losses.forEach((loss, i) => expect(Math.abs(loss / (expected[i] ?? NaN) - 1)).toBeLessThan(1e-3));
  });
});

describe.each([
  ['simclr', 'onnx'],
  ['rotation', 'onnx'],
  ['byol', 'onnx'],
  ['moco', 'onnx'],
  ['simclr', 'cpu'],
  ['rotation', 'cpu'],
] as const)('%s on %s resumes bit for bit', (method, name) => {
  const config = tinyConfig(method, {
    epochs: 3,
    batchSize: 8,
    maxSamples: 24,
    views: [
      { id: 'resizedCrop', params: { scale: [0.5, 1], ratio: [0.75, 4 / 3] }, enabled: true },
      { id: 'gaussianNoise', params: { sigma: [0.01, 0.05], p: 0.5 }, enabled: true },
    ],
  });
  const data = tinyData({ side: 6 });
  it('from the end of an epoch and from the middle of one', async () => {
    const whole = await collectEvents(config, data, engine(name));
    const points = pointsOf(whole);
    const afterFirstEpoch = checkpointsOf(whole).find(({ step }) => step === 3);
    let asked = 0;
    const stopped = await collectEvents(config, data, engine(name), {
      wish: () => (asked++ < 10 ? 'go' : 'stop'),
    });
    const inSecondEpoch = checkpointsOf(stopped).at(-1);
    expect(inSecondEpoch?.header).toMatchObject({ step: 5, epoch: 1, stepInEpoch: 2 });
    expect(inSecondEpoch?.kind).toBe('stopped');
    for (const checkpoint of [afterFirstEpoch, inSecondEpoch]) {
      if (!checkpoint) throw new Error('There is no such checkpoint.');
      const resumed = await collectEvents(config, data, engine(name), { resumeFrom: checkpoint });
      expect(finalTensors(resumed)).toEqual(finalTensors(whole));
      const rest = points.filter((point) => point.step > checkpoint.step);
      expect(pointsOf(resumed)).toEqual(rest);
      expect(resumed.at(-1)).toMatchObject({ type: 'finished', stopped: false });
    }
  });
});

describe('the loop', () => {
  const data = tinyData();
  it('gives the same run for the same seed and another for another', async () => {
    const run = async (seed: number) =>
      finalTensors(await collectEvents(tinyConfig('simclr', { epochs: 1, seed }), data, engine('onnx')));
    const first = await run(1);
    expect(await run(1)).toEqual(first);
    expect(await run(2)).not.toEqual(first);
  });
  it('looks before the first step, saves even then, drops the last partial batch, and never asks for the audit split', async () => {
    const config = tinyConfig('simclr', { epochs: 2, maxSamples: 30 });
    const asked = new Set<number>();
    const watched = {
      ...data,
      read: (indices: Uint32Array) => (indices.forEach((i) => asked.add(i)), data.read(indices)),
    };
    const events = await collectEvents(config, watched, engine('onnx'));
    const first = pointsOf(events)
      .filter(({ step }) => step === 0)
      .map(({ metric }) => metric);
    expect(first).toEqual(
      expect.arrayContaining(['std', 'effectiveRank', 'alignment', 'uniformity', 'knn', 'representationStd']),
    );
    expect(valuesOf(events, 'loss').length).toBe(2 * 3);
    expect(checkpointsOf(events).map(({ step, kind }) => `${kind} ${step}`)).toEqual([
      'periodic 0',
      'periodic 3',
      'periodic 6',
      'final 6',
    ]);
    const allowed = new Set(Object.values(data.splits).flatMap((split) => [...split]));
    expect([...asked].filter((index) => !allowed.has(index))).toEqual([]);
  });
  it('goes through every sample of an epoch once, each epoch in another order', async () => {
    const seen: number[][] = [];
    const watched = {
      ...data,
      read: (indices: Uint32Array) => (indices.length === 8 && seen.push([...indices]), data.read(indices)),
    };
    await collectEvents(tinyConfig('supervised', { epochs: 2 }), watched, engine('onnx'));
    const steps = seen.filter((batch) => batch.every((index) => data.splits.pretrain.includes(index)));
    const [first, second] = [steps.slice(0, 6).flat(), steps.slice(6, 12).flat()];
    expect([...first].sort((a, b) => a - b)).toEqual([...data.splits.pretrain]);
    expect([...second].sort((a, b) => a - b)).toEqual([...data.splits.pretrain]);
    expect(second).not.toEqual(first);
  });
  it('stops between steps, keeps the work and probes it', async () => {
    let asked = 0;
    const events = await collectEvents(tinyConfig('simclr'), data, engine('onnx'), {
      wish: () => (asked++ < 4 ? 'go' : 'stop'),
    });
    expect(valuesOf(events, 'loss').length).toBe(2);
    expect(checkpointsOf(events).at(-1)).toMatchObject({ kind: 'stopped', step: 2, epoch: 0 });
    expect(checkpointsOf(events).at(-1)?.header.probe).toEqual({
      target: 'place',
      classes: ['left', 'right', 'both'],
    });
    expect(events.at(-1)).toMatchObject({ type: 'finished', stopped: true });
  });
  it('says when it pauses and goes on', async () => {
    let asked = 0;
    const events = await collectEvents(tinyConfig('simclr', { epochs: 1 }), data, engine('onnx'), {
      wish: () => (asked++ === 2 ? 'pause' : 'go'),
    });
    const states = events.flatMap((event) => (event.type === 'state' ? [event.state] : []));
    expect(states).toEqual(['paused', 'running']);
    expect(valuesOf(events, 'loss').length).toBe(6);
  });
  it('refuses a batch larger than the split, and a checkpoint of another model', async () => {
    await expect(
      collectEvents(tinyConfig('simclr', { batchSize: 64 }), data, engine('onnx')),
    ).rejects.toThrow(/only 48 samples/);
    const small = checkpointsOf(
      await collectEvents(tinyConfig('simclr', { epochs: 1 }), data, engine('onnx')),
    ).at(-1);
    const wider = tinyConfig('simclr', { encoder: { id: 'smallCnn', params: { width: 8 } } });
    if (small)
      await expect(collectEvents(wider, data, engine('onnx'), { resumeFrom: small })).rejects.toThrow(
        /does not fit/,
      );
  });
});

describe('what goes wrong is caught', () => {
  const data = tinyData();
  const failing = async (config: RunConfig): Promise<{ events: PretrainEvent[]; message: string }> => {
    const events: PretrainEvent[] = [];
    const task = { config, data, datasetDigest: 'd', resumeFrom: null, spent: null };
    try {
      for await (const event of pretrain(task, tinyHost(engine('onnx')))) events.push(event);
    } catch (cause) {
      return { events, message: (cause as Error).message };
    }
    return { events, message: '' };
  };
  it('a loss that is no number or explodes ends the run with the reason, after a checkpoint from before', async () => {
    const optimizer = {
      id: 'sgdMomentum',
      params: { learningRate: 100, momentum: 0.9, weightDecay: 0.5, nesterov: false },
    };
    const config = tinyConfig('supervised', {
      optimizer,
      epochs: 30,
      schedule: { id: 'constant', params: {} },
    });
    const { events, message } = await failing(config);
    expect(message).toMatch(
      /Training stopped at step \d+ of epoch \d+: (the loss exploded|(loss|gradientNorm) became (NaN|-?Infinity))/,
    );
    const last = checkpointsOf(events).at(-1);
    expect(last?.kind).toBe('periodic');
    for (const { data: values } of Object.values(last?.tensors ?? {}))
      expect(values.every(Number.isFinite)).toBe(true);
  });
  it('a representation that collapses raises the alarm, once', async () => {
    // Decay so strong that every weight goes to zero: all samples get one embedding.
    const optimizer = {
      id: 'sgdMomentum',
      params: { learningRate: 0.05, momentum: 0, weightDecay: 1, nesterov: false },
    };
    const views = [{ id: 'gaussianNoise', params: { sigma: [0, 0], p: 0 }, enabled: true }] as const;
    const config = tinyConfig('rotation', {
      optimizer,
      views,
      epochs: 12,
      schedule: { id: 'constant', params: {} },
    });
    const events = await collectEvents(config, data, engine('onnx'));
    const alarms = events.flatMap((event) => (event.type === 'alarm' ? [event.alarm] : []));
    expect(alarms.length).toBeGreaterThan(0);
    expect(new Set(alarms.map(({ monitor }) => monitor)).size).toBe(alarms.length);
    for (const { value, reference } of alarms) expect(value).toBeLessThan(0.5 * reference);
  });
  it('alarms compare with the run’s own start and stay silent above half of it', () => {
    const at = { step: 5, epoch: 1 };
    expect(collapseAlarms({ std: 0.06, effectiveRank: 3 }, { std: 0.1, effectiveRank: 5 }, [], at)).toEqual(
      [],
    );
    const [alarm] = collapseAlarms({ std: 0.04 }, { std: 0.1 }, [], at);
    expect(alarm).toMatchObject({ monitor: 'std', value: 0.04, reference: 0.1, ...at });
    expect(collapseAlarms({ std: 0.04 }, { std: 0.1 }, ['std'], at)).toEqual([]);
  });
});

describe('pretraining', () => {
  it('improves the kNN vote over the untrained encoder', async () => {
    const data = tinyData({ count: 900, side: 8 });
    const config = tinyConfig('simclr', {
      epochs: 6,
      batchSize: 32,
      monitor: { everyEpochs: 10, bankSize: 256 },
    });
    const last = (await collectEvents(config, data, engine('onnx'))).at(-1);
    if (last?.type !== 'finished') throw new Error('The run did not finish.');
    const { knnAccuracy, untrainedKnnAccuracy } = last.results;
    expect(knnAccuracy ?? 0).toBeGreaterThan((untrainedKnnAccuracy ?? 1) + 0.02);
    expect(last.cost).toMatchObject({ samplesSeen: 6 * 14 * 32, energyJoules: null, device: 'onnx/cpu' });
    expect(last.cost.flops).toBeGreaterThan(1e9);
  });
  it('leaves no tensor behind on an eager engine', async () => {
    const cpu = engine('cpu');
    await collectEvents(tinyConfig('simclr', { epochs: 1, maxSamples: 16 }), tinyData({ side: 6 }), cpu);
    const before = tf.memory().numTensors;
    await collectEvents(tinyConfig('simclr', { epochs: 1, maxSamples: 16 }), tinyData({ side: 6 }), cpu);
    expect(tf.memory().numTensors).toBe(before);
  });
});
