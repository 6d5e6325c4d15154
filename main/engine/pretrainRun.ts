import { AppError } from '../../preload/contract/errors.ts';
import type { ComputeCost, RunConfig } from '../../preload/contract/vocabulary.ts';
import { Rng, type RngState } from '../core/rng.ts';
import type { CheckpointHeader } from './checkpoint.ts';
import { type BatchSource, batchesOnDemand } from './batches.ts';
import { compileEncoder, type FrozenEncoder } from './encodingStep.ts';
import type { CompiledStep, Engine, EngineState } from './engine.ts';
import { leased } from './leasedEngine.ts';
import { firstLossScale, type LossScale } from './lossScale.ts';
import { type Meter, metered } from './meter.ts';
import { movedDuring } from './finetuning.ts';
import type { HostTensor, HostTensors } from './method.ts';
import { createMonitors, type Monitors } from './monitors.ts';
import type { PretrainHost, PretrainTask } from './pretrainEvents.ts';
import { entryOf, schedules } from './registries.ts';
import type { Schedule } from './schedule.ts';
import {
  initialNetworks,
  initialState,
  signatureOf,
  trainingInputs,
  type TrainingSetup,
  trainingStep,
} from './trainingStep.ts';
import { pretrainSamples, trainingSetup } from './trainingSetup.ts';

/** Where training stands; what of it has to survive is written to checkpoints. */
export interface Position {
  step: number;
  epoch: number;
  stepInEpoch: number;
  references: Readonly<Record<string, number>> | null;
  anchors: CheckpointHeader['anchors'];
  firedAlarms: readonly string[];
  firstLoss: number | null;
  /** State of the random stream of views after the last step. */
  views: RngState;
  /** Of mixed precision; null without it. */
  lossScale: LossScale | null;
}

/** A run with everything compiled and every tensor in place. */
export interface PreparedRun {
  readonly task: PretrainTask;
  readonly host: PretrainHost;
  readonly engine: Engine;
  readonly setup: TrainingSetup;
  readonly schedule: Schedule;
  readonly state: EngineState;
  /** The training step of an epoch. */
  stepOf(epoch: number): Promise<CompiledStep>;
  /** The state before the first step of the run, whether or not it was resumed. */
  readonly initial: HostTensors;
  readonly encoder: FrozenEncoder;
  readonly monitors: Monitors;
  readonly batches: BatchSource;
  readonly position: Position;
  /** Seconds of this process's steps: all of them, and those in which they waited for samples. */
  readonly waiting: { data: number; total: number };
  /** Pretraining samples of this run. */
  readonly samples: Uint32Array;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  /** Numbers in all networks that the optimiser moves at some time, and that it could move. */
  readonly parameters: number;
  readonly allParameters: number;
  cost(): ComputeCost;
  /** Seconds since the run started. */
  elapsed(): number;
  dispose(): Promise<void>;
}

/** Compiled parts of a config that training and estimates share. */
export interface CompiledTraining {
  readonly setup: TrainingSetup;
  readonly state: EngineState;
  readonly initial: HostTensors;
  readonly step: CompiledStep;
  /** The step of an epoch: another one where a fine-tuning lets more move than before. */
  stepOf(epoch: number): Promise<CompiledStep>;
  /** Numbers that the optimiser moves at some time. */
  readonly parameters: number;
  /** Numbers that it could move. */
  readonly allParameters: number;
}

type Training = Pick<PretrainTask, 'config' | 'data' | 'start'>;

/** Draws the initial networks and compiles the training step. */
export async function compileTraining(
  engine: Engine,
  { config, data, start }: Training,
): Promise<CompiledTraining> {
  const setup = trainingSetup({ config, data });
  const networks = initialNetworks(setup.method, (name) => Rng.stream(config.seed, `init/${name}`));
  const moved = movedDuring(config, networks, null).trainable;
  const initial = started(initialState(setup, { ...networks, trainable: moved }), start);
  const size = data.shape[0] * data.shape[1] * data.shape[2] * config.batchSize;
  const example = trainingInputs(
    setup,
    new Float32Array(size),
    new Int32Array(config.batchSize),
    Rng.stream(config.seed, 'example'),
    { learningRate: 0, step: 1, progress: 0 },
  );
  const signature = {
    ...signatureOf(initial, example),
    ...(setup.mixed ? { precision: 'mixed' as const } : {}),
  };
  const stepOf = oncePerPhase(
    (epoch) => {
      const now = epoch === 0 ? setup : trainingSetup({ config, data }, epoch);
      const step = trainingStep(now, movedDuring(config, networks, epoch));
      return engine.compile(step, signature, config.method.id);
    },
    (epoch) => movedDuring(config, networks, epoch).trainable.join(),
  );
  const sizeOf = (names: readonly string[]): number =>
    names.reduce((sum, name) => sum + (networks.values[name]?.data.length ?? 0), 0);
  return {
    setup,
    initial,
    state: await engine.createState(initial),
    step: await stepOf(0),
    stepOf,
    parameters: sizeOf(moved),
    allParameters: sizeOf(networks.trainable),
  };
}

/** Compiles again only where the phase is another than at the last call; the step of the phase before is given back. */
function oncePerPhase(
  compile: (epoch: number) => Promise<CompiledStep>,
  phaseOf: (epoch: number) => string,
): (epoch: number) => Promise<CompiledStep> {
  let current: { readonly epoch: number; readonly phase: string; readonly step: CompiledStep } | null = null;
  return async (epoch) => {
    if (current?.epoch === epoch) return current.step;
    const phase = phaseOf(epoch);
    if (current?.phase !== phase) {
      await current?.step.dispose();
      current = { epoch, phase, step: await compile(epoch) };
    } else current = { ...current, epoch };
    return current.step;
  };
}

