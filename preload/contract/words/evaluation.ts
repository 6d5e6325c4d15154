import type { Digest, ExperimentId, RunId } from './ids.ts';
import type { Choice, Params } from './params.ts';
import type { GroupValue, RunStatus } from './runs.ts';

/** A value of one class. */
export interface ClassValue {
  readonly class: string;
  readonly n: number;
  readonly value: number | null;
}

/** What an evaluation of frozen representations measures. */
export type EvaluationId = 'knn' | 'linear' | 'fewLabel' | 'clustering' | 'retrieval';

/** One measure on the validation split: overall, by class and by group; null where it is undefined. */
export interface EvaluationFinding {
  readonly evaluation: EvaluationId;
  /** `accuracy`, `adjustedMutualInformation`, `normalisedMutualInformation` or `recallAt`. */
  readonly metric: 'accuracy' | 'adjustedMutualInformation' | 'normalisedMutualInformation' | 'recallAt';
  readonly target: string;
  /** What it was measured with, such as `k` and `temperature`, or `fraction` and `labels`. */
  readonly settings: Readonly<Record<string, number>>;
  readonly overall: number | null;
  readonly byClass: readonly ClassValue[];
  readonly byGroup: readonly GroupValue[];
}

/** How an evaluation is made. Whatever is left out is the run's own or the usual. */
export interface EvaluationSettings {
  readonly knn: { readonly k: number; readonly temperature: number };
  readonly linear: { readonly epochs: number; readonly learningRate: number; readonly weightDecay: number };
  /** Shares of labels, each 0..1. */
  readonly fractions: readonly number[];
  /** 0: as many as classes that occur. */
  readonly clusters: number;
  readonly recallAt: readonly number[];
  readonly seed: number;
}

/** Everything measured of one checkpoint's frozen representation in one go. */
export interface Evaluation {
  readonly run: RunId;
  readonly checkpoint: Digest;
  readonly created: string;
  readonly split: 'validation';
  /** Width of h. */
  readonly dimension: number;
  /** Samples of the probe-train split, and of the split that was judged. */
  readonly trainSamples: number;
  readonly samples: number;
  readonly settings: EvaluationSettings;
  readonly findings: readonly EvaluationFinding[];
}

/** An evaluation with the name of its artefact. */
export interface StoredEvaluation extends Evaluation {
  readonly digest: Digest;
}

/** Fine-tuning as part of a run's config: labels of the probe-train split, a start from another run's encoder, and what of it may move. */
export interface FinetuneConfig {
  /** The pretrained run and its checkpoint; null: from scratch, with the seed's random weights. */
  readonly from: { readonly run: RunId; readonly checkpoint: Digest } | null;
  readonly strategy: Choice;
  /** Share of the labels of the probe-train split, stratified by class. */
  readonly labelFraction: number;
}

/** What a fine-tuning came to, beside the usual results. */
export interface FinetuneResults {
  readonly strategy: string;
  readonly labelFraction: number;
  readonly labels: number;
  /** Of the tuned head on the validation split. */
  readonly accuracy: number | null;
  readonly byClass: readonly ClassValue[];
  readonly byGroup: readonly GroupValue[];
  /** Numbers that the optimiser moved at some time, all numbers it could move, and their ratio. */
  readonly trainedParameters: number;
  readonly totalParameters: number;
  readonly trainedShare: number;
  /** Seconds from start to end, pauses between processes left out. */
  readonly seconds: number;
  /** SHA-256 of the encoder's weights with gamma and beta, without running statistics, at the start and at the end. */
  readonly encoderBefore: Digest;
  readonly encoderAfter: Digest;
  /** The same of its running statistics; null where it has none. */
  readonly statisticsBefore: Digest | null;
  readonly statisticsAfter: Digest | null;
}

/** One strategy of a fine-tuning sweep, one seed. */
export interface FinetuneRow {
  readonly run: RunId;
  readonly name: string;
  readonly status: RunStatus;
  readonly reason: string | null;
  readonly strategy: string;
  readonly title: string;
  readonly params: Params;
  readonly labelFraction: number;
  readonly seed: number;
  readonly results: FinetuneResults | null;
  /** kNN accuracy of the tuned representation. */
  readonly knnAccuracy: number | null;
  /** Accuracy of the worst group with 30 samples or more, and the largest and mean distance of a group to the best one. */
  readonly worstGroup: number | null;
  readonly largestGap: number | null;
  readonly meanGap: number | null;
  /** Change against strategy `linear` of the same seed and label fraction, of the worst group and of the mean gap; null without one. */
  readonly worstGroupChange: number | null;
  readonly meanGapChange: number | null;
}

/** The value of one class or group at one level of a knob with one seed. */
export interface SensitivityPoint {
  readonly run: RunId;
  readonly level: number;
  readonly seed: number;
  readonly value: number | null;
}

/** How accuracy of one class, one group, or of all depends on a knob. */
export interface SensitivitySlope {
  readonly kind: 'overall' | 'class' | 'group';
  /** The sensitive feature; null for classes and overall. */
  readonly feature: string | null;
  readonly name: string;
  readonly points: readonly SensitivityPoint[];
  /** Change of accuracy per unit of the knob, least squares with an intercept per seed; null where it cannot be told. */
  readonly slope: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly p: number | null;
  /** Adjusted over all classes and groups together. */
  readonly pHolm: number | null;
  readonly pBenjaminiHochberg: number | null;
  /** Spearman's rank correlation within seeds. */
  readonly rho: number | null;
  /** True where, after Holm, it goes up while another of its kind (of the same feature) goes down, or the other way round. */
  readonly opposed: boolean;
}

/** A sensitivity sweep: one knob, its levels and seeds, all else fixed. Slopes with intervals, never a verdict. */
export interface SensitivityReport {
  readonly experiment: ExperimentId;
  /** Path in the config, such as `views.0.params.scale.0`. */
  readonly knob: string;
  readonly measure: 'knn' | 'linear';
  readonly levels: readonly number[];
  readonly seeds: readonly number[];
  /** Runs that have not ended well, and are left out. */
  readonly missing: readonly {
    readonly run: RunId;
    readonly status: RunStatus;
    readonly reason: string | null;
  }[];
  readonly slopes: readonly SensitivitySlope[];
  /** What limits the reading, in sentences. */
  readonly notes: readonly string[];
}
