import type { FinetuneConfig } from './evaluation.ts';
import type { DatasetId } from './ids.ts';
import type { Choice, ViewChoice } from './params.ts';

/** What a sample is: pixels, a row of a table, a multichannel series, or a text. */
export type Modality = 'image' | 'table' | 'series' | 'text';
export type EngineId = 'onnx' | 'tensorflow' | 'wasm' | 'cpu';
export type SplitRole = 'pretrain' | 'probeTrain' | 'validation' | 'audit';
export const SPLIT_ROLES: readonly SplitRole[] = ['pretrain', 'probeTrain', 'validation', 'audit'];

/** What the researcher declares before seeing results: one metric, and between which groups it is compared. */
export interface PrimaryMetric {
  readonly metric: string;
  readonly feature: string;
  /** Compared as metric(group) - metric(reference); both null: the largest difference between groups. */
  readonly group: string | null;
  readonly reference: string | null;
}

/** The one description of a run: designer, command line and store share it. Complete: every default is filled in. */
export interface RunConfig {
  readonly dataset: DatasetId;
  /** The target column that probes, the supervised twin and audits predict. */
  readonly target: string;
  readonly modality: Modality;
  readonly method: Choice;
  readonly views: readonly ViewChoice[];
  readonly encoder: Choice;
  readonly optimizer: Choice;
  readonly schedule: Choice;
  readonly batchSize: number;
  readonly epochs: number;
  /** At most so many samples of the pretrain split are used, chosen by the seed; 0: all. */
  readonly maxSamples: number;
  readonly seed: number;
  readonly engine: {
    readonly id: EngineId;
    readonly device: string;
    readonly threads: number;
    /** `mixed`: half-precision products with a scaled loss. Left out: `float32`. */
    readonly precision?: 'float32' | 'mixed';
  };
  readonly evaluate: {
    readonly knn: {
      readonly k: number;
      readonly temperature: number;
      readonly everyEpochs: number;
      readonly target: string;
    };
    readonly linear: { readonly epochs: number; readonly learningRate: number; readonly weightDecay: number };
  };
  readonly monitor: {
    readonly everyEpochs: number;
    readonly bankSize: number;
    /** A linear probe that learns along with the run and never changes it. Left out: none. */
    readonly onlineProbe?: boolean;
  };
  readonly checkpoint: { readonly everyEpochs: number; readonly keep: number };
  readonly audit: { readonly features: readonly string[]; readonly primary: PrimaryMetric | null };
  /** Left out by runs that fine-tune nothing. */
  readonly finetune?: FinetuneConfig;
}

/** A warning of the designer's linter, tied to the setting that causes it. */
export interface Finding {
  readonly severity: 'info' | 'warning' | 'error';
  /** Path of the setting in the config, such as `views.2.params.strength`. */
  readonly path: string;
  readonly title: string;
  readonly detail: string;
}

/** What a config will cost, measured on this machine's engine where `measured` is true. */
export interface Estimate {
  readonly parameters: number;
  readonly flopsPerStep: number;
  readonly stepsPerEpoch: number;
  readonly stepMs: number | null;
  readonly epochSeconds: number | null;
  readonly totalSeconds: number | null;
  readonly peakMemoryBytes: number | null;
  readonly measured: boolean;
}
