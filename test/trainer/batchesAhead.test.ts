import { readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { Rng } from '../../main/core/rng.ts';
import { onnx } from '../../main/engine/backends/onnx.ts';
import { type Batch, batchesFrom, batchesOnDemand, type BatchStart } from '../../main/engine/batches.ts';
import { decodeCheckpoint } from '../../main/engine/checkpoint.ts';
import { BatchesAhead, waitingBatches } from '../../main/trainer/batchesAhead.ts';
import { openTrainingData } from '../../main/trainer/datasetReader.ts';
import { checkpointsOf, collectEvents } from '../engine/tiny.ts';
import { temporaryFolder } from '../store/support/workspace.ts';
import { folder, ForkedTrainer, tinyFiles, tinyJob } from './job.ts';

const ENTRY = new URL('../../main/trainer/batchWorker.ts', import.meta.url);
const VIEWS = [
  { id: 'resizedCrop', params: { scale: [0.5, 1], ratio: [0.75, 4 / 3] }, enabled: true },
  { id: 'gaussianNoise', params: { sigma: [0.01, 0.05], p: 0.5 }, enabled: true },
] as const;

const { path: directory, remove } = temporaryFolder('batches');
afterAll(remove);
const dataset = tinyFiles(directory);
const { config } = tinyJob(directory, dataset, { views: VIEWS, epochs: 3 });
const IMAGES = { kind: 'image' } as const;
const data = openTrainingData(dataset, config.target, config.target);
const fromStart: BatchStart = {
  config,
  epoch: 0,
  stepInEpoch: 0,
  views: Rng.stream(config.seed, 'views').state(),
};

describe('batches made ahead', () => {
  it('are those that are made on demand, bit for bit, to the end of the run', async () => {
    const ahead = new BatchesAhead(ENTRY, dataset, fromStart, IMAGES);
    const expected = [...batchesFrom(fromStart, data)];
    expect(expected.length).toBe(18);
    for (const batch of expected) expect(await ahead.next()).toEqual(batch);
    await ahead.close();
  });
  it('go on from the middle of an epoch as if nothing had been before', async () => {
    const all = [...batchesFrom(fromStart, data)];
    const start = { ...fromStart, epoch: 1, stepInEpoch: 2, views: (all[7] as Batch).views };
    const ahead = new BatchesAhead(ENTRY, dataset, start, IMAGES);
    expect(await ahead.next()).toEqual(all[8]);
    expect(await ahead.next()).toEqual(all[9]);
    await ahead.close();
    expect(await batchesOnDemand(start, data).next()).toEqual(all[8]);
  });
  it('wait in a bounded number: at least two, at most sixteen, within 128 MiB', async () => {
    expect([waitingBatches(0), waitingBatches(2 ** 23), waitingBatches(2 ** 25), waitingBatches(2 ** 30)]).toEqual([16, 16, 4, 2]); // prettier-ignore
    const ahead = new BatchesAhead(ENTRY, dataset, { ...fromStart, config: { ...config, epochs: 100 } }, IMAGES); // prettier-ignore
    await ahead.next();
    for (let polls = 0; polls < 100 && ahead.waiting < 16; polls++) await setTimeout(50);
    await setTimeout(200);
    expect(ahead.waiting).toBe(16);
    await ahead.close();
  });
  it('say why there are none', async () => {
    const broken = tinyFiles(folder());
    truncateSync(broken.samples.path, 100);
    const ahead = new BatchesAhead(ENTRY, broken, fromStart, IMAGES);
    await expect(ahead.next()).rejects.toThrow(/cut short/);
    await expect(ahead.next()).rejects.toThrow(/cut short/);
    await ahead.close();
    const absent = new BatchesAhead(new URL('./absent.ts', import.meta.url), dataset, fromStart, IMAGES);
    await expect(absent.next()).rejects.toThrow(/absent/);
    await absent.close();
  });
});

describe('a run whose batches are made ahead', () => {
  it('ends with the weights of one whose batches are not', async () => {
    const forked = new ForkedTrainer();
    await forked.until('ready');
    const target = folder();
    forked.send({ type: 'job', job: { ...tinyJob(target, dataset), config } });
    await forked.until('finished');
    forked.child.kill();
    await forked.exit();
    const inline = await collectEvents(config, data, await onnx.activate({ device: 'cpu', threads: 1 }));
    const expected = checkpointsOf(inline).at(-1);
    const found = decodeCheckpoint(readFileSync(join(target, 'checkpoint-final-18-3.ckpt')));
    expect(found.tensors).toEqual(expected?.tensors);
    expect(found.header.streams).toEqual(expected?.header.streams);
  });
});
