import type {
  Audit,
  AuditLink,
  AuditNotes,
  DatasetDetail,
  RepresentationAudit,
  RunDetail,
  Series,
} from '../../../preload/contract/vocabulary.ts';

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
  /** What people added to sections; left out: nothing. */
  readonly notes?: AuditNotes['sections'];
  /** The newest audit of the representations of all audited runs; left out or null: there is none. */
  readonly representations?: RepresentationAudit | null;
  /** Where the audit stands in the chain of all stored ones; left out or null: not known. */
  readonly link?: AuditLink | null;
}

/** What only the surroundings can do for a report. */
export interface ReportTools {
  /** Prints an HTML page as PDF; null where nothing is there that can. */
  readonly print: ((html: Uint8Array) => Promise<Uint8Array>) | null;
}

/** One way to write an audit down. */
export interface ReportFormat {
  readonly id: string;
  readonly title: string;
  /** Without a dot. */
  readonly extension: string;
  readonly mediaType: string;
  /** @throws AppError where a tool is missing that the format needs */
  readonly render: (input: ReportInput, tools: ReportTools) => Uint8Array | Promise<Uint8Array>;
}
