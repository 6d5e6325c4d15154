import type {
  Alarm,
  ComputeCost,
  LogLine,
  MetricPoint,
  RunConfig,
  RunProgress,
  RunResults,
} from '../../preload/contract/vocabulary.ts';
import type { BatchSource, BatchStart } from './batches.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Engine } from './engine.ts';
import type { HostTensors } from './method.ts';
import type { TrainingData } from './trainingData.ts';

/** What the loop announces; the host stores and forwards it. */
export type PretrainEvent =
  | { readonly type: 'points'; readonly points: readonly MetricPoint[] }
  | { readonly type: 'progress'; readonly progress: RunProgress; readonly cost: ComputeCost }
  | { readonly type: 'log'; readonly level: LogLine['level']; readonly text: string }
  | { readonly type: 'alarm'; readonly alarm: Alarm }
  | { readonly type: 'state'; readonly state: 'running' | 'paused' }
  | {
      readonly type: 'checkpoint';
      readonly bytes: Uint8Array;
      readonly step: number;
      readonly epoch: number;
      readonly kind: 'periodic' | 'final' | 'stopped';
    }
  /** Left unfinished as wished; what was saved last is where it stands. */
  | { readonly type: 'left' }
  | {
      readonly type: 'finished';
      readonly stopped: boolean;
      readonly results: RunResults;
      readonly cost: ComputeCost;
    };

/** What a run is. */
export interface PretrainTask {
  readonly config: RunConfig;
  readonly data: TrainingData;
  readonly datasetDigest: string;
  /** Where to go on from, or null to start. */
  readonly resumeFrom: Checkpoint | null;
  /** The pretrained encoder that a fine-tuning starts from, as `encoder/...`; left out by all other runs. */
  readonly start?: HostTensors;
  /** Cost of earlier processes, if it is more than the checkpoint knows; null otherwise. */
  readonly spent: ComputeCost | null;
}

/** What the outside lends to the loop. */
export interface PretrainHost {
  readonly engine: Engine;
  /** Seconds that only ever grow. */
  readonly clock: () => number;
  /** Energy counter in joules, or null where the machine has none. */
  readonly energy: () => number | null;
  /** Most memory used so far in bytes, or null. */
  readonly peakMemory: () => number | null;
  /** What is wanted of the run, asked between steps: `stop` ends and probes it, `leave` saves where it stands for another process. */
  readonly wish: () => 'go' | 'pause' | 'stop' | 'leave';
  /** Makes batches ahead of the steps, on another thread say; without it they are made when a step asks for them. */
  readonly batches?: (start: BatchStart) => BatchSource;
  /** Resolves as soon as the wish is no longer `pause`. */
  readonly untilResumed: () => Promise<void>;
}
