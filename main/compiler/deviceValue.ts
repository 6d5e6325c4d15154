import type { Tensor } from 'onnxruntime-common';

import type { ElementType } from './graph.ts';
import { makeNode } from './graph.ts';
import type { TensorValue } from './session.ts';
import { createSession } from './session.ts';

/**
 * A tensor in the memory of a graphics device: one session left it there, another may read it. Its owner disposes it
 * once; until then the session that made it stays alive, because the memory is that session's.
 */
export interface DeviceValue {
  readonly shape: readonly number[];
  readonly dtype: ElementType;
  readonly tensor: Tensor;
  dispose(): void;
}

/** A value of a step, wherever it lies. */
export type StepValue = TensorValue | DeviceValue;

/** True for values in a device's memory. */
export function isOnDevice(value: StepValue): value is DeviceValue {
  return 'tensor' in value;
}

/** The value itself where it is on the host. Throws for one that a session left on its device. */
export function hostValue(value: StepValue | undefined): TensorValue {
  if (value === undefined || isOnDevice(value)) throw new Error('A value of the graph is not on the host.');
  return value;
}

/**
 * Copies of device values on the host. ONNX Runtime's Node binding can leave a value on the device but has no call to
 * fetch it (`Tensor.getData` ends the process), so a graph that only hands its inputs on is run once.
 */
export function download(values: ReadonlyMap<string, DeviceValue>): Map<string, TensorValue> {
  if (values.size === 0) return new Map();
  const outputs = [...values].map(([name, { shape, dtype }]) => {
    return [`outputs/${name}`, makeNode('Input', [], { name: `state/${name}` }, shape, dtype)] as const;
  });
  const session = createSession({ outputs: new Map(outputs) }, { device: 'webgpu' });
  const results = session.run(new Map([...values].map(([name, value]) => [`state/${name}`, value])));
  session.dispose();
  return new Map([...values.keys()].map((name) => [name, hostValue(results.get(`outputs/${name}`))]));
}
