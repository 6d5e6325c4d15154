import type * as tf from '@tensorflow/tfjs';
import type { Matrix } from '../fairness/representation/matrix.ts';
import type { CompiledStep, Engine, EngineState } from './engine.ts';
import { within } from './layers/names.ts';
import type { BuiltMethod, HostTensor, HostTensors, Network } from './method.ts';
import { signatureOf } from './trainingStep.ts';

/** Samples per call of the encoder in evaluation mode. */
const BATCH = 256;

/** Representations h [n, dim] and what the loss sees of them: embeddings z, or h again where the method has none. */
export interface Encoded {
  readonly h: Matrix & { readonly data: Float32Array };
  readonly z: Matrix & { readonly data: Float32Array };
}

/** An encoder in evaluation mode: batch norm uses its running statistics. */
export interface FrozenEncoder {
  /** Numbers 0..1 of sample ranges: `samples(start, end)` -> [end - start, h, w, c]. */
  encode(
    count: number,
    samples: (start: number, end: number) => Float32Array | Promise<Float32Array>,
  ): Promise<Encoded>;
  dispose(): Promise<void>;
}

/** Compiles encoder and embedding network over a state that training goes on changing. */
export async function compileEncoder(
  engine: Engine,
  state: EngineState,
  method: BuiltMethod,
  weights: HostTensors,
  shape: readonly [number, number, number],
): Promise<FrozenEncoder> {
  const { encoder } = method.networks;
  const head: Network | null = method.embedding === null ? null : (method.networks[method.embedding] ?? null);
  const names = Object.keys(weights).filter(
    (name) =>
      name.startsWith('encoder/') || (method.embedding !== null && name.startsWith(`${method.embedding}/`)),
  );
  const used = Object.fromEntries(names.map((name) => [name, weights[name] as HostTensor]));
  const step = await engine.compile(
    (tensors, { samples }) => {
      const h = encoder.apply(within(tensors, 'encoder'), samples as tf.Tensor4D, false).y;
      if (!head || method.embedding === null) return { state: {}, outputs: { h } };
      return { state: {}, outputs: { h, z: head.apply(within(tensors, method.embedding), h, false).y } };
    },
    signatureOf(used, { samples: { shape: [BATCH, ...shape], dtype: 'float32', data: new Float32Array(0) } }),
    'encode',
  );
  const size = shape[0] * shape[1] * shape[2];
  return {
    encode: (count, samples) =>
      encodeAll(step, state, { size, shape, h: encoder.dim, z: head?.dim ?? null }, count, samples),
    dispose: () => step.dispose(),
  };
}

interface Sizes {
  readonly size: number;
  readonly shape: readonly number[];
  readonly h: number;
  readonly z: number | null;
}

async function encodeAll(
  step: CompiledStep,
  state: EngineState,
  sizes: Sizes,
  count: number,
  samples: (start: number, end: number) => Float32Array | Promise<Float32Array>,
): Promise<Encoded> {
  const h = new Float32Array(count * sizes.h);
  const z = sizes.z === null ? null : new Float32Array(count * sizes.z);
  for (let start = 0; start < count; start += BATCH) {
    const end = Math.min(count, start + BATCH);
    const given = await samples(start, end);
    // The last batch is filled up with zeros: in evaluation mode samples do not influence each other.
    const data = end - start === BATCH ? given : padded(given, BATCH * sizes.size);
    const outputs = await step.run(state, {
      samples: { shape: [BATCH, ...sizes.shape], dtype: 'float32', data },
    });
    h.set(rowsOf(outputs['h'], end - start, sizes.h), start * sizes.h);
    if (z && sizes.z !== null) z.set(rowsOf(outputs['z'], end - start, sizes.z), start * sizes.z);
  }
  const matrix = { rows: count, columns: sizes.h, data: h };
  return { h: matrix, z: z && sizes.z !== null ? { rows: count, columns: sizes.z, data: z } : matrix };
}

function padded(data: Float32Array, length: number): Float32Array {
  const result = new Float32Array(length);
  result.set(data);
  return result;
}

function rowsOf(tensor: HostTensor | undefined, rows: number, columns: number): Float32Array {
  return ((tensor as HostTensor).data as Float32Array).subarray(0, rows * columns);
}
