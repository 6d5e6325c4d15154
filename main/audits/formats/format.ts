import type { Audit, DatasetDetail, RunDetail, Series } from '../../../preload/contract/vocabulary.ts';

/** What a report tells of a run that was audited. */
export type ReportedRun = Omit<RunDetail, 'logTail'>;

/** Everything a report may show. It holds aggregates of groups only: no rows, subject ids or samples. */
export interface ReportInput {
  readonly audit: Audit;
  /** Runs of the audit as far as they are in the workspace. */
  readonly runs: readonly ReportedRun[];
  readonly dataset: DatasetDetail | null;
  /** Learning curves; empty for none. */
  readonly series: readonly Series[];
  /** True if the user confirmed that names of examples may be shown. */
  readonly includeSensitive: boolean;
  /** Version of Pretext. */
  readonly version: string;
}

/** One way to write an audit down. */
export interface ReportFormat {
  readonly id: string;
  readonly title: string;
  /** Without a dot. */
  readonly extension: string;
  readonly mediaType: string;
  readonly render: (input: ReportInput) => Uint8Array;
}
