import { Tensor } from 'onnxruntime-common';
import { binding, initOrt } from 'onnxruntime-node/dist/binding.js';

import type { StepValue } from './deviceValue.ts';
import { isOnDevice } from './deviceValue.ts';
import type { ElementType, Graph, GraphNode, HostData } from './graph.ts';
import { nodesOf } from './graph.ts';
import { structuralHash } from './hash.ts';
import { lowerGraph } from './lower.ts';

/** Where a session runs. `cpu` is always there; the others need ONNX Runtime's provider of that name. */
export type Device = 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml';

export interface SessionOptions {
  readonly device?: Device;
  /** Threads inside one operator; the machine's cores when missing. */
  readonly threads?: number;
  /** Prefix of a file that gets the time of every operator when the session is disposed. */
  readonly profile?: string;
  /** Outputs whose names start so stay on the device where the binding can leave them there (WebGPU). */
  readonly resident?: string;
}

export interface TensorValue {
  readonly shape: readonly number[];
  readonly dtype: ElementType;
  readonly data: HostData;
}

/** A compiled graph. `run` is synchronous, as ONNX Runtime's Node binding is. */
export interface GraphSession {
  readonly hash: string;
  readonly nodeCount: number;
  run(feeds: ReadonlyMap<string, StepValue>): Map<string, StepValue>;
  /** Ends the session, once none of its values is left on the device. */
  dispose(): void;
}

/** Cores ONNX Runtime may use when nobody says otherwise. */
export function availableCores(): number {
  return globalThis.navigator?.hardwareConcurrency ?? 1;
}

/**
 * Creates a session for a graph whose operators are all ONNX operators.
 * Throws ONNX Runtime's own error when an operator or type is not supported.
 */
export function createSession(graph: Graph, options: SessionOptions = {}): GraphSession {
  const model = lowerGraph(graph);
  startRuntime();
  const native = new binding.InferenceSession();
  const { buffer, byteOffset, byteLength } = model.bytes;
  native.loadModel(buffer as ArrayBuffer, byteOffset, byteLength, {
    ...nativeOptions(options),
    ...outputLocations(graph, options),
  });
  const life = sharedLife(() => native.dispose());
  const inputs = new Map(inputNodes(graph).map((node) => [String(node.attributes['name']), node]));
  const outputs = [...graph.outputs];
  const fetches = Object.fromEntries(outputs.map(([name]) => [name, null]));
  return {
    hash: structuralHash(graph),
    nodeCount: model.nodeCount,
    run(feeds) {
      const tensors: Record<string, Tensor> = {};
      for (const [name, node] of inputs) tensors[name] = feedOf(name, node, feeds.get(name));
      const results = native.run(tensors, fetches, {});
      return new Map(outputs.map(([name, node]) => [name, valueOf(results[name] as Tensor, node, life)]));
    },
    dispose() {
      if (options.profile !== undefined) native.endProfiling();
      life.release();
    },
  };
}

/**
 * ONNX Runtime's packages from 1.29 on report models and machine to their makers unless this variable is set when the runtime starts; they also
 * leave a file per process among the temporary ones. Nothing here may leave the machine.
 */
function startRuntime(): void {
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  initOrt();
}

function nativeOptions(options: SessionOptions): Record<string, unknown> {
  const device = options.device ?? 'cpu';
  return {
    executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
    intraOpNumThreads: options.threads ?? availableCores(),
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    enableCpuMemArena: true,
    enableMemPattern: true,
    logSeverityLevel: 3,
    // Spinning workers burn a core for milliseconds after every run and starve other processes; measured gain: none.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    ...(options.profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profile }),
  };
}

/**
 * Which outputs stay on the device. The Node binding knows device memory of WebGPU alone: for CUDA, DirectML and Core ML
 * every output comes back to the host.
 */
function outputLocations(graph: Graph, { device, resident }: SessionOptions): Record<string, unknown> {
  if (device !== 'webgpu' || resident === undefined) return {};
  const locations = [...graph.outputs].map(([name, { dtype }]) => {
    const stays = name.startsWith(resident) && (dtype === 'float32' || dtype === 'int32');
    return [name, stays ? 'gpu-buffer' : 'cpu'] as const;
  });
  return { preferredOutputLocation: Object.fromEntries(locations) };
}

/** How long a session lives: until it is let go of, and so is every value of it that is still on the device. */
interface SharedLife {
  retain(): void;
  release(): void;
}

function sharedLife(end: () => void): SharedLife {
  let users = 1;
  return {
    retain: () => void (users += 1),
    release() {
      users -= 1;
      if (users === 0) end();
    },
  };
}

function inputNodes(graph: Graph): GraphNode[] {
  return nodesOf(graph).filter((node) => node.op === 'Input');
}

function feedOf(name: string, node: GraphNode, value: StepValue | undefined): Tensor {
  if (value === undefined) throw new Error(`The step needs a value for "${name}", and none was given.`);
  const expected = `${node.dtype}[${node.shape.join(',')}]`;
  const given = `${value.dtype}[${value.shape.join(',')}]`;
  if (expected !== given) throw new Error(`"${name}" must be ${expected}, but ${given} was given.`);
  if (isOnDevice(value)) return value.tensor;
  return new Tensor(value.dtype as 'float32', value.data as Float32Array, value.shape);
}

function valueOf(tensor: Tensor, node: GraphNode, life: SharedLife): StepValue {
  const { shape, dtype } = node;
  if (tensor.location === 'cpu') return { shape, dtype, data: tensor.data as HostData };
  life.retain();
  let disposed = false;
  return {
    shape,
    dtype,
    tensor,
    dispose() {
      if (disposed) return;
      disposed = true;
      tensor.dispose();
      life.release();
    },
  };
}
