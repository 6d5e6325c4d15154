import type { PlainError } from '../../preload/contract/errors.ts';
import type {
  Alarm,
  ComputeCost,
  EngineReport,
  Estimate,
  EvaluationFinding,
  EvaluationSettings,
  LogLine,
  MetricPoint,
  RunConfig,
  RunId,
  RunProgress,
  RunResults,
  SampleGrid,
  ViewChoice,
} from '../../preload/contract/vocabulary.ts';
import type { ArtefactFile, DatasetFiles } from '../core/datasetFiles.ts';

// The trainer writes the journal and the checkpoint files, main reads them: both import their formats from here.
export { JOURNAL_FILE, encodeJournal } from './journalFormat.ts';
export { checkpointFileName } from './checkpointName.ts';

/**
 * The one place where facts cross between main and a trainer process. Messages are plain data and typed arrays; weights,
 * predictions and representations travel by file in the job's `directory`.
 */
export type TrainerJob =
  | PretrainJob
  | PredictJob
  | EvaluateJob
  | RepresentJob
  | PreviewJob
  | EstimateJob
  | { readonly kind: 'doctor'; readonly id: string };

/** Pretrain, then probe. Points are first appended to `directory`/points.journal, then sent, so that no death loses one. */
export interface PretrainJob {
  readonly kind: 'pretrain';
  readonly id: RunId;
  readonly config: RunConfig;
  readonly dataset: DatasetFiles;
  /** Folder of the run's own: journal, checkpoints and results are written here (temp + rename). */
  readonly directory: string;
  /** Checkpoint to go on from, or null to start. */
  readonly resumeFrom: ArtefactFile | null;
  /** The pretrained checkpoint that a fine-tuning starts from; left out by all other runs. */
  readonly startFrom?: ArtefactFile;
  /** Sequence number the next point gets; a resumed run counts on. */
  readonly nextSeq: number;
  /** Device seconds and samples already spent before this process. */
  readonly spent: ComputeCost | null;
}

/** Run a finished run's encoder and linear probe over one split of a data set, which may be another than it was trained on. */
export interface PredictJob {
  readonly kind: 'predict';
  readonly id: string;
  readonly config: RunConfig;
  readonly dataset: DatasetFiles;
  readonly split: 'validation' | 'audit' | 'probeTrain';
  readonly checkpoint: ArtefactFile;
  readonly directory: string;
  /** Also write representations [n, d] as float32. */
  readonly representations: boolean;
}

/** Write what an audit of representations needs of one split: files [n, d] as float32. */
export interface RepresentJob extends Omit<PredictJob, 'kind' | 'representations'> {
  readonly kind: 'represent';
}

/** Measure a finished run's frozen representation of the validation split. */
export interface EvaluateJob {
  readonly kind: 'evaluate';
  readonly id: string;
  readonly config: RunConfig;
  readonly dataset: DatasetFiles;
  readonly checkpoint: ArtefactFile;
  readonly settings: EvaluationSettings;
}

export interface PreviewJob {
  readonly kind: 'preview';
  readonly id: string;
  readonly dataset: DatasetFiles;
  readonly indices: readonly number[];
  readonly views: readonly ViewChoice[];
  readonly count: number;
  readonly seed: number;
}

export interface EstimateJob {
  readonly kind: 'estimate';
  readonly id: string;
  readonly config: RunConfig;
  readonly dataset: DatasetFiles;
  /** Run a few real steps and time them. */
  readonly measure: boolean;
}

/** What main says to a trainer. */
export type ToTrainer =
  | { readonly type: 'job'; readonly job: TrainerJob }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  /** End training now, keep the work: write a checkpoint, probe, finish. */
  | { readonly type: 'stop' }
  /** Write a checkpoint where training stands, between two steps, and say `left`: another process goes on from there. */
  | { readonly type: 'leave' }
  | { readonly type: 'exit' };

/** A point with its number within the run, counted from 0. */
export interface NumberedPoint extends MetricPoint {
  readonly seq: number;
}

