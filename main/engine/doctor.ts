import * as tf from '@tensorflow/tfjs';
import { AppError } from '../../preload/contract/errors.ts';
import type { DeviceReport, EngineReport } from '../../preload/contract/vocabulary.ts';
import * as engineRegistry from './backends/registry.ts';
import type { Engine, EngineEntry, EngineOptions, StepFunction } from './engine.ts';
import { leased } from './leasedEngine.ts';
import type { HostTensor, HostTensors } from './method.ts';
import { signatureOf } from './trainingStep.ts';

/** Largest difference to the reference that counts as the same answer. */
const TOLERANCE = 1e-4;

/** Probes every engine, and on every device that is there runs a tiny training step and compares it with the reference. */
export async function diagnose(
  entries: Readonly<Record<string, EngineEntry>> = engineRegistry,
): Promise<readonly EngineReport[]> {
  const expected = await trialRun(await engineRegistry.cpu.activate({ device: 'cpu', threads: 0 }));
  const reports: EngineReport[] = [];
  for (const entry of Object.values(entries)) reports.push(await examined(entry, expected));
  // What works first, the slow reference last.
  const place = ({ id, works }: EngineReport): number => (id === 'cpu' ? 2 : works ? 0 : 1);
  return reports.sort((a, b) => place(a) - place(b));
}

async function examined(entry: EngineEntry, expected: Float32Array): Promise<EngineReport> {
  const report = await entry.probe();
  const devices: DeviceReport[] = [];
  for (const device of report.devices)
    devices.push(device.works ? await tried(entry, device, expected) : device);
  const works = devices.some((device) => device.works);
  const reasons = devices.map(({ missing }) => missing).filter((reason) => reason !== '');
  return { ...report, devices, works, missing: report.missing || (works ? '' : reasons.join(' ')) };
}

async function tried(
  entry: EngineEntry,
  device: DeviceReport,
  expected: Float32Array,
): Promise<DeviceReport> {
  try {
    const reason = await deviation(await entry.activate({ device: device.id, threads: 0 }), expected);
    if (reason === null) return { ...device, missing: '' };
    return { ...device, works: false, missing: `${reason} Update the device’s driver, or use another.` };
  } catch (cause) {
    const said = saidBy(cause);
    const missing = device.missing === '' ? said : `${device.missing} (It said: ${said})`;
    return { ...device, works: false, missing };
  }
}

/** The first line of a failure, without the place in the library's source where it was noticed. */
function saidBy(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return (text.split('\n')[0] ?? '').replace(/^.*\bwas false\. /, '').trim();
}

/** Why a device is not to be trusted, as one sentence, or null where it gave the reference's numbers. */
async function deviation(engine: Engine, expected: Float32Array): Promise<string | null> {
  const found = await trialRun(engine);
  const difference = Math.max(...found.map((value, i) => Math.abs(value - (expected[i] as number))));
  // A difference that is no number is no small one either.
  return difference <= TOLERANCE ? null : `It computes wrong values: off by ${difference.toPrecision(2)}.`;
}

/**
 * An engine on a device that has just given the reference's numbers; the processor is trusted.
 * @throws AppError engine that says what is missing, or by how much the device is wrong
 */
export async function activateTried(
  entry: EngineEntry,
  options: EngineOptions,
): ReturnType<EngineEntry['activate']> {
  const engine = await entry.activate(options);
  if (engine.device === 'cpu') return engine;
  const expected = await trialRun(await engineRegistry.cpu.activate({ device: 'cpu', threads: 0 }));
  const reason = await deviation(engine, expected);
  if (reason === null) return engine;
  throw new AppError({
    code: 'engine',
    message: `Engine ${entry.id} is not used on ${options.device}: ${reason}`,
    hint: 'Update the device’s driver, or choose another device; pretext doctor lists those that passed.',
  });
}

/** Convolution, ReLU, mean, matrix product, gradients and one update, on numbers from a formula. */
async function trialRun(whole: Engine): Promise<Float32Array> {
  const engine = leased(whole);
  try {
    return await trial(engine);
  } finally {
    await engine.dispose();
  }
}

async function trial(engine: Engine): Promise<Float32Array> {
  const state = { filter: formula([3, 3, 3, 4]), weight: formula([4, 5]) };
  const inputs = { x: formula([2, 6, 6, 3]) };
  const store = await engine.createState(state);
  const step = await engine.compile(trialStep, signatureOf(state, inputs), 'trial');
  await step.run(store, inputs);
  const after: HostTensors = await store.read();
  return Float32Array.from(
    ['filter', 'weight'].flatMap((name) => [...((after[name] as HostTensor).data as Float32Array)]),
  );
}

const trialStep: StepFunction = (state, inputs) => {
  const { value, grads } = tf.valueAndGrads((filter: tf.Tensor, weight: tf.Tensor) => {
    const y = tf.relu(tf.conv2d(inputs['x'] as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same')).mean([1, 2]);
    return tf
      .matMul(y as tf.Tensor2D, weight as tf.Tensor2D)
      .square()
      .mean() as tf.Scalar;
  })([state['filter'] as tf.Tensor, state['weight'] as tf.Tensor]);
  const [dFilter, dWeight] = grads as [tf.Tensor, tf.Tensor];
  return {
    state: {
      filter: (state['filter'] as tf.Tensor).sub(dFilter.mul(0.1)),
      weight: (state['weight'] as tf.Tensor).sub(dWeight.mul(0.1)),
    },
    outputs: { loss: value },
  };
};

function formula(shape: readonly number[]): HostTensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return {
    shape,
    dtype: 'float32',
    data: Float32Array.from({ length: size }, (_, i) => Math.sin(0.7 * i + 0.1)),
  };
}
