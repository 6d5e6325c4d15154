import type { PrimaryMetric, SplitRole } from './config.ts';
import type { FeatureSource } from './datasets.ts';
import type { AuditId, DatasetId, Digest, RunId } from './ids.ts';
import type { ComputeCost } from './runs.ts';

/** A value with its 95% interval; undefined is null with a reason. */
export interface Estimated {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly reason?: string;
  /** 95% BCa interval beside a percentile one; null where it does not exist. */
  readonly bca?: readonly [number, number] | null;
  /**
   * Smallest true difference that data like these show in 4 of 5 samples; beside insufficient evidence and results that do not exclude
   * "no difference". Null where nothing says how much the value varies.
   */
  readonly detectable?: number | null;
}

/** How a p-value is adjusted for the number of tests: Holm for the declared family, Benjamini and Hochberg for all others. */
export type PAdjustment = 'holm' | 'benjaminiHochberg';

/** A p-value and what it is after adjusting; audits of older versions have no adjusted ones. */
export interface Tested {
  readonly p: number | null;
  readonly pAdjusted?: number | null;
  readonly adjustment?: PAdjustment;
}

export type GroupKey = Readonly<Record<string, string>>;

export interface AuditGroup {
  readonly group: GroupKey;
  readonly n: number;
  readonly subjects: number;
  readonly positives: number | null;
  readonly negatives: number | null;
  readonly metrics: Readonly<Record<string, Estimated>>;
}

export interface Disparity extends Estimated, Tested {
  readonly id: string;
  readonly kind: 'difference' | 'ratio';
  readonly metric: string;
  readonly features: readonly string[];
  readonly relativeTo: 'betweenGroups' | 'overall' | 'reference';
  readonly group?: GroupKey;
  readonly reference?: GroupKey;
  readonly max: GroupKey | null;
  readonly min: GroupKey | null;
  /** 95% interval that holds together with those of all other groups against the same reference in the same metric. */
  readonly simultaneous?: readonly [number, number] | null;
  /** 95% range of the value when group membership is shuffled: what no effect looks like. */
  readonly nullRange?: readonly [number, number] | null;
}

/** One group beside the most favoured: the ratios of New York City's Local Law 144. */
export interface ImpactRow {
  readonly features: readonly string[];
  readonly group: GroupKey;
  readonly n: number;
  /** Share of all rows. Below 0.02 the group may be left out of the law's ratios; here it is shown and takes no part in the highest rate. */
  readonly share: number;
  readonly selectionRate: number | null;
  /** Selection rate over the highest one. */
  readonly impactRatio: number | null;
  /** Share that scores above the median of all rows. */
  readonly scoringRate: number | null;
  readonly scoringRatio: number | null;
}

/** How far six ratios of everybody else to one group are from 1. */
export interface ParityDeviation {
  readonly features: readonly string[];
  /** The group that the others are divided by: the grouping's reference. */
  readonly group: GroupKey;
  readonly ratios: readonly {
    readonly metric: string;
    /** Null where undefined. */
    readonly ratio: number | null;
    /** |1 - ratio|: twice as much weighs more than half as much. */
    readonly deviation: number | null;
    /** |ln ratio|: twice and half weigh the same; null for 0. */
    readonly logRatio: number | null;
  }[];
  /** Mean of the deviations and of the logarithms that are defined. */
  readonly meanDeviation: number | null;
  readonly meanLogRatio: number | null;
}

/** A difference between groups within one stratum of a control feature, or its mean over strata by their rows. */
export interface ConditionalDisparity extends Estimated, Tested {
  readonly id: string;
  readonly metric: string;
  readonly features: readonly string[];
  readonly control: string;
  /** Null for the mean over strata. */
  readonly stratum: string | null;
  readonly n: number;
  readonly max: GroupKey | null;
  readonly min: GroupKey | null;
  /** 95% range when groups are shuffled within the stratum. */
  readonly nullRange: readonly [number, number] | null;
}

