/** What a check of a data set looks at. */
export type CheckKind =
  | 'representation'
  | 'support'
  | 'missing'
  | 'labelRates'
  | 'proxy'
  | 'confounder'
  | 'duplicates'
  | 'size'
  | 'labelNoise'
  | 'textQuality';

/** One thing that a check found. */
export interface CheckFinding {
  readonly kind: CheckKind;
  readonly severity: 'info' | 'warning' | 'error';
  /** Whom or what it is about, such as `sex Female, race Black`. */
  readonly about: string;
  /** What `value` counts or measures, such as `share of rows`. */
  readonly measure: string;
  readonly value: number | null;
  /** 95% interval; null where there is none. */
  readonly low: number | null;
  readonly high: number | null;
  /** One sentence. */
  readonly finding: string;
  /** What to do; empty if nothing needs doing. */
  readonly advice: string;
}

/**
 * The share that each value of each sensitive feature has in the population the data should stand for. Of intersections, features and
 * values with a comma between them: `{ 'sex,race': { 'Female,Black': 0.06 } }`.
 */
export type ReferenceShares = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** A check of a data set: what it has for and against an assessment of fairness. Dated; never changed. */
export interface DatasetCheck {
  readonly created: string;
  readonly rows: number;
  readonly target: string;
  readonly reference: ReferenceShares;
  /** Most severe first. */
  readonly findings: readonly CheckFinding[];
  /** What was not looked at, and why. */
  readonly notAssessed: readonly string[];
}
