import { readFileSync } from 'node:fs';
import type * as tf from '@tensorflow/tfjs';
import type { RunConfig } from '../../../preload/contract/vocabulary.ts';
import { Rng } from '../../../main/core/rng.ts';
import { batchesFrom } from '../../../main/engine/batches.ts';
import { compileEncoder } from '../../../main/engine/encodingStep.ts';
import type { CompiledStep, Engine, EngineState } from '../../../main/engine/engine.ts';
import type { HostTensor, HostTensors } from '../../../main/engine/method.ts';
import { compileTraining } from '../../../main/engine/pretrainRun.ts';
import { accuracyOf } from '../../../main/engine/probes/accuracy.ts';
import { compileKnn } from '../../../main/engine/probes/knn.ts';
import { entryOf, schedules } from '../../../main/engine/registries.ts';
import type { Schedule } from '../../../main/engine/schedule.ts';
import { codesOf, type TrainingData } from '../../../main/engine/trainingData.ts';
import { scalarInputs, signatureOf } from '../../../main/engine/trainingStep.ts';
import { applyPipeline } from '../../../main/engine/views/pipeline.ts';
import { TorchProcess } from './torchProcess.ts';

/** How far both go. */
export interface Course {
  readonly steps: number;
  /** Steps whose losses are compared. */
  readonly first: number;
  /** Whether kNN accuracies are taken at the end. */
  readonly judged: boolean;
}

/** Trains here and in PyTorch in step; answers how far losses differ and both kNN accuracies. */
export async function compared(
  engine: Engine,
  config: RunConfig,
  data: TrainingData,
  { python, threads, out }: { readonly python: string; readonly threads: number; readonly out: string },
  course: Course,
): Promise<{ readonly deviation: number; readonly ours: number | null; readonly theirs: number | null }> {
  const training = await compileTraining(engine, { config, data });
  const networks = withoutMemory(training.initial);
  const { momentum, weightDecay } = config.optimizer.params as { momentum: number; weightDecay: number };
  const torch = new TorchProcess(
    python,
    {
      ...{
        method: config.method.id,
        shape: [config.batchSize, ...data.shape],
        threads,
        momentum,
        weightDecay,
        out,
      },
      temperature: Number(config.method.params['temperature'] ?? 1),
    },
    networks,
  );
  const deviation = await inStep(engine, config, data, training, torch, course);
  await torch.close();
  if (!course.judged) return { deviation, ours: null, theirs: null };
  const theirs = { ...networks, ...safetensors(readFileSync(out)) };
  const state = await engine.createState(theirs);
  const accuracy = (of: EngineState): Promise<number | null> =>
    knn(engine, config, data, training.setup.method, of, networks);
  const found = { ours: await accuracy(training.state), theirs: await accuracy(state) };
  state.dispose();
  return { deviation, ...found };
}

async function inStep(
  engine: Engine,
  config: RunConfig,
  data: TrainingData,
  { setup, step, state }: Awaited<ReturnType<typeof compileTraining>>,
  torch: TorchProcess,
  { steps, first }: Course,
): Promise<number> {
  const { factor } = entryOf<Schedule>(schedules, config.schedule.id, 'schedule');
  const perEpoch = Math.floor(config.maxSamples / config.batchSize);
  const total = perEpoch * config.epochs;
  const views = Rng.stream(config.seed, 'views').state();
  let both: CompiledStep | null = null;
  let [index, deviation] = [0, 0];
  for (const batch of batchesFrom({ config, epoch: 0, stepInEpoch: 0, views }, data)) {
    if (index === steps) break;
    const learningRate =
      setup.optimizer.learningRate(config.optimizer.params) *
      factor(config.schedule.params, index, total, perEpoch);
    const scalars = scalarInputs(setup, { learningRate, step: index + 1, progress: index / total });
    both ??= await compileBothViews(engine, config, batch.inputs);
    const seen = await both.run(await engine.createState({}), batch.inputs);
    const target = scalars['method/momentum']?.data[0] ?? 0;
    const shown = ['view0', 'view1'].map((name) => (seen[name] as HostTensor).data as Float32Array);
    const [outputs, there] = await Promise.all([
      step.run(state, { ...batch.inputs, ...scalars }),
      torch.step(learningRate, target, shown),
    ]);
    const here = outputs['loss']?.data[0] ?? NaN;
    const apart = Math.abs(here / there - 1);
    if (index < first) deviation = Math.max(deviation, apart);
    index++;
  }
  await both?.dispose();
  return deviation;
}

/** The two views that the training step makes of a batch, to be shown to both. */
function compileBothViews(engine: Engine, config: RunConfig, inputs: HostTensors): Promise<CompiledStep> {
  return engine.compile(
    (_state, given) => {
      const x = given['samples'] as tf.Tensor4D;
      const view = (name: string): tf.Tensor => applyPipeline(config.views, x, given, name);
      return { state: {}, outputs: { view0: view('view0'), view1: view('view1') } };
    },
    signatureOf({}, inputs),
    'both views',
  );
}

/** kNN accuracy of the validation split among the probe-train split. */
async function knn(
  engine: Engine,
  config: RunConfig,
  data: TrainingData,
  method: Parameters<typeof compileEncoder>[2],
  state: EngineState,
  weights: HostTensors,
): Promise<number | null> {
  const encoder = await compileEncoder(engine, state, method, weights, data.shape);
  const h = async (indices: Uint32Array) =>
    (await encoder.encode(indices.length, (from, to) => data.read(indices.subarray(from, to)))).h;
  const { probeTrain, validation } = data.splits;
  const [bank, queries] = [await h(probeTrain), await h(validation)];
  const probe = await compileKnn(engine, bank.rows, bank.columns, config.evaluate.knn);
  const labelled = { ...bank, codes: codesOf(data.knnTarget, probeTrain) };
  const predicted = await probe.predict(queries, labelled, data.knnTarget.classes.length);
  await probe.dispose();
  await encoder.dispose();
  return accuracyOf(predicted, codesOf(data.knnTarget, validation));
}

/** Networks alone: both optimisers start without memory. */
function withoutMemory(initial: HostTensors): HostTensors {
  return Object.fromEntries(Object.entries(initial).filter(([name]) => !name.startsWith('optimizer/')));
}

/** The tensors of a safetensors file of float32. */
function safetensors(bytes: Uint8Array): HostTensors {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Readonly<
    Record<string, { readonly shape: readonly number[]; readonly data_offsets: readonly [number, number] }>
  >;
  return Object.fromEntries(
    Object.entries(header).map(
      ([
        name,
        {
          shape,
          data_offsets: [from, to],
        },
      ]) => {
        const data = new Float32Array(
          new Uint8Array(bytes.subarray(8 + length + from, 8 + length + to)).buffer,
        );
        return [name, { shape, dtype: 'float32', data } as const];
      },
    ),
  );
}
