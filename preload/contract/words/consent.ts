import type { AuditId, DatasetId, Digest, RunId } from './ids.ts';
import type { RunStatus } from './runs.ts';
import type { SplitRole } from './config.ts';
import type { SubjectIds } from './privacy.ts';

/** What one person agreed to. Days are `YYYY-MM-DD`. */
export interface ConsentRecord {
  /** The subject's pseudonym; in data sets that were imported before ids were turned, the id. */
  readonly subject: string;
  /** On what it rests, such as `written consent`; empty if not stated. */
  readonly basis: string;
  /** What the data may be used for; empty: not stated. */
  readonly purposes: readonly string[];
  /** Where the record comes from, such as a form or a register. */
  readonly source: string;
  /** The day it was given; null if not stated. */
  readonly date: string | null;
  /** The first day on which it holds no more; null: it does not end by itself. */
  readonly expires: string | null;
  /** The day from which it is withdrawn; null: it is not. */
  readonly withdrawn: string | null;
}

/** Whom training and audits leave out, because consent was withdrawn or has expired. */
export interface ConsentExclusion {
  readonly subjects: number;
  readonly rows: number;
  /** Rows left in each split. */
  readonly splits: Readonly<Record<SplitRole, number>>;
}

/** What is known of the consent of a data set's subjects. */
export interface ConsentOverview {
  readonly dataset: DatasetId;
  /** How its subjects are known. */
  readonly ids: SubjectIds;
  /** Subjects in the data set. */
  readonly subjects: number;
  /** Subjects that have a record. */
  readonly recorded: number;
  readonly withdrawn: number;
  readonly expired: number;
  /** Subjects of records that are not in the data set; the first 20. */
  readonly strangers: readonly string[];
  readonly excluded: ConsentExclusion;
  /** The records that were asked for, by subject. */
  readonly records: readonly ConsentRecord[];
}

/** What a table of consent brought. */
export interface ConsentImport {
  readonly read: number;
  /** Records of subjects that are not in the data set; they are kept all the same. */
  readonly strangers: number;
  readonly rejected: readonly { readonly item: string; readonly reason: string }[];
  readonly excluded: ConsentExclusion;
}

export interface AffectedRun {
  readonly run: RunId;
  readonly name: string;
  readonly status: RunStatus;
  /** Splits of the run in which the subjects' rows were. */
  readonly splits: readonly SplitRole[];
  /** Its checkpoints: encoders that have learnt from these rows. */
  readonly encoders: readonly Digest[];
}

export interface AffectedAudit {
  readonly audit: AuditId;
  readonly name: string;
  /** Whether the subjects' rows are counted in it, or a model that it assesses has learnt from them. */
  readonly uses: readonly ('rows' | 'model')[];
}

/** What has used some subjects' data so far. */
export interface ConsentImpact {
  readonly subjects: readonly string[];
  readonly rows: number;
  readonly runs: readonly AffectedRun[];
  readonly audits: readonly AffectedAudit[];
}

/** The purpose that a run stated, and whether the consent of its data covers it. */
export interface RunPurpose {
  readonly purpose: string | null;
  /** Why consent does not cover it; null if it does, or if nothing is known of consent. */
  readonly refusal: string | null;
  /** The reason given for running all the same. */
  readonly override: string | null;
}
