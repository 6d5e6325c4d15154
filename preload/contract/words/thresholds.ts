import type { DatasetId, RunId } from './ids.ts';

/** What thresholds by group are held to; `one`: the same threshold for everybody. */
export type ThresholdConstraint =
  'one' | 'demographicParity' | 'equalOpportunity' | 'equalizedOdds' | 'fixedSelectionRate';

/** What one threshold does: rates of a group that it selects from. Null where the group has no positives or negatives. */
export interface RocPoint {
  readonly threshold: number;
  readonly selectionRate: number;
  readonly truePositiveRate: number | null;
  readonly falsePositiveRate: number | null;
}

/** Rows of similar scores: mean score beside the share that is positive, with its Wilson interval. */
export interface CalibrationBin {
  readonly score: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

/** One group's scores on the split that thresholds are chosen on. */
export interface ThresholdGroup {
  readonly group: string;
  readonly n: number;
  readonly positives: number;
  /** From nobody selected to everybody; at most about 200 points. */
  readonly curve: readonly RocPoint[];
  readonly calibration: readonly CalibrationBin[];
  /** Why little can be said of this group; null where there is enough. */
  readonly lack: string | null;
}

/** One group under a choice of thresholds. */
export interface GroupAtThreshold extends RocPoint {
  readonly group: string;
  readonly n: number;
  readonly accuracy: number;
  /** Mean cost of a row. */
  readonly cost: number;
}

/** The cheapest thresholds under a constraint. */
export interface ThresholdChoice {
  readonly constraint: ThresholdConstraint;
  readonly groups: readonly GroupAtThreshold[];
  /** Mean over all rows with a known group. */
  readonly cost: number;
  readonly accuracy: number;
  readonly selectionRate: number;
  /** Largest less smallest rate over the groups that have one; null with fewer than two. */
  readonly gaps: {
    readonly selectionRate: number | null;
    readonly truePositiveRate: number | null;
    readonly falsePositiveRate: number | null;
  };
  /** True if the constrained rates lie within the tolerance. */
  readonly held: boolean;
}

/** Thresholds of one run by the groups of one feature, chosen on its validation split alone. */
export interface ThresholdExploration {
  readonly run: RunId;
  readonly dataset: DatasetId;
  readonly split: 'validation';
  readonly feature: string;
  readonly target: string;
  readonly positive: string;
  readonly n: number;
  /** Rows whose value is unknown: they take no part. */
  readonly unknown: number;
  readonly groups: readonly ThresholdGroup[];
  readonly choices: readonly ThresholdChoice[];
}
