import type {
  AuditRow,
  DatasetRow,
  ExperimentRow,
  JobRow,
  LogLine,
  MetricPoint,
  PolicyRow,
  RepresentationAuditRow,
  RunId,
  RunRow,
  TourState,
} from './vocabulary.ts';

/** Everything main may announce to its windows, by name. */
export interface Events {
  /** A run's row changed; points of one run arrive coalesced, at most about ten times a second. */
  readonly 'run.changed': RunRow;
  readonly 'run.removed': { readonly id: RunId };
  readonly 'run.points': { readonly run: RunId; readonly points: readonly MetricPoint[] };
  readonly 'run.log': { readonly run: RunId; readonly lines: readonly LogLine[] };
  readonly 'job.changed': JobRow;
  readonly 'dataset.changed': DatasetRow;
  readonly 'audit.changed': AuditRow;
  readonly 'representation.changed': RepresentationAuditRow;
  /** Made, archived or checked; windows ask for what is due again. */
  readonly 'policy.changed': PolicyRow;
  /** Made or changed; a new name is also its runs' `experimentName`. */
  readonly 'experiment.changed': ExperimentRow;
  readonly 'tour.changed': TourState;
}

export type EventName = keyof Events;
export type Announce = <N extends EventName>(name: N, payload: Events[N]) => void;
/** Returns a function that ends the subscription. */
export type Subscribe = <N extends EventName>(name: N, listener: (payload: Events[N]) => void) => () => void;
