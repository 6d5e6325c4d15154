import type { SplitRole } from './config.ts';
import type { AuditId, DatasetId, Digest, ExperimentId, RunId } from './ids.ts';

export type PolicyId = string;
export type PolicyResultId = string;

/**
 * What a limit is about, always something with an interval: `overall`; one `group`; `everyGroup` of a feature; the `difference` or `ratio` of one group to
 * another; `everyDifference`: of all groups to the reference, by intervals that hold together.
 */
export type PolicySubject =
  | { readonly of: 'overall' }
  | { readonly of: 'group'; readonly feature: string; readonly group: string }
  | { readonly of: 'everyGroup'; readonly feature: string }
  | { readonly of: 'difference' | 'ratio'; readonly feature: string; readonly group: string; readonly reference: string }
  | { readonly of: 'everyDifference'; readonly feature: string }; // prettier-ignore

/** A range that a metric shall lie in; one of the ends may be open. */
export interface PolicyLimit {
  readonly metric: string;
  readonly subject: PolicySubject;
  readonly low: number | null;
  readonly high: number | null;
}

/** Declared before anything is looked at; it never changes, a new one takes its place. */
export interface PolicyDefinition {
  readonly name: string;
  /** The data set on which, or the experiment whose runs, are assessed. */
  readonly scope: { readonly dataset: DatasetId } | { readonly experiment: ExperimentId };
  readonly features: readonly string[];
  readonly limits: readonly PolicyLimit[];
  /** Days after which it is to be checked again. */
  readonly dueDays: number;
  readonly split: Exclude<SplitRole, 'pretrain'>;
  readonly threshold: number;
  readonly positive: string | null;
  readonly draws: number;
  readonly seed: number;
}

/** `met`: the interval lies wholly inside the limit; `exceeded`: wholly outside; all else is insufficient evidence. */
export type LimitState = 'met' | 'exceeded' | 'insufficientEvidence';

export interface PolicyRow extends PolicyDefinition {
  readonly id: PolicyId;
  readonly created: string;
  readonly archived: boolean;
  /** Name of the data set or experiment. */
  readonly scopeName: string;
  /** When it has to be checked again. */
  readonly due: string;
  readonly overdue: boolean;
  /** When something new was assessed last; null: never. */
  readonly assessed: string | null;
  /** State of the newest result, over all its runs and limits; null: never checked. */
  readonly state: LimitState | null;
  readonly checks: number;
}

/** One limit on one run. */
export interface LimitFinding {
  readonly limit: PolicyLimit;
  readonly run: RunId;
  readonly runName: string;
  readonly state: LimitState;
  /** Each value that the limit is about; of several the state is that of the worst. */
  readonly values: readonly {
    readonly group: Readonly<Record<string, string>> | null;
    readonly reference: Readonly<Record<string, string>> | null;
    readonly value: number | null;
    readonly low: number | null;
    readonly high: number | null;
    readonly state: LimitState;
    readonly reason: string | null;
  }[];
}

/** One check of a policy: what its audit found. */
export interface PolicyResult {
  readonly id: PolicyResultId;
  readonly policy: PolicyId;
  readonly created: string;
  readonly audit: AuditId;
  readonly runs: readonly RunId[];
  readonly state: LimitState;
  readonly findings: readonly LimitFinding[];
  /** True if checkpoints, data or metrics differ from every check before: only that moves the due date. */
  readonly fresh: boolean;
  /** Digest of checkpoints, data and metrics. */
  readonly subject: Digest;
}

/** Conventional lines drawn in charts: something to look by, never a limit and never a verdict. */
export interface ReferenceLine {
  readonly value: number;
  readonly kind: 'difference' | 'ratio';
  /** Where it comes from. */
  readonly source: string;
}
