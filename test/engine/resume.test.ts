import { describe, expect, it } from 'vitest';
import { onnx } from '../../main/engine/backends/onnx.ts';
import { methods } from '../../main/engine/registries.ts';
import { parityRate } from './parity/steps.ts';
import { checkpointsOf, collectEvents, tinyConfig, tinyDataOf } from './tiny.ts';

/** Of these pretrain.test.ts tells more. */
const ELSEWHERE: readonly string[] = ['simclr', 'rotation', 'byol', 'moco'];
const METHODS = (Object.keys(methods) as (keyof typeof methods)[]).filter((id) => !ELSEWHERE.includes(id));

describe.each(METHODS)('%s', (method) => {
  it('goes on from amidst the second epoch as if it had never been stopped, every tensor included', async () => {
    const engine = await onnx.activate({ device: 'cpu', threads: 1 });
    const optimizer = tinyConfig(method).optimizer;
    const config = tinyConfig(method, {
      epochs: 2,
      batchSize: 8,
      maxSamples: 20,
      optimizer: { ...optimizer, params: { ...optimizer.params, learningRate: parityRate(method) } },
      monitor: { everyEpochs: 10, bankSize: 64 },
    });
    const data = tinyDataOf(method, { side: 6 });
    const whole = checkpointsOf(await collectEvents(config, data, engine)).at(-1);
    let asked = 0;
    const wish = () => (asked++ < 6 ? 'go' : 'stop');
    const stopped = checkpointsOf(await collectEvents(config, data, engine, { wish })).at(-1);
    if (!stopped || !whole) throw new Error('There is no checkpoint.');
    expect(stopped.header).toMatchObject({ step: 3, epoch: 1, stepInEpoch: 1 });
    const resumed = checkpointsOf(await collectEvents(config, data, engine, { resumeFrom: stopped })).at(-1);
    expect(resumed?.header.streams).toEqual(whole.header.streams);
    expect(resumed?.tensors).toEqual(whole.tensors);
  });
});
