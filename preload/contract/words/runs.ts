import type { RunConfig, SplitRole } from './config.ts';
import type { RunPurpose } from './consent.ts';
import type { ClassValue, FinetuneResults } from './evaluation.ts';
import type { EngineReport } from './host.ts';
import type { DatasetId, Digest, ExperimentId, RunId } from './ids.ts';

export type RunStatus =
  'queued' | 'starting' | 'running' | 'paused' | 'finished' | 'stopped' | 'failed' | 'crashed';

export interface ExperimentRow {
  readonly id: ExperimentId;
  readonly name: string;
  readonly notes: string;
  readonly created: string;
  readonly archived: boolean;
  readonly runs: number;
}

/** Where training stands. */
export interface RunProgress {
  readonly step: number;
  readonly totalSteps: number;
  readonly epoch: number;
  readonly totalEpochs: number;
  /** What the trainer does now, such as `pretraining` or `linear probe`. */
  readonly phase: string;
  /** Seconds left, or null while unknown. */
  readonly etaSeconds: number | null;
  readonly samplesPerSecond: number | null;
}

/** Compute spent so far; energy is null where the machine does not tell. */
export interface ComputeCost {
  readonly samplesSeen: number;
  readonly flops: number;
  readonly deviceSeconds: number;
  readonly energyJoules: number | null;
  readonly device: string;
}

/** One row of the Runs table. `metrics` holds last, min and max of every metric by name. */
export interface RunRow {
  readonly id: RunId;
  readonly experiment: ExperimentId;
  readonly experimentName: string;
  readonly name: string;
  readonly status: RunStatus;
  /** One sentence: why it stopped, failed or crashed; null otherwise. */
  readonly reason: string | null;
  readonly method: string;
  readonly encoder: string;
  readonly dataset: DatasetId;
  readonly datasetName: string;
  readonly seed: number;
  readonly configHash: Digest;
  readonly created: string;
  readonly started: string | null;
  readonly ended: string | null;
  readonly progress: RunProgress | null;
  readonly metrics: Readonly<Record<string, MetricSummary>>;
  readonly cost: ComputeCost | null;
  readonly tags: readonly string[];
  readonly notes: string;
  /** Index into the series palette, stable for the run everywhere. */
  readonly colour: number;
  readonly pinned: boolean;
  readonly archived: boolean;
  /** True if a checkpoint exists from which it can go on. */
  readonly resumable: boolean;
  /** Collapse alarms that fired, newest last. */
  readonly alarms: readonly Alarm[];
}

export interface MetricSummary {
  readonly last: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly count: number;
}

/** A monitor crossed its limit relative to the run's own start. */
export interface Alarm {
  readonly monitor: string;
  readonly epoch: number;
  readonly step: number;
  readonly value: number;
  readonly reference: number;
  readonly message: string;
}

export interface RunDetail extends RunRow {
  readonly config: RunConfig;
  readonly provenance: RunProvenance;
  readonly checkpoints: readonly CheckpointRow[];
  readonly artefacts: readonly ArtefactRow[];
  readonly results: RunResults | null;
  /** The last 200 lines at most. */
  readonly logTail: readonly LogLine[];
}

/** Everything needed to tell later what exactly ran. */
export interface RunProvenance {
  readonly datasetDigest: Digest;
  readonly codeVersion: string;
  readonly packages: Readonly<Record<string, string>>;
  readonly engine: EngineReport | null;
  readonly platform: string;
  /** The splits it learnt from, without those whose consent did not hold; left out by older versions: the data set's own. */
  readonly splits?: Readonly<Record<SplitRole, Digest>>;
  /** What it was for, as far as consent is concerned. */
  readonly purpose?: RunPurpose;
}

export interface CheckpointRow {
  readonly digest: Digest;
  readonly step: number;
  readonly epoch: number;
  readonly kind: 'periodic' | 'final' | 'stopped';
  readonly size: number;
  readonly created: string;
}

export interface ArtefactRow {
  readonly digest: Digest;
  readonly kind: string;
  readonly name: string;
  readonly size: number;
  readonly created: string;
}

/** What a run is to others: the same encoder trained with the labels, or not trained at all. */
export type Baseline = 'supervisedTwin' | 'randomEncoder';

/** What the evaluation after pretraining found on the validation split; accuracies in 0..1. */
export interface RunResults {
  /** Left out by runs that are no baseline. */
  readonly baseline?: Baseline;
  readonly knnAccuracy: number | null;
  readonly linearAccuracy: number | null;
  /** kNN accuracy of the same encoder before any training, and on raw pixels: the two anchors. */
  readonly untrainedKnnAccuracy: number | null;
  readonly rawPixelKnnAccuracy: number | null;
  readonly knnByGroup: readonly GroupValue[];
  readonly linearByGroup: readonly GroupValue[];
  /** Left out by older versions. */
  readonly knnByClass?: readonly ClassValue[];
  readonly linearByClass?: readonly ClassValue[];
  /** Left out by runs that fine-tune nothing. */
  readonly finetune?: FinetuneResults;
  readonly batchNormMode: string;
  readonly parameters: number;
}

export interface GroupValue {
  readonly feature: string;
  readonly group: string;
  readonly n: number;
  readonly value: number | null;
}

/** One value of one metric of one run. `step` counts optimiser updates, `time` is seconds since the run started. */
export interface MetricPoint {
  readonly metric: string;
  readonly step: number;
  readonly epoch: number;
  readonly time: number;
  readonly value: number;
}

/** Min/max buckets of a metric for a chart of a given width; where a bucket holds one point min = max = mean. */
export interface Series {
  readonly run: RunId;
  readonly metric: string;
  readonly count: number;
  readonly step: Float64Array;
  readonly epoch: Float64Array;
  readonly time: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly mean: Float64Array;
}

export interface LogLine {
  readonly seq: number;
  readonly time: string;
  readonly level: 'debug' | 'info' | 'warning' | 'error';
  readonly text: string;
}

/** Several runs beside each other: only what differs, and every metric's last value with the best marked where that is defensible. */
export interface RunComparison {
  readonly runs: readonly RunRow[];
  readonly configDiff: readonly { readonly path: string; readonly values: readonly (string | null)[] }[];
  readonly metrics: readonly { readonly metric: string; readonly values: readonly (number | null)[] }[];
}
