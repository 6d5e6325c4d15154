import type { DeviceValue } from './deviceValue.ts';
import { download, isOnDevice } from './deviceValue.ts';
import { sameShape } from './graph.ts';
import type { HostTensor, TensorSpec } from './tensors.ts';

type Stored = HostTensor | DeviceValue;

/**
 * Named tensors that live from step to step: parameters, optimiser moments, running statistics. Several compiled
 * steps share one store, each using some of its keys. Values are kept in TensorFlow.js's layout (NHWC, HWIO). After a
 * step on WebGPU they stay on the device; reading copies them to the host.
 */
export class StateStore {
  private readonly tensors: Map<string, Stored>;

  private constructor(tensors: Map<string, Stored>) {
    this.tensors = tensors;
  }

  /** A store with copies of the given tensors. */
  static from(tensors: Readonly<Record<string, HostTensor>>): StateStore {
    return new StateStore(new Map(Object.entries(tensors).map(([key, tensor]) => [key, copyOf(tensor)])));
  }

  /** Copies of everything, independent of later steps. */
  async read(): Promise<Record<string, HostTensor>> {
    const fetched = this.fetched();
    const values = [...this.tensors].map(
      ([key, tensor]) => [key, isOnDevice(tensor) ? fetched.get(key) : copyOf(tensor)] as const,
    );
    return Object.fromEntries(values) as Record<string, HostTensor>;
  }

  private fetched(): ReadonlyMap<string, HostTensor> {
    const resident = [...this.tensors].filter((entry): entry is [string, DeviceValue] =>
      isOnDevice(entry[1] as Stored),
    );
    return download(new Map(resident)) as Map<string, HostTensor>;
  }

  /** Replaces values; a key that exists must keep its shape and type, a new key is added. */
  async write(tensors: Readonly<Record<string, HostTensor>>): Promise<void> {
    for (const [key, tensor] of Object.entries(tensors)) {
      const known = this.tensors.get(key);
      if (known !== undefined) assertSameSpec(key, known, tensor);
      this.put(key, copyOf(tensor));
    }
  }

  /** Lets go of device memory; the store is empty afterwards. */
  dispose(): void {
    for (const tensor of this.tensors.values()) if (isOnDevice(tensor)) tensor.dispose();
    this.tensors.clear();
  }

  /** Brings everything to the host, for a step that runs elsewhere. */
  toHost(): void {
    for (const [key, tensor] of this.fetched()) this.put(key, tensor);
  }

  /** The stored tensor itself, for the steps of this room; not to be written to. Throws for an unknown key. */
  peek(key: string): Stored {
    const tensor = this.tensors.get(key);
    if (tensor === undefined) throw new Error(`The state has no tensor named "${key}".`);
    return tensor;
  }

  /** Takes ownership of a new value, for the steps of this room. */
  put(key: string, tensor: Stored): void {
    const old = this.tensors.get(key);
    this.tensors.set(key, tensor);
    if (old === undefined || old === tensor) return;
    if (isOnDevice(old)) old.dispose();
    else free(old);
  }
}

/** Returns memory at once: garbage collection would let several generations of a large state pile up first. */
function free({ data }: HostTensor): void {
  if (data.buffer instanceof ArrayBuffer) data.buffer.transfer(0);
}

function copyOf(tensor: HostTensor): HostTensor {
  return { shape: [...tensor.shape], dtype: tensor.dtype, data: tensor.data.slice() };
}

function assertSameSpec(key: string, known: Stored, given: TensorSpec): void {
  if (known.dtype === given.dtype && sameShape(known.shape, given.shape)) return;
  const text = (spec: Pick<Stored, 'shape' | 'dtype'>): string => `${spec.dtype}[${spec.shape.join(',')}]`;
  throw new Error(`The state's "${key}" is ${text(known)} and cannot become ${text(given)}.`);
}
