import type { TensorSpec } from './tensors.ts';
import type { HostTensor } from './tensors.ts';
import { sameShape } from './graph.ts';

/**
 * Named tensors that live from step to step: parameters, optimiser moments, running statistics. Several compiled
 * steps share one store, each using some of its keys. Values are kept in TensorFlow.js's layout (NHWC, HWIO).
 */
export class StateStore {
  private readonly tensors: Map<string, HostTensor>;

  private constructor(tensors: Map<string, HostTensor>) {
    this.tensors = tensors;
  }

  /** A store with copies of the given tensors. */
  static from(tensors: Readonly<Record<string, HostTensor>>): StateStore {
    return new StateStore(new Map(Object.entries(tensors).map(([key, tensor]) => [key, copyOf(tensor)])));
  }

  /** Copies of everything, independent of later steps. */
  async read(): Promise<Record<string, HostTensor>> {
    return Object.fromEntries([...this.tensors].map(([key, tensor]) => [key, copyOf(tensor)]));
  }

  /** Replaces values; a key that exists must keep its shape and type, a new key is added. */
  async write(tensors: Readonly<Record<string, HostTensor>>): Promise<void> {
    for (const [key, tensor] of Object.entries(tensors)) {
      const known = this.tensors.get(key);
      if (known !== undefined) assertSameSpec(key, known, tensor);
      this.tensors.set(key, copyOf(tensor));
    }
  }

  /** An independent store with the same values. */
  clone(): StateStore {
    return StateStore.from(Object.fromEntries(this.tensors));
  }

  /** The stored tensor itself, for the steps of this room; not to be written to. Throws for an unknown key. */
  peek(key: string): HostTensor {
    const tensor = this.tensors.get(key);
    if (tensor === undefined) throw new Error(`The state has no tensor named "${key}".`);
    return tensor;
  }

  /** Takes ownership of a new value, for the steps of this room. */
  put(key: string, tensor: HostTensor): void {
    this.tensors.set(key, tensor);
  }
}

function copyOf(tensor: HostTensor): HostTensor {
  return { shape: [...tensor.shape], dtype: tensor.dtype, data: tensor.data.slice() };
}

function assertSameSpec(key: string, known: TensorSpec, given: TensorSpec): void {
  if (known.dtype === given.dtype && sameShape(known.shape, given.shape)) return;
  const text = (spec: TensorSpec): string => `${spec.dtype}[${spec.shape.join(',')}]`;
  throw new Error(`The state's "${key}" is ${text(known)} and cannot become ${text(given)}.`);
}
