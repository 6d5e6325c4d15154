import * as tf from '@tensorflow/tfjs';

import { withoutLowering } from './kernels/withoutLowering.ts';
import type { Recorder } from './recorder.ts';

/** Tensors of one kernel call by name or, for kernels that take a list, by position. */
export type KernelInputs = Readonly<Record<string, tf.TensorInfo>>;

/**
 * Runs a kernel on TensorFlow.js's own JavaScript: its inputs are computed, its results become constants. Throws
 * while a step is traced, because there the kernel would be slow in silence, and its inputs have no values yet.
 */
export function runOnCpu(
  recorder: Recorder,
  kernelName: string,
  inputs: KernelInputs,
  attrs: tf.NamedAttrMap | undefined,
): tf.TensorInfo | tf.TensorInfo[] {
  if (recorder.recording) throw new Error(unsupportedMessage(kernelName, recorder.stepName));
  const counted = dealsInStrings(inputs, attrs) ? `${kernelName} of strings` : kernelName;
  recorder.fallbacks.set(counted, (recorder.fallbacks.get(counted) ?? 0) + 1);
  const cpu = tf.engine().findBackend('cpu') as CpuBackend;
  const kernel = tf.getKernel(kernelName, 'cpu');
  const borrowed = Object.entries(inputs)
    .filter(([, tensor]) => tensor !== null && tensor !== undefined)
    .map(([name, tensor]) => [name, lendAll(recorder, cpu, tensor)] as const);
  const lent = Array.isArray(inputs) ? borrowed.map(([, info]) => info) : Object.fromEntries(borrowed);
  const results = kernel.kernelFunc({
    inputs: lent as Record<string, tf.TensorInfo>,
    attrs: attrs ?? {},
    backend: cpu,
  });
  const moved = [results].flat().map(({ dataId, shape, dtype }) => {
    return { dataId: recorder.write(cpu.readSync(dataId), shape, dtype), shape, dtype };
  });
  const infos = [...borrowed.flatMap(([, info]) => info), ...[results].flat()];
  for (const { dataId } of infos) cpu.disposeData(dataId, true);
  return Array.isArray(results) ? moved : (moved[0] as tf.TensorInfo);
}

interface CpuBackend extends tf.KernelBackend {
  makeTensorInfo(
    shape: readonly number[],
    dtype: tf.DataType,
    values: tf.backend_util.BackendValues,
  ): tf.TensorInfo;
}

function dealsInStrings(inputs: KernelInputs, attrs: tf.NamedAttrMap | undefined): boolean {
  return attrs?.['dtype'] === 'string' || Object.values(inputs).some((tensor) => tensor?.dtype === 'string');
}

/** Ragged kernels take lists of tensors among their inputs. */
function lendAll(
  recorder: Recorder,
  cpu: CpuBackend,
  tensors: tf.TensorInfo | readonly tf.TensorInfo[],
): tf.TensorInfo | tf.TensorInfo[] {
  return 'dataId' in tensors
    ? lend(recorder, cpu, tensors)
    : tensors.map((tensor) => lend(recorder, cpu, tensor));
}

/** A copy of a tensor on the cpu backend, which holds complex tensors as two. */
function lend(recorder: Recorder, cpu: CpuBackend, { dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
  const values = recorder.readSync(dataId);
  if (dtype !== 'complex64') return { dataId: cpu.write(values, shape, dtype), shape, dtype };
  const { real, imag } = tf.backend_util.splitRealAndImagArrays(values as Float32Array);
  const parts = {
    real: cpu.makeTensorInfo(shape, 'float32', real),
    imag: cpu.makeTensorInfo(shape, 'float32', imag),
  };
  const info = tf.getKernel('Complex', 'cpu').kernelFunc({ inputs: parts, attrs: {}, backend: cpu });
  for (const part of Object.values(parts)) cpu.disposeData(part.dataId);
  return info as tf.TensorInfo;
}

function unsupportedMessage(kernelName: string, step: string): string {
  const reason = withoutLowering[kernelName] ?? 'no graph computes it for tensors of this type';
  return (
    `The step "${step}" uses the kernel ${kernelName}, which cannot be compiled, because ${reason}; ` +
    `it was called at ${callerOf()}.`
  );
}

/** The innermost stack frame outside this room and outside packages: the line of the step function. */
export function callerOf(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = Infinity;
  const frames = (new Error().stack ?? '').split('\n').slice(1);
  Error.stackTraceLimit = limit;
  const caller = frames.find(
    (frame) => !/node_modules|main[/\\]compiler[/\\]|node:internal|<anonymous>/.test(frame),
  );
  return caller === undefined ? 'an unknown place' : caller.trim().replace(/^at /, '');
}
