import * as tf from '@tensorflow/tfjs';

import { cast, constant, reshape } from './build.ts';
import { evaluate } from './evaluate.ts';
import type { ElementType, GraphNode, HostData } from './graph.ts';
import { makeNode } from './graph.ts';
import type { TensorValue } from './session.ts';

/** Name under which the recording backend is registered with TensorFlow.js. */
export const BACKEND_NAME = 'onnx';

type DataId = tf.DataId;
type Values = tf.backend_util.BackendValues;

interface Entry {
  node: GraphNode;
  references: number;
}

/** Nodes waiting for a reader, above which everything alive is computed, so that eager loops stay bounded. */
const PENDING_LIMIT = 4000;

/**
 * A TensorFlow.js backend whose kernels compute nothing: every tensor is a graph node. Inside `record` the nodes
 * become a step; outside, reading a tensor compiles and runs what it needs.
 */
export class Recorder extends tf.KernelBackend {
  private readonly entries = new tf.DataStorage<Entry>(this, tf.engine());
  private readonly alive = new Set<Entry>();
  private recordingName: string | null = null;
  private pending = 0;

  /** True while a step function is being traced. */
  get recording(): boolean {
    return this.recordingName !== null;
  }

  /** Name of the step being traced, for messages. */
  get stepName(): string {
    return this.recordingName ?? 'step';
  }

  /** Runs `trace` with host reads forbidden. */
  record<T>(name: string, trace: () => T): T {
    if (this.recording)
      throw new Error(`The step "${name}" was compiled while "${this.stepName}" is being traced.`);
    this.recordingName = name;
    try {
      return trace();
    } finally {
      this.recordingName = null;
    }
  }

  /** The node a tensor stands for. */
  nodeOf(dataId: DataId): GraphNode {
    return this.entries.get(dataId).node;
  }

  /** The node a tensor stands for, in the tensor's own shape: TensorFlow.js may view one value under several shapes. */
  viewOf(tensor: tf.TensorInfo): GraphNode {
    return reshape(this.nodeOf(tensor.dataId), tensor.shape);
  }

  /** A tensor handle for a node. */
  register(node: GraphNode): tf.TensorInfo {
    const dataId = {};
    this.store(dataId, node, 1);
    this.pending += 1;
    if (!this.recording && this.pending > PENDING_LIMIT) this.flush();
    return { dataId, shape: [...node.shape], dtype: node.dtype as tf.DataType };
  }

  private store(dataId: object, node: GraphNode, references: number): void {
    const entry = { node, references };
    this.entries.set(dataId, entry);
    this.alive.add(entry);
  }

  private flush(): void {
    this.pending = 0;
    const entries = [...this.alive].filter((entry) => entry.node.op !== 'Constant');
    const values = evaluate(entries.map((entry) => entry.node));
    entries.forEach((entry, index) => (entry.node = constantOf(values[index] as TensorValue)));
  }

  override write(values: Values, shape: number[], dtype: tf.DataType): DataId {
    const dataId = {};
    this.store(dataId, hostNode(values, shape, dtype), 1);
    return dataId;
  }

  override move(
    dataId: DataId,
    values: Values,
    shape: number[],
    dtype: tf.DataType,
    references: number,
  ): void {
    this.store(dataId, hostNode(values, shape, dtype), references);
  }

  override readSync(dataId: DataId): Values {
    const entry = this.entries.get(dataId);
    if (entry.node.op !== 'Constant') {
      if (this.recording) throw new Error(hostReadMessage(this.stepName));
      entry.node = constantOf(evaluate([entry.node])[0] as TensorValue);
    }
    return entry.node.data as Values;
  }

  override async read(dataId: DataId): Promise<Values> {
    return this.readSync(dataId);
  }

  override disposeData(dataId: DataId, force = false): boolean {
    if (!this.entries.has(dataId)) return true;
    const entry = this.entries.get(dataId);
    entry.references -= 1;
    if (!force && entry.references > 0) return false;
    this.alive.delete(entry);
    this.entries.delete(dataId);
    return true;
  }

  override refCount(dataId: DataId): number {
    return this.entries.has(dataId) ? this.entries.get(dataId).references : 0;
  }

  override incRef(dataId: DataId): void {
    this.entries.get(dataId).references += 1;
  }

  override numDataIds(): number {
    return this.entries.numDataIds();
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override timerAvailable(): boolean {
    return false;
  }

  override dispose(): void {
    this.alive.clear();
  }
}

function hostReadMessage(step: string): string {
  return (
    `The step "${step}" reads a tensor's values on the host (data, dataSync, array or print), but while a step is ` +
    'traced its tensors have no values yet. Keep the computation in tensor operations, or pass the value as an input.'
  );
}

/** A constant node from values TensorFlow.js holds. Throws for strings and complex numbers. */
function hostNode(values: Values, shape: readonly number[], dtype: tf.DataType): GraphNode {
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
    throw new Error(`The onnx backend holds float32, int32 and bool tensors, not ${dtype}.`);
  }
  const data = typedValues(values as ArrayLike<number> & Values, dtype);
  return constant(data, shape, dtype);
}

function typedValues(values: ArrayLike<number> & Values, dtype: 'float32' | 'int32' | 'bool'): HostData {
  if (dtype === 'float32') return values instanceof Float32Array ? values : Float32Array.from(values);
  if (dtype === 'int32') return values instanceof Int32Array ? values : Int32Array.from(values);
  return values instanceof Uint8Array ? values : Uint8Array.from(values);
}

/** A constant node around computed values. */
export function constantOf(value: TensorValue): GraphNode {
  return constant(value.data, value.shape, value.dtype);
}

/** A symbolic input of a step. */
export function inputNode(name: string, shape: readonly number[], dtype: ElementType): GraphNode {
  return makeNode('Input', [], { name }, shape, dtype);
}

/** Brings a node to one of the types TensorFlow.js knows. */
export function tensorNode(node: GraphNode): GraphNode {
  return node.dtype === 'int64' ? cast(node, 'int32') : node;
}
