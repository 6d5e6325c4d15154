import * as tf from '@tensorflow/tfjs';

import { cast, constant, reshape } from './build.ts';
import { evaluate } from './evaluate.ts';
import type { ElementType, GraphNode } from './graph.ts';
import { makeNode, topologicalOrder } from './graph.ts';
import type { ComplexNode, Held } from './held.ts';
import { compacted, heldValues, hostValues, isComplex, isKnown, isStrings, nodesBehind } from './held.ts';
import type { TensorValue } from './session.ts';

/** Name under which the recording backend is registered with TensorFlow.js. */
export const BACKEND_NAME = 'onnx';

type DataId = tf.DataId;
type Values = tf.backend_util.BackendValues;

interface Entry {
  held: Held;
  references: number;
}

/** Nodes waiting for a reader, above which everything alive is computed, so that eager loops stay bounded. */
const PENDING_LIMIT = 500;

/**
 * A TensorFlow.js backend whose kernels compute nothing: every tensor is a graph node. Inside `record` the nodes
 * become a step; outside, reading a tensor compiles and runs what it needs.
 */
export class Recorder extends tf.KernelBackend {
  private readonly entries = new tf.DataStorage<Entry>(this, tf.engine());
  private readonly alive = new Set<Entry>();
  /** Kernels that ran on TensorFlow.js's own JavaScript since this was last cleared, and how often. */
  readonly fallbacks = new Map<string, number>();
  /** Graphs that eager code has had computed. */
  graphsRun = 0;
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

  /** What a tensor stands for, in the tensor's own shape: TensorFlow.js may view one value under several shapes. */
  viewOf(tensor: tf.TensorInfo): Held {
    const held = this.entries.get(tensor.dataId).held;
    if (isStrings(held)) return held;
    if (!isComplex(held)) return reshape(held, tensor.shape);
    return { real: reshape(held.real, tensor.shape), imaginary: reshape(held.imaginary, tensor.shape) };
  }

  /** A tensor handle for a value of a graph. */
  register(held: GraphNode | ComplexNode): tf.TensorInfo {
    const dataId = {};
    this.store(dataId, held, 1);
    this.pending += 1;
    if (!this.recording && this.pending > PENDING_LIMIT) this.compute([...this.alive]);
    const { shape, dtype } = isComplex(held) ? { ...held.real, dtype: 'complex64' } : held;
    return { dataId, shape: [...shape], dtype: dtype as tf.DataType };
  }

  private store(dataId: object, held: Held, references: number): void {
    const entry = { held, references };
    this.entries.set(dataId, entry);
    this.alive.add(entry);
  }

  /** Replaces what the entries stand for by values, computed together in one graph. */
  private compute(entries: readonly Entry[]): void {
    if (entries.length === this.alive.size) this.pending = 0;
    const nodes = [...new Set(entries.flatMap(({ held }) => nodesBehind(held)))];
    const open = nodes.filter((node) => node.op !== 'Constant');
    if (open.length === 0) return;
    this.graphsRun += 1;
    const values = evaluate(open);
    const known = new Map(open.map((node, index) => [node, constantOf(values[index] as TensorValue)]));
    const settled = (node: GraphNode): GraphNode => known.get(node) ?? node;
    for (const entry of entries) {
      const { held } = entry;
      if (isStrings(held)) continue;
      entry.held = isComplex(held)
        ? { real: settled(held.real), imaginary: settled(held.imaginary) }
        : settled(held);
    }
  }

  /** The entry and every living tensor that it is computed from, so that nothing is computed twice. */
  private withAncestors(entry: Entry): Entry[] {
    const needed = new Set(topologicalOrder(nodesBehind(entry.held)));
    return [...this.alive].filter(({ held }) => nodesBehind(held).some((node) => needed.has(node)));
  }

  override write(values: Values, shape: number[], dtype: tf.DataType): DataId {
    const dataId = {};
    const held = heldValues(values, shape, dtype);
    this.store(dataId, this.recording ? compacted(held) : held, 1);
    return dataId;
  }

  override move(
    dataId: DataId,
    values: Values,
    shape: number[],
    dtype: tf.DataType,
    references: number,
  ): void {
    this.store(dataId, heldValues(values, shape, dtype), references);
  }

  override readSync(dataId: DataId): Values {
    const entry = this.entries.get(dataId);
    if (!nodesBehind(entry.held).every(isKnown)) {
      if (this.recording) throw new Error(hostReadMessage(this.stepName));
      this.compute(this.withAncestors(entry));
    }
    return hostValues(entry.held);
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