/** The state with a pretrained encoder in place of the drawn one. @throws AppError invalidConfig if it is of another shape */
function started(initial: HostTensors, start: HostTensors | undefined): HostTensors {
  if (start === undefined) return initial;
  const names = Object.keys(initial).filter((name) => name.startsWith('encoder/'));
  const misfit = names.find((name) => start[name]?.shape.join() !== initial[name]?.shape.join());
  if (misfit === undefined)
    return { ...initial, ...Object.fromEntries(names.map((name) => [name, start[name] as HostTensor])) };
  throw new AppError({
    code: 'invalidConfig',
    message: `The pretrained encoder does not fit the config: tensor ${misfit} is missing or has another shape.`,
    hint: 'Fine-tune with the encoder of the pretrained run, on samples of the same shape.',
  });
}

/** Prepares a run from its start or from a checkpoint; what it took of the engine is given back if that fails. */
export async function prepareRun(task: PretrainTask, host: PretrainHost): Promise<PreparedRun> {
  const lease = leased(host.engine);
  try {
    return await prepared(task, host, lease);
  } catch (cause) {
    await lease.dispose();
    throw cause;
  }
}

async function prepared(task: PretrainTask, host: PretrainHost, lease: Engine): Promise<PreparedRun> {
  const { config, data, resumeFrom } = task;
  const samples = pretrainSamples(task);
  const stepsPerEpoch = Math.floor(samples.length / config.batchSize);
  if (stepsPerEpoch === 0) throw tooFewSamples(samples.length, config);
  const { engine, meter } = metered(lease, host.clock);
  const { setup, state, initial, stepOf, parameters, allParameters } = await compileTraining(engine, task);
  if (resumeFrom) await restore(state, initial, resumeFrom.tensors);
  const encoder = await compileEncoder(engine, state, setup.method, initial, data.shape);
  const monitors = await createMonitors(engine, encoder, data, config, setup.method.networks.encoder.dim);
  const header = resumeFrom?.header ?? null;
  const position = positionOf(header, config.seed, setup.mixed);
  const { epoch, stepInEpoch, views } = position;
  const batches = (host.batches ?? batchesOnDemand)({ config, epoch, stepInEpoch, views }, data);
  const start = host.clock();
  const before = header?.elapsedSeconds ?? 0;
  return {
    task, host, engine, setup, state, stepOf, initial, encoder, monitors, position, batches, samples, stepsPerEpoch, parameters, allParameters,
    waiting: { data: 0, total: 0 },
    schedule: entryOf<Schedule>(schedules, config.schedule.id, 'schedule'),
    totalSteps: stepsPerEpoch * config.epochs,
    elapsed: () => before + host.clock() - start,
    cost: costOf(task, host, position, meter, header),
    async dispose() {
      await batches.close();
      await lease.dispose();
    },
  }; // prettier-ignore
}

function positionOf(header: CheckpointHeader | null, seed: number, mixed: boolean): Position {
  return {
    step: header?.step ?? 0,
    epoch: header?.epoch ?? 0,
    stepInEpoch: header?.stepInEpoch ?? 0,
    references: header?.references ?? null,
    anchors: header?.anchors ?? null,
    firedAlarms: header?.firedAlarms ?? [],
    firstLoss: header?.firstLoss ?? null,
    views: header?.streams['views'] ?? Rng.stream(seed, 'views').state(),
    lossScale: mixed ? (header?.lossScale ?? firstLossScale()) : null,
  };
}

/** Puts a checkpoint's tensors in place. @throws AppError invalidConfig if they are of another model */
async function restore(state: EngineState, initial: HostTensors, stored: HostTensors): Promise<void> {
  const values = Object.fromEntries(Object.entries(stored).filter(([name]) => name in initial));
  const missing = Object.entries(initial).find(
    ([name, { shape }]) => values[name]?.shape.join() !== shape.join(),
  );
  if (missing)
    throw new AppError({
      code: 'invalidConfig',
      message: `The checkpoint does not fit the config: tensor ${missing[0]} is missing or has another shape.`,
      hint: 'Resume with the config that the run was started with.',
    });
  await state.write(values);
}

/** Cost so far: what earlier processes spent and what this one's meter shows. */
function costOf(
  task: PretrainTask,
  host: PretrainHost,
  position: Position,
  meter: Meter,
  header: CheckpointHeader | null,
): () => ComputeCost {
  const before = task.spent ?? header?.cost ?? null;
  const energyAtStart = host.energy();
  const stepAtStart = position.step;
  return () => {
    const energy = host.energy();
    const used = energy === null || energyAtStart === null ? null : energy - energyAtStart;
    return {
      samplesSeen: (before?.samplesSeen ?? 0) + (position.step - stepAtStart) * task.config.batchSize,
      flops: (before?.flops ?? 0) + meter.flops,
      deviceSeconds: (before?.deviceSeconds ?? 0) + meter.seconds,
      energyJoules: used === null ? null : (before?.energyJoules ?? 0) + used,
      device: `${host.engine.id}/${host.engine.device}`,
    };
  };
}

function tooFewSamples(count: number, { batchSize, finetune }: RunConfig): AppError {
  const has = finetune ? `there are only ${count} labels` : `the pretrain split has only ${count} samples`;
  return new AppError({
    code: 'invalidConfig',
    message: `batchSize is ${batchSize}, but ${has}, less than one batch.`,
    hint: `Set batchSize to at most ${count}.`,
  });
}