/** The assessment of one model on one split. */
export interface AuditedModel {
  readonly run: RunId | null;
  readonly name: string;
  readonly method: string;
  readonly seed: number | null;
  readonly overall: AuditGroup;
  readonly groups: readonly AuditGroup[];
  readonly disparities: readonly Disparity[];
  readonly primary: (Estimated & Partial<Tested>) | null;
  readonly impact?: readonly ImpactRow[];
  readonly parityDeviations?: readonly ParityDeviation[];
  readonly conditional?: readonly ConditionalDisparity[];
}

export interface AuditDifference extends Estimated, Tested {
  readonly run: RunId;
  readonly baseline: RunId;
  /** Metric of a group (or overall), or a disparity's id. */
  readonly metric: string | null;
  readonly disparity: string | null;
  readonly features: readonly string[];
  readonly group: GroupKey | null;
  /** Beside a change of the largest difference in one metric: which values changed. */
  readonly gap?: GapChange | null;
}

/** The ends of a gap between groups in two runs; where no direction is better the highest and the lowest value. */
export interface GapChange {
  readonly best: number;
  readonly worst: number;
  readonly baselineBest: number;
  readonly baselineWorst: number;
  /** The gap narrowed, but the worst group did not improve: the best one lost. Never true where no direction is better. */
  readonly narrowedWithoutWorst: boolean;
}

/** The best of the runs in one metric of one cell, beside the runner-up, on the same draws. */
export interface BestRun {
  readonly metric: string;
  /** Null: everybody. */
  readonly group: GroupKey | null;
  readonly run: RunId;
  readonly runnerUp: RunId;
  /** Value of the best less that of the runner-up, with its paired interval. */
  readonly difference: Estimated;
  /** True only where the paired interval excludes the runner-up; otherwise no run is marked. */
  readonly marked: boolean;
}

/**
 * Two arms (runs that differ in nothing but the seed): mean difference over seeds with Welch's t interval. With fewer than 5 seeds in an arm it
 * has no interval and says so.
 */
export interface SeedComparison extends Estimated {
  readonly arm: string;
  readonly baseline: string;
  readonly runs: readonly RunId[];
  readonly baselineRuns: readonly RunId[];
  /** Metric of everybody or, with `disparity`, its largest difference between groups. */
  readonly metric: string;
  readonly disparity: string | null;
  readonly features: readonly string[];
  /** Values seed by seed, in the order of the runs. */
  readonly values: readonly (number | null)[];
  readonly baselineValues: readonly (number | null)[];
}

/** Mean parity deviation of two runs over the ratios that both have. */
export interface RatioComparison {
  readonly run: RunId;
  readonly baseline: RunId;
  readonly features: readonly string[];
  readonly group: GroupKey;
  /** Metrics whose ratio is defined in both. */
  readonly shared: readonly string[];
  /** Metrics whose ratio one of the two lacks; they are left out for both. */
  readonly leftOut: readonly string[];
  /** Means of |1 - r| over the shared ratios; null without any. */
  readonly value: number | null;
  readonly baselineValue: number | null;
  /** How much smaller the run's is, in points and as a share of the baseline's. */
  readonly improvement: number | null;
  readonly relative: number | null;
}

/** Weights of rows: values are weighted sums; support is judged by rows, not weights. */
export interface AuditWeights {
  readonly column: string;
  readonly sum: number;
  /** Rows that equal weights would need for the same variance (Kish 1965). */
  readonly effectiveRows: number;
}

/** Whether all stored audits are as they were written. */
export interface AuditChainReport {
  readonly audits: number;
  readonly whole: boolean;
  /** Digest over all of them; kept elsewhere, it shows later whether any was changed. */
  readonly head: Digest;
  /** The first audit that is not as it was written. */
  readonly broken: {
    readonly audit: AuditId;
    readonly name: string;
    /** One sentence. */
    readonly what: string;
  } | null;
}

