import type {
  DatasetId,
  EngineReport,
  Estimate,
  RunConfig,
  RunId,
  RunPurpose,
  RunRow,
  SampleGrid,
  StoredEvaluation,
} from '../../preload/contract/vocabulary.ts';
import { timingOf, type RunServiceHost } from './host.ts';
import { JobTrainer } from './jobTrainer.ts';
import { addClone, addExtension, addRuns, type LaunchOptions } from './launch.ts';
import { evaluate, evaluationsOf, type EvaluateRequest } from './evaluate.ts';
import { predict, type Prediction, type PredictRequest } from './predict.ts';
import type { PreviewJob } from './protocol.ts';
import { represent, type Represented, type RepresentRequest } from './represent.ts';
import type { StartReport } from './recovery.ts';
import { Supervisor, type ShutdownMode, type StartOptions } from './supervisor.ts';

/** Samples whose views are wanted. */
export type PreviewRequest = Omit<PreviewJob, 'kind' | 'id' | 'dataset'> & { readonly dataset: DatasetId };

/** Views of samples; `views[v]` has the layout of the originals. */
export interface Previewed {
  readonly views: readonly SampleGrid[];
  readonly milliseconds: number;
}

/** Lives of runs, and questions that only a trainer can answer. */
export interface RunService {
  /** Queues one run per seed. */
  launch(config: RunConfig, options: LaunchOptions): readonly RunId[];
  /** @throws AppError conflict where a run's state forbids it; then none of them is touched */
  pause(ids: readonly RunId[]): void;
  /** Paused runs go on; ended ones are queued to go on from their last checkpoint. @throws AppError conflict */
  resume(ids: readonly RunId[]): Promise<void>;
  /** Ends training and keeps the work; a queued run is taken out of the queue. @throws AppError conflict */
  stop(ids: readonly RunId[]): void;
  /** Queues the same config again, or with another seed. */
  clone(id: RunId, seed: number | null, purpose?: RunPurpose): RunId;
  /** Queues the same config with more epochs, going on from the run's last checkpoint. */
  extend(id: RunId, epochs: number): RunId;
  /** Call once after opening: puts right what the last end of the app left, then works the queue. */
  start(options?: StartOptions): Promise<StartReport>;
  shutdown(mode: ShutdownMode): Promise<void>;
  preview(request: PreviewRequest, signal?: AbortSignal): Promise<Previewed>;
  /** @param measure runs a few real steps */
  estimate(config: RunConfig, measure: boolean, signal?: AbortSignal): Promise<Estimate>;
  doctor(signal?: AbortSignal): Promise<readonly EngineReport[]>;
  predict(request: PredictRequest, signal?: AbortSignal): Promise<Prediction>;
  represent(request: RepresentRequest, signal?: AbortSignal): Promise<Represented>;
  /** Measures a finished run's frozen representation; answers the evaluation's digest. */
  evaluate(
    request: EvaluateRequest,
    progress: (share: number | null, phase: string) => void,
    signal?: AbortSignal,
  ): Promise<string>;
  /** Evaluations of a run, newest first. */
  evaluations(id: RunId): Promise<readonly StoredEvaluation[]>;
  /** Trainers that train now. */
  active(): number;
  /** Resolves with the row once the run is over and its process gone. */
  whenEnded(id: RunId): Promise<RunRow>;
}

/** Everything this room offers, over one workspace and one launcher. */
export function createRunService(host: RunServiceHost): RunService {
  const supervisor = new Supervisor(host);
  const answers = answering(host);
  const queued = <T>(added: T): T => {
    supervisor.pump();
    return added;
  };
  // One at a time: each holds an encoder and a split in memory.
  let predicting: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = predicting.then(work);
    predicting = turn.catch(() => undefined);
    return turn;
  };
  return {
    launch: (config, options) => queued(addRuns(host, config, options)),
    pause: (ids) => supervisor.pause(ids),
    resume: (ids) => supervisor.resume(ids),
    stop: (ids) => supervisor.stop(ids),
    clone: (id, seed, purpose) => queued(addClone(host, id, seed, purpose)),
    extend: (id, epochs) => queued(addExtension(host, id, epochs)),
    start: (options) => supervisor.start(options),
    shutdown: async (mode) => {
      await Promise.all([supervisor.shutdown(mode), answers.close()]);
    },
    preview: answers.preview,
    estimate: answers.estimate,
    doctor: answers.doctor,
    predict: (request, signal) => inTurn(() => predict(host, request, signal)),
    represent: (request, signal) => inTurn(() => represent(host, request, signal)),
    evaluate: (request, progress, signal) => {
      const turn = predicting.then(() => evaluate(host, request, progress, signal));
      predicting = turn.catch(() => undefined);
      return turn;
    },
    evaluations: (id) => evaluationsOf(host.store, id),
    active: () => supervisor.active(),
    whenEnded: (id) => supervisor.whenEnded(id),
  };
}

type Answering = Pick<RunService, 'preview' | 'estimate' | 'doctor'> & { close(): Promise<void> };

/** The one warm trainer that answers the designer. */
function answering(host: RunServiceHost): Answering {
  const { grace, idle, answer: timeoutMs } = timingOf(host);
  const warm = new JobTrainer({ launcher: host.launcher, name: 'warm', graceMs: grace, idleMs: idle });
  let asked = 0;
  const nextId = (kind: string): string => `${kind}-${++asked}`;
  return {
    preview: async ({ dataset, ...request }, signal) =>
      warm.ask({
        job: {
          kind: 'preview',
          id: nextId('preview'),
          dataset: await host.datasetFilesOf(dataset),
          ...request,
        },
        pick: (message) =>
          message.type === 'previewed' ? { views: message.views, milliseconds: message.milliseconds } : null,
        ...{ timeoutMs, signal, onCancel: 'discard' },
      }),
    estimate: async (config, measure, signal) =>
      warm.ask({
        job: {
          kind: 'estimate',
          id: nextId('estimate'),
          config,
          dataset: await host.datasetFilesOf(config.dataset),
          measure,
        },
        pick: (message) => (message.type === 'estimated' ? message.estimate : null),
        ...{ timeoutMs, signal, onCancel: 'kill' },
      }),
    doctor: (signal) =>
      warm.ask({
        job: { kind: 'doctor', id: nextId('doctor') },
        pick: (message) => (message.type === 'diagnosed' ? message.engines : null),
        ...{ timeoutMs, signal, onCancel: 'kill' },
      }),
    close: () => warm.close(),
  };
}
