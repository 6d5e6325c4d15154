import { blockSize } from './blockSize.ts';
import type { DeviceValue, StepValue } from './deviceValue.ts';
import { hostValue } from './deviceValue.ts';
import { evaluate } from './evaluate.ts';
import { countFlops } from './flops.ts';
import type { Graph } from './graph.ts';
import { nodesOf, sizeOf } from './graph.ts';
import type { Inspection } from './inspection.ts';
import { inspect } from './inspection.ts';
import { commonSubexpressions, prune } from './passes/registry.ts';
import { prepare } from './prepare.ts';
import type { Device } from './session.ts';
import type { SessionLease } from './sessionCache.ts';
import { acquireSession } from './sessionCache.ts';
import type { StateStore } from './stateStore.ts';
import type { HostTensor, StepTensors, TensorSpec } from './tensors.ts';
import { traceStep } from './trace.ts';

/**
 * Pure: reads state and inputs, returns new values of the state entries it changes (missing means unchanged) and
 * outputs. Everything that changes from call to call must come in as state or input.
 */
export type StepFunction = (
  state: StepTensors,
  inputs: StepTensors,
) => { readonly state: StepTensors; readonly outputs: StepTensors };

/** Shapes and types of everything a step reads. */
export interface StepSignature {
  readonly state: Readonly<Record<string, TensorSpec>>;
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  /** `mixed`: matrix products and convolutions in half precision (rounded alike on `cpu`). Default: all in single. */
  readonly precision?: 'float32' | 'mixed';
}

export interface CompileOptions {
  /** Name used in messages. */
  readonly name?: string;
  /** Default `cpu`. */
  readonly device?: Device;
  /** Threads inside one operator; default: the machine's cores. */
  readonly threads?: number;
  /** Prefix of a file that gets the time of every operator when the step is disposed. */
  readonly profile?: string;
  /** Given the graph as text and as a model file, for whoever wants to look at it. */
  readonly inspect?: (inspection: Inspection) => void;
}

/** What compiling found out. */
export interface CompileReport {
  readonly name: string;
  /** Operators that ONNX Runtime is given. */
  readonly nodes: number;
  /** Floating-point operations of one call, 2 per multiply-add of convolutions and matrix products. */
  readonly flops: number;
  /** Tracing, passes and session together, in milliseconds; nearly 0 when a session was reused. */
  readonly compileMs: number;
  /** Structural hash of the recorded graph. */
  readonly hash: string;
  /** Tensors frozen into the graph: how many, and how many elements they hold. */
  readonly constants: { readonly count: number; readonly elements: number };
}

/** A step ready to run. */
export interface CompiledStep {
  readonly report: CompileReport;
  /** Runs one step: updates the store, returns the outputs. Throws when an input is missing or has another shape. */
  run(state: StateStore, inputs: Readonly<Record<string, HostTensor>>): Promise<Record<string, HostTensor>>;
  dispose(): Promise<void>;
}

/**
 * Records a step function and compiles it to one ONNX Runtime session. Throws when the function uses a kernel that
 * cannot be compiled, reads values on the host, or freezes a value that changes between calls.
 */
export async function compileStep(
  fn: StepFunction,
  signature: StepSignature,
  options: CompileOptions = {},
): Promise<CompiledStep> {
  const name = options.name ?? 'step';
  const start = performance.now();
  const { graph, hash } = await traceStep(fn, signature, name);
  const device = options.device ?? 'cpu';
  const mixed = signature.precision === 'mixed';
  // The processor's blocked convolutions know single precision alone.
  const processor = device === 'cpu';
  const context = { fold: evaluate, processor, mixed, blockSize: processor && !mixed ? blockSize() : 0 };
  const lease = acquireSession(
    `${hash}/${device}/${options.threads ?? 0}/${signature.precision ?? 'float32'}`,
    () => prepare(graph, context),
    {
      ...options,
      resident: 'next/',
    },
  );
  options.inspect?.(inspect(graph, context, name));
  const reads = nodesOf(graph).flatMap((node) =>
    node.op === 'Input' ? [String(node.attributes['name'])] : [],
  );
  const report: CompileReport = {
    name,
    nodes: lease.session.nodeCount,
    compileMs: performance.now() - start,
    hash,
    ...measure(graph),
  };
  return runnable(lease, reads, [...graph.outputs.keys()], device, report);
}

/** Apart from `compileStep`, so that what lives as long as the step does not hold on to the recorded graph. */
function runnable(
  lease: SessionLease,
  reads: readonly string[],
  results: readonly string[],
  device: Device,
  report: CompileReport,
): CompiledStep {
  return {
    report,
    run: async (state, inputs) => {
      if (device !== 'webgpu') state.toHost();
      return split(lease.session.run(collect(reads, state, inputs)), results, state);
    },
    dispose: async () => lease.release(),
  };
}

function measure(graph: Graph): Pick<CompileReport, 'flops' | 'constants'> {
  const clean = commonSubexpressions(prune(graph));
  const constants = nodesOf(clean).filter((node) => node.op === 'Constant' && sizeOf(node.shape) > 1);
  const elements = constants.reduce((total, node) => total + sizeOf(node.shape), 0);
  return { flops: countFlops(clean), constants: { count: constants.length, elements } };
}

function collect(
  names: readonly string[],
  state: StateStore,
  inputs: Readonly<Record<string, HostTensor>>,
): Map<string, StepValue> {
  const feeds = new Map<string, StepValue>();
  for (const name of names) {
    const key = name.slice(name.indexOf('/') + 1);
    const value = name.startsWith('state/') ? state.peek(key) : inputs[key];
    if (value !== undefined) feeds.set(name, value);
  }
  return feeds;
}

/** Puts new state into the store and returns the outputs. */
function split(
  values: ReadonlyMap<string, StepValue>,
  names: readonly string[],
  state: StateStore,
): Record<string, HostTensor> {
  const outputs: Record<string, HostTensor> = {};
  for (const name of names) {
    const value = values.get(name);
    const key = name.slice(name.indexOf('/') + 1);
    if (name.startsWith('next/')) state.put(key, value as HostTensor | DeviceValue);
    else outputs[key] = hostValue(value) as HostTensor;
  }
  return outputs;
}
