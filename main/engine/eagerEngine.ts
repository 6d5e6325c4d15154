import * as tf from '@tensorflow/tfjs';
import { AppError } from '../../preload/contract/errors.ts';
import type { EngineId } from '../../preload/contract/vocabulary.ts';
import { explaining } from './engineFailure.ts';
import type { CompiledStep, Engine, EngineState, StepFunction } from './engine.ts';
import type { HostTensor, HostTensors, Tensors } from './method.ts';

/** State of an eager engine: tensors of tfjs, kept from step to step. */
class EagerState implements EngineState {
  readonly tensors: Map<string, tf.Tensor>;
  private readonly activate: () => Promise<void>;

  constructor(values: HostTensors, activate: () => Promise<void>) {
    this.activate = activate;
    this.tensors = new Map(Object.entries(values).map(([name, value]) => [name, tf.keep(toTensor(value))]));
  }

  async read(): Promise<HostTensors> {
    await this.activate();
    return Object.fromEntries([...this.tensors].map(([name, tensor]) => [name, toHost(tensor)]));
  }

  async write(values: HostTensors): Promise<void> {
    await this.activate();
    for (const [name, value] of Object.entries(values)) this.replace(name, tf.keep(toTensor(value)));
  }

  /** Takes over a tensor in the place of the one called `name`. */
  replace(name: string, tensor: tf.Tensor): void {
    const old = this.tensors.get(name);
    if (!old || !tf.util.arraysEqual(old.shape, tensor.shape))
      throw new AppError({
        code: 'internal',
        message: `State ${name} of shape [${old?.shape.join(', ') ?? 'none'}] cannot become [${tensor.shape.join(', ')}].`,
      });
    this.tensors.set(name, tensor);
    old.dispose();
  }

  dispose(): void {
    for (const tensor of this.tensors.values()) tensor.dispose();
    this.tensors.clear();
  }
}

/**
 * An engine that runs steps operation by operation on a backend of tfjs. The backend must be registered; it is made the current one
 * before every run, so that several engines can live in one process.
 */
export async function eagerEngine(id: EngineId, device: string, backend: string): Promise<Engine> {
  // Production mode drops the advice that tfjs prints about faster packages.
  tf.enableProdMode();
  const activate = async (): Promise<void> => {
    if (!(await tf.setBackend(backend)))
      throw new AppError({
        code: 'engine',
        message: `TensorFlow.js could not start its backend ${backend}.`,
      });
  };
  await activate();
  return explaining({
    id,
    device,
    createState: async (values) => {
      await activate();
      return new EagerState(values, activate);
    },
    compile: async (step, { precision }, name): Promise<CompiledStep> => {
      if (precision === 'mixed') throw noMixedPrecision(id);
      return {
        name,
        flops: null,
        run: async (state, inputs) => {
          await activate();
          return runEagerly(step, state as EagerState, inputs);
        },
        dispose: async () => {},
      };
    },
    dispose: async () => {},
  });
}

function noMixedPrecision(id: EngineId): AppError {
  return new AppError({
    code: 'invalidConfig',
    message: `Engine ${id} computes in single precision only, but engine.precision is mixed.`,
    hint: 'Set engine.precision to float32, or engine.id to onnx.',
  });
}

function runEagerly(step: StepFunction, state: EagerState, inputs: HostTensors): HostTensors {
  let changed: Tensors = {};
  const outputs: Record<string, HostTensor> = {};
  tf.tidy(() => {
    const given = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, toTensor(value)]));
    const result = step(Object.fromEntries(state.tensors), given);
    for (const [name, tensor] of Object.entries(result.outputs)) outputs[name] = toHost(tensor);
    // Cloned, because a step may return one tensor under two names, or a tensor of the old state.
    changed = Object.fromEntries(
      Object.entries(result.state).map(([name, tensor]) => [name, tf.keep(tensor.clone())]),
    );
  });
  for (const [name, tensor] of Object.entries(changed)) state.replace(name, tensor);
  return outputs;
}

function toTensor({ data, shape, dtype }: HostTensor): tf.Tensor {
  return tf.tensor(data.slice(), [...shape], dtype);
}

function toHost(tensor: tf.Tensor): HostTensor {
  const dtype = tensor.dtype as HostTensor['dtype'];
  const data = tensor.dataSync().slice() as HostTensor['data'];
  return { shape: [...tensor.shape], dtype, data };
}
