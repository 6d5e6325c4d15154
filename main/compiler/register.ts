import * as tf from '@tensorflow/tfjs';

import type { KernelInputs } from './fallback.ts';
import { callerOf, runOnCpu } from './fallback.ts';
import { registerGradients } from './gradients.ts';
import type { GraphNode } from './graph.ts';
import type { ComplexNode, Held } from './held.ts';
import { isComplex, isStrings } from './held.ts';
import { withBooleans } from './kernels/booleans.ts';
import { complexKernels, lowerComplex } from './kernels/complex.ts';
import type { KernelFamily, KernelLowering } from './kernels/kernel.ts';
import { KernelCall } from './kernels/kernel.ts';
import * as families from './kernels/registry.ts';
import { BACKEND_NAME, Recorder, tensorNode } from './recorder.ts';
import { view, viewKernels } from './views.ts';

/** Kernels with a lowering, by TensorFlow.js name. */
const lowerings = withBooleans(Object.assign({}, ...Object.values(families)) as KernelFamily);

/** Registers the backend and its kernels; safe to call more than once. Returns the recorder. */
export function registerBackend(): Recorder {
  const existing = registered;
  if (existing !== null) return existing;
  registerGradients();
  const recorder = new Recorder();
  registered = recorder;
  tf.registerBackend(BACKEND_NAME, () => recorder, 0);
  for (const [kernelName, lowering] of Object.entries(lowerings)) registerLowering(kernelName, lowering);
  for (const kernelName of complexKernels) registerLowering(kernelName, null);
  for (const kernelName of viewKernels) registerView(kernelName);
  for (const { kernelName } of tf.getKernelsForBackend('cpu')) {
    if (tf.getKernel(kernelName, BACKEND_NAME) === undefined) registerFallback(kernelName);
  }
  return recorder;
}

/** TensorFlow.js forgets its backends when its engine is reset, but not how to make them. */
let registered: Recorder | null = null;

/** Names of the kernels that compile. */
export function compiledKernels(): string[] {
  return [...new Set([...Object.keys(lowerings), ...complexKernels, ...viewKernels])];
}

type Result = GraphNode | ComplexNode;

function registerLowering(kernelName: string, lowering: KernelLowering | null): void {
  tf.registerKernel({
    kernelName,
    backendName: BACKEND_NAME,
    kernelFunc: ({ inputs, backend, attrs }) => {
      const recorder = backend as Recorder;
      const tensors = inputs as KernelInputs;
      const held = heldInputs(recorder, tensors);
      const results = located(recorder, () => lowerCall(kernelName, lowering, held, attrs ?? {}));
      if (results === null) return runOnCpu(recorder, kernelName, tensors, attrs);
      const infos = [results].flat().map((result) => recorder.register(asTensor(result as Result)));
      return Array.isArray(results) ? infos : (infos[0] as tf.TensorInfo);
    },
  });
}

/** The nodes of one call; null where it deals in strings, or in complex numbers that have no lowering. */
function lowerCall(
  kernelName: string,
  lowering: KernelLowering | null,
  held: Readonly<Record<string, Held>>,
  attrs: Record<string, unknown>,
): Result | readonly Result[] | null {
  const inputs = Object.values(held);
  if (attrs['dtype'] === 'string' || inputs.some(isStrings)) return null;
  if (lowering === null || attrs['dtype'] === 'complex64' || inputs.some(isComplex))
    return lowerComplex(kernelName, lowering, held as Record<string, Result>, attrs);
  return lowering(new KernelCall(kernelName, held as Record<string, GraphNode>, attrs));
}

/** Adds the line of the step function to what a lowering complains about. */
function located<T>(recorder: Recorder, lower: () => T): T {
  try {
    return lower();
  } catch (error) {
    if (!recorder.recording || !(error instanceof Error)) throw error;
    throw new Error(`${error.message} It was called at ${callerOf()}, in the step "${recorder.stepName}".`, {
      cause: error,
    });
  }
}

function asTensor(result: Result): Result {
  return isComplex(result) ? result : tensorNode(result);
}

function heldInputs(recorder: Recorder, inputs: KernelInputs): Record<string, Held> {
  const entries = Object.entries(inputs).filter(([, tensor]) => tensor !== null && tensor !== undefined);
  return Object.fromEntries(entries.map(([name, tensor]) => [name, recorder.viewOf(tensor)]));
}

function registerView(kernelName: string): void {
  tf.registerKernel({
    kernelName,
    backendName: BACKEND_NAME,
    kernelFunc: ({ inputs, backend, attrs }) =>
      view(backend as Recorder, kernelName, inputs as KernelInputs, attrs ?? {}),
  });
}

/** A kernel without a lowering: an error while tracing, TensorFlow.js's own JavaScript kernel otherwise. */
function registerFallback(kernelName: string): void {
  tf.registerKernel({
    kernelName,
    backendName: BACKEND_NAME,
    kernelFunc: ({ inputs, backend, attrs }) =>
      runOnCpu(backend as Recorder, kernelName, inputs as KernelInputs, attrs),
  });
}
