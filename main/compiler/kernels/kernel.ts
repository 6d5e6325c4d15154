import type { GraphNode } from '../graph.ts';

/** Inputs and attributes of one TensorFlow.js kernel call, with the tensors already turned into nodes. */
export class KernelCall {
  readonly kernel: string;
  private readonly inputs: Readonly<Record<string, GraphNode>>;
  private readonly attributes: Readonly<Record<string, unknown>>;

  constructor(
    kernel: string,
    inputs: Readonly<Record<string, GraphNode>>,
    attributes: Readonly<Record<string, unknown>>,
  ) {
    this.kernel = kernel;
    this.inputs = inputs;
    this.attributes = attributes;
  }

  /** A named input; throws when TensorFlow.js did not pass it. */
  node(name: string): GraphNode {
    const node = this.inputs[name];
    if (node === undefined)
      throw new Error(`The kernel ${this.kernel} was called without its input "${name}".`);
    return node;
  }

  /** A named input that may be missing. */
  optional(name: string): GraphNode | null {
    return this.inputs[name] ?? null;
  }

  /** All inputs in order, for kernels that take a list. */
  list(): GraphNode[] {
    return Object.values(this.inputs);
  }

  /** The same call on other nodes. */
  map(change: (node: GraphNode) => GraphNode): KernelCall {
    const inputs = Object.entries(this.inputs).map(([name, node]) => [name, change(node)]);
    return new KernelCall(this.kernel, Object.fromEntries(inputs), this.attributes);
  }

  number(name: string): number {
    return this.attributes[name] as number;
  }

  numbers(name: string): number[] {
    const value = this.attributes[name];
    return typeof value === 'number' ? [value] : [...(value as readonly number[])];
  }

  text(name: string): string {
    return this.attributes[name] as string;
  }

  flag(name: string): boolean {
    return this.attributes[name] === true;
  }

  /** An attribute of any other type; the caller names the type that TensorFlow.js documents. */
  attribute<T>(name: string): T {
    return this.attributes[name] as T;
  }
}

/** Turns one kernel call into nodes. */
export type KernelLowering = (call: KernelCall) => GraphNode | readonly GraphNode[];

/** Kernels of one family, by TensorFlow.js kernel name. */
export type KernelFamily = Readonly<Record<string, KernelLowering>>;
