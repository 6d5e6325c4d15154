import type { PlainError } from '../errors.ts';
import type { Estimated } from './audits.ts';
import type { PrimaryMetric } from './config.ts';
import type { AuditId, DatasetId, JobId, RunId } from './ids.ts';

export type TourStep = 'importing' | 'training' | 'auditing';

/**
 * The tour's runs differ in one thing each: `kept` learns without any view that changes colour, `changed` adds colour jitter and
 * grayscale to it, `twin` is the supervised twin of `kept`.
 */
export type TourPart = 'kept' | 'changed' | 'twin';

export interface TourRun {
  readonly part: TourPart;
  readonly run: RunId;
}

/** What the tour's audit found: the declared metric of group minus reference, for each run, and how adding colour changes moves it. */
export interface TourAnswer {
  readonly primary: PrimaryMetric;
  readonly kept: Estimated;
  readonly changed: Estimated;
  readonly twin: Estimated;
  /** `changed` minus `kept`, paired over the examples of the split. */
  readonly difference: Estimated;
}

/** Where the built-in experiment stands; it is main's and kept in the workspace, whatever becomes of windows. */
export interface TourState {
  readonly status: 'idle' | 'running' | 'finished' | 'failed' | 'cancelled';
  /** The step under way, or the last one that was; null before the first start. */
  readonly step: TourStep | null;
  /** The job of the step under way, if it is one. */
  readonly job: JobId | null;
  readonly dataset: DatasetId | null;
  readonly runs: readonly TourRun[];
  readonly audit: AuditId | null;
  readonly answer: TourAnswer | null;
  /** Why it failed. */
  readonly error: PlainError | null;
  /** ISO 8601 in UTC. */
  readonly started: string | null;
  readonly ended: string | null;
}