/** Where an audit stands in the chain of all stored ones. */
export interface AuditLink {
  readonly number: number;
  readonly digest: Digest;
  readonly previous: Digest;
  readonly chain: Digest;
  /** False if this audit or one before it is not as it was written. */
  readonly whole: boolean;
}

/** What people added to the sections of an audit's report; numbers stay as they were. */
export interface AuditNotes {
  readonly audit: AuditId;
  /** Text by the section's id, such as `stakeholders`. */
  readonly sections: Readonly<Record<string, string>>;
  /** ISO 8601; null if nobody added any. */
  readonly changed: string | null;
}

export interface AuditOptions {
  readonly features: readonly string[];
  readonly intersections: boolean;
  readonly metrics: readonly string[];
  readonly primary: PrimaryMetric | null;
  readonly split: SplitRole;
  readonly threshold: number;
  readonly positive: string | null;
  readonly draws: number;
  readonly seed: number;
  /** Feature within whose values groups are compared too (conditional parity). */
  readonly control?: string | null | undefined;
  /** Reference group of a feature; left out: the largest. */
  readonly references?: Readonly<Record<string, string>> | undefined;
  /** Thresholds by group of one feature; other rows have `threshold`. */
  readonly groupThresholds?: GroupThresholds | null | undefined;
  /** Split on which threshold and checkpoint were chosen; left out or null: chosen without data, or not known. */
  readonly chosenOn?:
    | {
        readonly threshold?: SplitRole | null | undefined;
        readonly checkpoint?: SplitRole | null | undefined;
      }
    | undefined;
  /** Run that the others are compared with; left out: the first. */
  readonly baseline?: RunId | undefined;
}

/** A threshold for each group of one feature. */
export interface GroupThresholds {
  readonly feature: string;
  readonly values: Readonly<Record<string, number>>;
}

export interface AuditRow {
  readonly id: AuditId;
  readonly name: string;
  readonly created: string;
  readonly dataset: DatasetId | null;
  readonly datasetName: string;
  readonly runs: readonly RunId[];
  readonly features: readonly string[];
  readonly primary: PrimaryMetric | null;
  readonly archived: boolean;
}

export interface Audit extends AuditRow {
  readonly options: AuditOptions;
  /** When the primary metric was declared, always before the first look. */
  readonly primaryDeclared: string | null;
  readonly target: string;
  readonly classes: readonly string[];
  readonly featureSources: Readonly<Record<string, FeatureSource>>;
  readonly models: readonly AuditedModel[];
  readonly differences: readonly AuditDifference[];
  readonly bests?: readonly BestRun[];
  readonly seedComparisons?: readonly SeedComparison[];
  readonly ratioComparisons?: readonly RatioComparison[];
  readonly weights?: AuditWeights;
  /** In exports: what is not shown because it would tell of too few; `rates`: only its size is. */
  readonly suppressed?: {
    readonly least: number;
    readonly groups: readonly { readonly group: GroupKey; readonly what: 'all' | 'rates' }[];
  };
  /** What was chosen on the very rows that were audited; such results are too good. */
  readonly selectedOnAuditData?: readonly ('threshold' | 'checkpoint')[];
  /** Statistics rules applied, in words. */
  readonly rules: readonly string[];
  /** How many times the split had been looked at, this audit included. */
  readonly looks: number;
  readonly hashes: Readonly<Record<string, Digest>>;
  readonly costs: readonly { readonly run: RunId; readonly cost: ComputeCost | null }[];
  readonly notes: readonly string[];
}

/** A column of a table as its first rows show it. */
export interface ColumnGlance {
  readonly name: string;
  /** At most 12 values that differ, of the first rows. */
  readonly examples: readonly string[];
  /** True if every value seen is a number from 0 to 1. */
  readonly share: boolean;
}

/** A file that a call made for the user. */
export interface ExportedFile {
  readonly fileName: string;
  readonly mediaType: string;
  readonly data: Uint8Array;
  /** What was left out of it and why, in sentences. */
  readonly said?: readonly string[];
}
