import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { onnx } from '../../../main/engine/backends/onnx.ts';
import { tensorflow } from '../../../main/engine/backends/tensorflow.ts';
import { methods } from '../../../main/engine/registries.ts';
import { webGpuDevice } from '../../support/softwareVulkan.ts';
import { checkpointsOf, collectEvents, referenceEngine, tinyConfig, tinyDataOf, valuesOf } from '../tiny.ts';
import { largestDeviation, STEPS, type Trained, trainSteps } from './steps.ts';

type Method = keyof typeof methods;
const METHODS = Object.keys(methods) as Method[];
/** Relative, in the loss, over 20 steps from the same seed. */
const BOUND = 1e-3;

const references = new Map<Method, Promise<Trained>>();
function reference(method: Method): Promise<Trained> {
  const known = references.get(method) ?? referenceEngine().then((engine) => trainSteps(engine, method));
  references.set(method, known);
  return known;
}

describe.each(METHODS)('20 steps of %s', (method) => {
  it.each([1, 2])('are the reference’s on onnx with %d threads', async (threads) => {
    const { losses } = await trainSteps(await onnx.activate({ device: 'cpu', threads }), method);
    expect(losses.length).toBe(STEPS);
    expect(largestDeviation(losses, (await reference(method)).losses)).toBeLessThan(BOUND);
  });
});

const gpu = await webGpuDevice();
if (gpu === null) console.log('skipped: parity on WebGPU, because no software Vulkan device is installed');
afterAll(() => gpu?.remove());

/** Losses that a process of its own found in the surroundings of the device. */
function lossesOnWebGpu(method: Method): Promise<readonly number[]> {
  const script = fileURLToPath(new URL('./device.ts', import.meta.url));
  const child = spawn(process.execPath, [script, 'onnx', 'webgpu', method], {
    env: { ...process.env, ...gpu?.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(output) as number[]);
      else reject(new Error(`The process on WebGPU ended with ${code}: ${errors.slice(-2000)}`));
    });
  });
}

/** A device in software needs half a minute for two networks; three methods of one network stand for the rest there. */
const ON_WEBGPU: readonly Method[] =
  process.env['PRETEXT_WEBGPU'] === undefined ? ['simclr', 'rotation', 'supervised'] : METHODS;
if (ON_WEBGPU !== METHODS)
  console.log('skipped: other methods on WebGPU, because they take minutes; PRETEXT_WEBGPU=all runs them');

describe.skipIf(gpu === null)(
  `WebGPU (${gpu?.name ?? 'skipped: no software Vulkan device is installed'})`,
  () => {
    it.each(ON_WEBGPU)(
      'takes the same 20 steps of %s as the reference',
      async (method) => {
        const losses = await lossesOnWebGpu(method);
        expect(largestDeviation(losses, (await reference(method)).losses)).toBeLessThan(BOUND);
      },
      600_000,
    );
  },
);

const native = await tensorflow.probe();
if (!native.works) console.log(`skipped: parity on tensorflow, because ${native.missing}`);
const title = native.works ? native.version : `skipped: ${native.missing}`;

describe.skipIf(!native.works)(`tensorflow (${title})`, () => {
  const device = native.devices[0]?.id ?? 'cpu';
  it.each(METHODS)('takes the same 20 steps of %s as the reference', async (method) => {
    const { losses } = await trainSteps(await tensorflow.activate({ device, threads: 0 }), method);
    expect(largestDeviation(losses, (await reference(method)).losses)).toBeLessThan(BOUND);
  });
  it.each(METHODS)('goes on from onnx’s checkpoint of %s, and onnx from its own', async (method) => {
    const optimizer = tinyConfig(method).optimizer;
    const slow = { ...optimizer, params: { ...optimizer.params, learningRate: 0.01 } };
    const config = tinyConfig(method, { epochs: 2, maxSamples: 80, optimizer: slow });
    const data = tinyDataOf(method, { side: 6 });
    const own = await onnx.activate({ device: 'cpu', threads: 1 });
    const other = await tensorflow.activate({ device, threads: 0 });
    const whole = await collectEvents(config, data, own);
    for (const [first, second] of [
      [own, other],
      [other, own],
    ] as const) {
      const checkpoint = checkpointsOf(await collectEvents(config, data, first)).find(
        ({ header }) => header.epoch === 1 && header.stepInEpoch === 0,
      );
      if (!checkpoint) throw new Error('There is no checkpoint of the first epoch.');
      const rest = await collectEvents(config, data, second, { resumeFrom: checkpoint });
      const expected = valuesOf(whole, 'loss').slice(checkpoint.header.step);
      expect(expected.length).toBeGreaterThan(3);
      expect(largestDeviation(valuesOf(rest, 'loss'), expected)).toBeLessThan(BOUND);
      expect(rest.at(-1)).toMatchObject({ type: 'finished', stopped: false });
    }
  });
});
