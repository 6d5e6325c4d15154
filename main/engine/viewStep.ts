import type * as tf from '@tensorflow/tfjs';
import type { ViewChoice } from '../../preload/contract/vocabulary.ts';
import type { Rng } from '../core/rng.ts';
import type { SampleKind } from './layout.ts';
import type { CompiledStep, Engine, EngineState } from './engine.ts';
import type { HostTensor } from './method.ts';
import { signatureOf } from './trainingStep.ts';
import { applyPipeline, drawPipeline } from './views/pipeline.ts';

/** A pipeline of views made ready for batches of one size. */
export interface ViewStep {
  /** At most `count` samples [n, h, w, c] -> their views, with numbers that `rng` draws for a full batch; `passage` says which view it is. */
  run(
    samples: Float32Array,
    choices: readonly ViewChoice[],
    rng: Rng,
    passage: number,
  ): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Compiles a pipeline. Parameters of the views may change from run to run; their ids and order may not. */
export async function compileViews(
  engine: Engine,
  choices: readonly ViewChoice[],
  count: number,
  kind: SampleKind,
): Promise<ViewStep> {
  const { shape } = kind;
  const size = count * shape[0] * shape[1] * shape[2];
  let ready: { step: CompiledStep; state: EngineState } | null = null;
  const compile = async (inputs: Readonly<Record<string, HostTensor>>) => ({
    step: await engine.compile(
      (_state, given) => ({
        state: {},
        outputs: { views: applyPipeline(choices, given['samples'] as tf.Tensor4D, given, 'view') },
      }),
      signatureOf({}, inputs),
      'views',
    ),
    state: await engine.createState({}),
  });
  return {
    async run(samples, current, rng, passage) {
      if (current.every(({ enabled }) => !enabled)) return samples;
      const inputs = {
        samples: { shape: [count, ...shape], dtype: 'float32', data: filledUp(samples, size) } as const,
        ...drawPipeline(current, rng, count, kind, { prefix: 'view', passage }),
      };
      ready ??= await compile(inputs);
      const { views } = await ready.step.run(ready.state, inputs);
      return ((views as HostTensor).data as Float32Array).subarray(0, samples.length);
    },
    async dispose() {
      await ready?.step.dispose();
    },
  };
}

function filledUp(samples: Float32Array, size: number): Float32Array {
  if (samples.length === size) return samples;
  const result = new Float32Array(size);
  result.set(samples);
  return result;
}
