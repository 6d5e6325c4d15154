import { execFileSync } from 'node:child_process';

import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';

import type { StepFunction } from '../../main/compiler/index.ts';
import { compileStep, registerBackend, StateStore } from '../../main/compiler/index.ts';
import { sessionCount } from '../../main/compiler/sessionCache.ts';
import { digest } from './digest.ts';
import { filled, host, specsOf } from './steps.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const x = { x: host([2, 3], 1) };

function compileOn(run: (x: tf.Tensor) => tf.Tensor): ReturnType<typeof compileStep> {
  const fn: StepFunction = (_, inputs) => ({ state: {}, outputs: { y: run(inputs['x'] as tf.Tensor) } });
  return compileStep(fn, { state: {}, inputs: specsOf(x) }, { name: 'probe' });
}

test('a kernel that cannot be compiled is named, with the place that called it', async () => {
  const run = (t: tf.Tensor): tf.Tensor => tf.unique(t.flatten()).values;
  await expect(compileOn(run)).rejects.toThrow(/step "probe" uses the kernel Unique.*tracing\.test\.ts/);
});

test('why a kernel cannot be compiled is said, and arguments that cannot be are refused where they were written', async () => {
  const strings = (t: tf.Tensor): tf.Tensor =>
    tf.concat([tf.tensor1d(['a']), tf.tensor1d(['b'])]).equal(t.as1D());
  await expect(compileOn(strings)).rejects.toThrow(/kernel Concat.*no graph computes it.*tracing\.test\.ts/);
  const unique = (t: tf.Tensor): tf.Tensor => tf.unique(t.flatten()).values;
  await expect(compileOn(unique)).rejects.toThrow(/the shape of its result depends on values/);
  const product = (t: tf.Tensor): tf.Tensor => tf.matMul(t, t);
  await expect(compileOn(product)).rejects.toThrow(
    /\[2,3\] and \[2,3\] do not multiply.*tracing\.test\.ts.*step "probe"/,
  );
  const complex = (t: tf.Tensor): tf.Tensor => tf.complex(t, t);
  await expect(compileOn(complex)).rejects.toThrow(/returns "y" as complex64/);
});

test('reading values on the host while tracing is refused', async () => {
  const run = (t: tf.Tensor): tf.Tensor => t.mul(t.dataSync()[0] ?? 0);
  await expect(compileOn(run)).rejects.toThrow(/step "probe" reads a tensor's values on the host/);
});

test('a random number frozen into a step is refused', async () => {
  const run = (t: tf.Tensor): tf.Tensor => t.add(tf.randomNormal([2, 3]));
  await expect(compileOn(run)).rejects.toThrow(/two different graphs/);
});

test('state that the signature lacks, and state of another shape, are refused', async () => {
  const signature = { state: specsOf({ w: filled([2], 1) }), inputs: {} };
  const unknown: StepFunction = (state) => ({ state: { v: state['w'] as tf.Tensor }, outputs: {} });
  await expect(compileStep(unknown, signature)).rejects.toThrow(/"v", which its signature lacks/);
  const reshaped: StepFunction = (state) => ({ state: { w: (state['w'] as tf.Tensor).sum() }, outputs: {} });
  await expect(compileStep(reshaped, signature)).rejects.toThrow(
    /returns "w" as float32\[\], but it is float32\[2\]/,
  );
});

test('a missing input and an input of another shape are named', async () => {
  const step = await compileOn((t) => t.mul(2));
  const store = StateStore.from({});
  await expect(step.run(store, {})).rejects.toThrow(/needs a value for "inputs\/x"/);
  await expect(step.run(store, { x: host([3, 2]) })).rejects.toThrow(/must be float32\[2,3\]/);
  await step.dispose();
});

test('the global backend is what it was, also after an error', async () => {
  await expect(compileOn((t) => tf.unique(t.flatten()).values)).rejects.toThrow();
  expect(tf.getBackend()).toBe('cpu');
});

test('several steps share one store, each with its own part of the state', async () => {
  const store = StateStore.from({ a: filled([2], 1), b: filled([2], 10) });
  const grow: StepFunction = (state, inputs) => ({
    state: { a: tf.add(state['a'] as tf.Tensor, inputs['by'] as tf.Tensor) },
    outputs: {},
  });
  const total: StepFunction = (state) => ({
    state: {},
    outputs: { y: tf.add(state['a'] as tf.Tensor, state['b'] as tf.Tensor) },
  });
  const spec = { shape: [2], dtype: 'float32' } as const;
  const first = await compileStep(grow, {
    state: { a: spec },
    inputs: { by: { shape: [], dtype: 'float32' } },
  });
  const second = await compileStep(total, { state: { a: spec, b: spec }, inputs: {} });
  const copy = StateStore.from(await store.read());
  await first.run(store, { by: filled([], 2) });
  expect([...((await second.run(store, {}))['y']?.data ?? [])]).toEqual([13, 13]);
  expect([...((await second.run(copy, {}))['y']?.data ?? [])]).toEqual([11, 11]);
  await store.write({ a: filled([2], 0) });
  expect([...((await store.read())['a']?.data ?? [])]).toEqual([0, 0]);
  await expect(store.write({ a: filled([3], 0) })).rejects.toThrow(/cannot become float32\[3\]/);
  await Promise.all([first.dispose(), second.dispose()]);
});

test('equal steps share a session until both are disposed', async () => {
  const before = sessionCount();
  const first = await compileOn((t) => t.tanh().mul(3));
  const second = await compileOn((t) => t.tanh().mul(3));
  const other = await compileOn((t) => t.tanh().mul(4));
  expect(sessionCount()).toBe(before + 2);
  await first.dispose();
  await first.dispose();
  expect((await second.run(StateStore.from({}), x))['y']?.shape).toEqual([2, 3]);
  await Promise.all([second.dispose(), other.dispose()]);
  expect(sessionCount()).toBe(before);
});

test('the report counts operations, nodes and constants', async () => {
  const step = await compileOn((t) => tf.matMul(t as tf.Tensor2D, tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2])));
  expect(step.report.flops).toBe(2 * 2 * 3 * 2);
  expect(step.report.constants).toEqual({ count: 1, elements: 6 });
  expect(step.report.nodes).toBeGreaterThan(0);
  await step.dispose();
});

