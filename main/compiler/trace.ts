import * as tf from '@tensorflow/tfjs';

import type { Graph, GraphNode } from './graph.ts';
import { structuralHash } from './hash.ts';
import { isComplex, isStrings } from './held.ts';
import type { Recorder } from './recorder.ts';
import { BACKEND_NAME, inputNode } from './recorder.ts';
import { registerBackend } from './register.ts';
import type { StepFunction, StepSignature } from './step.ts';
import type { StepTensors, TensorSpec } from './tensors.ts';

/** A step function as a graph; values are named `state/x`, `inputs/x`, `next/x` and `outputs/x`. */
export interface TracedStep {
  readonly graph: Graph;
  readonly hash: string;
}

/** Tracing switches TensorFlow.js's global backend, so traces wait for one another. */
let queue: Promise<unknown> = Promise.resolve();

/**
 * Records a step function. It is traced twice: a function that draws random numbers or reads the clock gives two
 * different graphs, and that is an error, because such a value would be frozen into the step.
 */
export function traceStep(fn: StepFunction, signature: StepSignature, name: string): Promise<TracedStep> {
  const result = queue.then(() => traceTwice(fn, signature, name));
  queue = result.catch(() => undefined);
  return result;
}

async function traceTwice(fn: StepFunction, signature: StepSignature, name: string): Promise<TracedStep> {
  const recorder = registerBackend();
  const previous = tf.getBackend();
  await tf.setBackend(BACKEND_NAME);
  try {
    const graph = recorder.record(name, () => traceOnce(fn, signature, name, recorder));
    const again = recorder.record(name, () => traceOnce(fn, signature, name, recorder));
    const hash = structuralHash(graph);
    if (structuralHash(again) !== hash) throw new Error(changingMessage(name));
    return { graph, hash };
  } finally {
    if (previous !== undefined && previous !== '' && previous !== null) await tf.setBackend(previous);
  }
}

function changingMessage(name: string): string {
  return (
    `The step "${name}" recorded two different graphs in a row: it draws random numbers, reads a clock or changes ` +
    'something outside itself. Pass such values as inputs.'
  );
}

function traceOnce(fn: StepFunction, signature: StepSignature, name: string, recorder: Recorder): Graph {
  const engine = tf.engine();
  engine.startScope(name);
  try {
    const result = fn(
      symbols('state', signature.state, recorder),
      symbols('inputs', signature.inputs, recorder),
    );
    const next = named('next', result.state, recorder);
    assertKnownState(result.state, signature, name);
    return { outputs: new Map([...next, ...named('outputs', result.outputs, recorder)]) };
  } finally {
    engine.endScope();
  }
}

function symbols(
  prefix: string,
  specs: Readonly<Record<string, TensorSpec>>,
  recorder: Recorder,
): StepTensors {
  const entries = Object.entries(specs).map(([key, { shape, dtype }]) => {
    const info = recorder.register(inputNode(`${prefix}/${key}`, shape, dtype));
    return [key, tf.engine().makeTensorFromTensorInfo(info)] as const;
  });
  return Object.fromEntries(entries);
}

function named(prefix: string, tensors: StepTensors, recorder: Recorder): [string, GraphNode][] {
  return Object.entries(tensors).map(([key, tensor]) => [
    `${prefix}/${key}`,
    resultNode(key, tensor, recorder),
  ]);
}

/** The node of a result; complex tensors and strings cannot leave a step. */
function resultNode(key: string, tensor: tf.Tensor, recorder: Recorder): GraphNode {
  const held = recorder.viewOf(tensor);
  if (isStrings(held) || isComplex(held))
    throw new Error(
      `The step "${recorder.stepName}" returns "${key}" as ${tensor.dtype}; return real numbers.`,
    );
  return held;
}

function assertKnownState(state: StepTensors, signature: StepSignature, name: string): void {
  for (const [key, tensor] of Object.entries(state)) {
    const spec = signature.state[key];
    const given = `${tensor.dtype}[${tensor.shape.join(',')}]`;
    if (spec === undefined)
      throw new Error(`The step "${name}" returns the state "${key}", which its signature lacks.`);
    const expected = `${spec.dtype}[${spec.shape.join(',')}]`;
    if (expected !== given)
      throw new Error(`The step "${name}" returns "${key}" as ${given}, but it is ${expected}.`);
  }
}
