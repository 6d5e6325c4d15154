import * as tf from '@tensorflow/tfjs';

import { registerGradients } from './gradients.ts';
import type { GraphNode } from './graph.ts';
import type { KernelFamily, KernelLowering } from './kernels/kernel.ts';
import { KernelCall } from './kernels/kernel.ts';
import * as families from './kernels/registry.ts';
import { BACKEND_NAME, Recorder, tensorNode } from './recorder.ts';

/** Kernels with a lowering, by TensorFlow.js name. */
export const lowerings: KernelFamily = Object.assign({}, ...Object.values(families)) as KernelFamily;

type Tensors = Record<string, tf.TensorInfo>;

/** Registers the backend and its kernels; safe to call more than once. Returns the recorder. */
export function registerBackend(): Recorder {
  const existing: unknown = tf.findBackend(BACKEND_NAME);
  if (existing instanceof Recorder) return existing;
  registerGradients();
  const recorder = new Recorder();
  tf.registerBackend(BACKEND_NAME, () => recorder, 0);
  for (const [kernelName, lowering] of Object.entries(lowerings)) registerLowering(kernelName, lowering);
  for (const { kernelName } of tf.getKernelsForBackend('cpu')) {
    if (lowerings[kernelName] === undefined) registerFallback(kernelName);
  }
  return recorder;
}

function registerLowering(kernelName: string, lowering: KernelLowering): void {
  tf.registerKernel({
    kernelName,
    backendName: BACKEND_NAME,
    kernelFunc: ({ inputs, backend, attrs }) => {
      const recorder = backend as Recorder;
      const results = lowering(new KernelCall(kernelName, nodesOf(recorder, inputs as Tensors), attrs ?? {}));
      const infos = [results].flat().map((node) => recorder.register(tensorNode(node as GraphNode)));
      return Array.isArray(results) ? infos : (infos[0] as tf.TensorInfo);
    },
  });
}

function nodesOf(recorder: Recorder, inputs: Tensors): Record<string, GraphNode> {
  const entries = Object.entries(inputs).filter(([, tensor]) => tensor !== null && tensor !== undefined);
  return Object.fromEntries(entries.map(([name, tensor]) => [name, recorder.viewOf(tensor)]));
}

/** A kernel without a lowering: an error while tracing, TensorFlow.js's own JavaScript kernel otherwise. */
function registerFallback(kernelName: string): void {
  tf.registerKernel({
    kernelName,
    backendName: BACKEND_NAME,
    kernelFunc: ({ inputs, backend, attrs }) => {
      const recorder = backend as Recorder;
      if (recorder.recording) throw new Error(unsupportedMessage(kernelName, recorder.stepName));
      return runOnCpu(recorder, kernelName, inputs as Tensors, attrs);
    },
  });
}

function unsupportedMessage(kernelName: string, step: string): string {
  const frames = (new Error().stack ?? '').split('\n').slice(1);
  const caller = frames.find((frame) => !/node_modules|main\/compiler\/|node:internal/.test(frame));
  const where = caller === undefined ? 'an unknown place' : caller.trim().replace(/^at /, '');
  return `The step "${step}" uses the kernel ${kernelName}, which cannot be compiled; it was called at ${where}.`;
}

function runOnCpu(recorder: Recorder, kernelName: string, inputs: Tensors, attrs: unknown): tf.TensorInfo[] {
  const cpu = tf.engine().findBackend('cpu') as tf.KernelBackend;
  const kernel = tf.getKernel(kernelName, 'cpu');
  const borrowed = Object.fromEntries(
    Object.entries(inputs).map(([name, tensor]) => {
      const dataId = cpu.write(recorder.readSync(tensor.dataId), tensor.shape, tensor.dtype);
      return [name, { dataId, shape: tensor.shape, dtype: tensor.dtype }];
    }),
  );
  const results = kernel.kernelFunc({ inputs: borrowed, attrs: attrs as tf.NamedAttrMap, backend: cpu });
  const moved = [results].flat().map((info) => {
    const dataId = recorder.write(cpu.readSync(info.dataId), info.shape, info.dtype);
    return { dataId, shape: info.shape, dtype: info.dtype };
  });
  for (const { dataId } of Object.values(borrowed)) cpu.disposeData(dataId, true);
  for (const { dataId } of [results].flat()) cpu.disposeData(dataId, true);
  return moved;
}