/** A file that the trainer wrote; main takes it into the artefact store. */
export interface WrittenFile {
  readonly path: string;
  readonly kind: 'checkpoint' | 'predictions' | 'representations' | 'probe' | 'log';
  readonly name: string;
}

/** What a trainer says to main. `job` is the job's id. */
export type FromTrainer =
  | { readonly type: 'ready' }
  /** At least every two seconds while alive, also when paused. */
  | { readonly type: 'heartbeat'; readonly time: string }
  | { readonly type: 'state'; readonly job: string; readonly state: 'running' | 'paused' }
  | { readonly type: 'engine'; readonly job: string; readonly report: EngineReport }
  | {
      readonly type: 'progress';
      readonly job: string;
      readonly progress: RunProgress;
      readonly cost: ComputeCost;
    }
  | { readonly type: 'points'; readonly job: string; readonly points: readonly NumberedPoint[] }
  | { readonly type: 'log'; readonly job: string; readonly lines: readonly Omit<LogLine, 'seq'>[] }
  | { readonly type: 'alarm'; readonly job: string; readonly alarm: Alarm }
  | {
      readonly type: 'checkpoint';
      readonly job: string;
      readonly file: WrittenFile;
      readonly step: number;
      readonly epoch: number;
      readonly final: 'periodic' | 'final' | 'stopped';
    }
  | { readonly type: 'file'; readonly job: string; readonly file: WrittenFile }
  /** Training ended unfinished, as `leave` asked; the checkpoint sent last is where it stands. */
  | { readonly type: 'left'; readonly job: string }
  | {
      readonly type: 'finished';
      readonly job: string;
      readonly stopped: boolean;
      readonly results: RunResults;
      readonly cost: ComputeCost;
    }
  | {
      readonly type: 'predicted';
      readonly job: string;
      readonly predictions: WrittenFile;
      readonly representations: WrittenFile | null;
    }
  | {
      readonly type: 'represented';
      readonly job: string;
      /** Of the trained encoder, the same before training, and for two views of every sample where the run has views. */
      readonly layers: readonly {
        readonly layer: string;
        readonly path: string;
        readonly untrained: string | null;
        readonly views: readonly [string, string] | null;
      }[];
      readonly rawInput: string;
    }
  /** What of an evaluation is measured now; `share` of it is done. */
  | { readonly type: 'evaluating'; readonly job: string; readonly phase: string; readonly share: number }
  | {
      readonly type: 'evaluated';
      readonly job: string;
      readonly findings: readonly EvaluationFinding[];
      readonly dimension: number;
      readonly trainSamples: number;
      readonly samples: number;
    }
  | {
      readonly type: 'previewed';
      readonly job: string;
      readonly views: readonly SampleGrid[];
      readonly milliseconds: number;
    }
  | { readonly type: 'estimated'; readonly job: string; readonly estimate: Estimate }
  | { readonly type: 'diagnosed'; readonly job: string; readonly engines: readonly EngineReport[] }
  | { readonly type: 'failed'; readonly job: string; readonly error: PlainError };

/** The end of a trainer process as its launcher saw it. */
export interface TrainerExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** Last lines of its standard error. */
  readonly tail: readonly string[];
}

/** A running trainer process, whatever started it. */
export interface TrainerPort {
  readonly pid: number | null;
  send(message: ToTrainer): void;
  onMessage(listener: (message: FromTrainer) => void): void;
  onExit(listener: (exit: TrainerExit) => void): void;
  /** Asks it to leave, and kills it after so many milliseconds. */
  stop(graceMs: number): Promise<void>;
}

/** Starts trainer processes: Electron's utility process, a forked Node, or in this process for tests. */
export interface TrainerLauncher {
  readonly kind: 'utility' | 'fork' | 'inline';
  launch(name: string): TrainerPort;
}

/**
 * Predictions file (written by `predict`): JSON header line `{ n, target, classes, split, indices: true }` + "\n", then little-endian
 * Uint32 sample indices [n], Int16 truth codes [n], Int16 predicted codes [n], Float32 scores [n, classes].
 */
export interface PredictionsHeader {
  readonly n: number;
  readonly target: string;
  readonly classes: readonly string[];
  readonly split: string;
}