test('outside a step the backend is lazy, falls back to cpu kernels, and keeps count of tensors', async () => {
  const recorder = registerBackend();
  await tf.setBackend('onnx');
  const tensors = tf.memory().numTensors;
  const read = tf.tidy(() => {
    const t = tf.tensor2d([1, 2, 2, 4], [2, 2]);
    const { values } = tf.unique(t.matMul(t).flatten());
    return [...values.add(1).dataSync()];
  });
  expect(read).toEqual([6, 11, 21]);
  expect(await tf.tidy(() => tf.tensor1d([3, 4]).norm()).data()).toEqual(Float32Array.from([5]));
  expect(tf.memory().numTensors - tensors).toBe(1);
  const held = recorder.numDataIds();
  const words = tf.tidy(() =>
    tf.concat([tf.tensor1d(['one', 'two']).slice(1), tf.tensor1d(['three'])]).dataSync(),
  );
  expect([...words]).toEqual(['two', 'three']);
  const spectrum = tf.tidy(() => tf.spectral.fft(tf.complex([1, 2, 3, 4], [0, 0, 0, 0])).dataSync());
  expect([...spectrum].map(Math.round)).toEqual([10, 0, -2, 2, -2, 0, -2, -2]);
  expect(recorder.numDataIds()).toBe(held);
  await tf.setBackend('cpu');
});

test('reading a tensor computes each tensor that lives once, and counts what fell back', async () => {
  const recorder = registerBackend();
  await tf.setBackend('onnx');
  recorder.fallbacks.clear();
  const before = recorder.graphsRun;
  tf.tidy(() => {
    const root = tf.tensor1d([1, 4, 9]).sqrt();
    expect([...root.add(1).dataSync()]).toEqual([2, 3, 4]);
    expect([...root.dataSync()]).toEqual([1, 2, 3]);
    expect(recorder.graphsRun - before).toBe(1);
    expect([...tf.unique(root).values.dataSync()]).toEqual([1, 2, 3]);
  });
  expect(recorder.graphsRun - before).toBe(1);
  expect([...recorder.fallbacks]).toEqual([['Unique', 1]]);
  await tf.setBackend('cpu');
});

test('a reshape shares its input and does not change it', async () => {
  registerBackend();
  await tf.setBackend('onnx');
  tf.tidy(() => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
    const tall = x.reshape([3, 2]);
    x.dispose();
    expect(tall.transpose().arraySync()).toEqual([
      [1, 3, 5],
      [2, 4, 6],
    ]);
    expect(() => tall.reshape([4, 2])).toThrow();
  });
  await tf.setBackend('cpu');
});

test('another process reaches the same state, bit for bit', async () => {
  const script = new URL('digest.ts', import.meta.url).pathname;
  const other = execFileSync(process.execPath, [script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  expect(other.trim().split('\n').at(-1)).toBe(await digest());
});
