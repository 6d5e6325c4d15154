import type { PlainError } from '../../preload/contract/errors.ts';
import type {
  Audit,
  AuditOptions,
  DatasetCheck,
  RepresentationAudit,
} from '../../preload/contract/vocabulary.ts';
import type { Drawn, DrawPlan } from './drawPlan.ts';
import type { PredictionColumnsOf } from './predictionsTable.ts';
import type { EarlierLook } from './selection.ts';
import type { AssessInput, AuditFacts } from './table.ts';

/** One audit to compute: of models on a table in memory, or of a file of predictions. */
export type AuditJob = {
  /** Threads for the draws; left out: as many as processors. */
  readonly threads?: number;
} & (
  | { readonly kind: 'assess'; readonly input: AssessInput }
  | {
      readonly kind: 'predictions';
      readonly path: string;
      readonly columns: PredictionColumnsOf;
      readonly facts: AuditFacts;
      readonly options: AuditOptions;
      /** Earlier audits of predictions, the oldest first. */
      readonly earlier?: readonly EarlierLook[];
    }
);

/** A thread that does parts of an audit's draws. */
export interface DrawJob {
  readonly kind: 'draws';
  readonly plan: DrawPlan;
}

/** What such a thread answers to a task. */
export type DrawAnswer = Drawn | { readonly kind: 'failed'; readonly error: PlainError };

/** What a worker says; after `assessed`, `checked` or `failed` it ends. */
export type AuditMessage =
  | { readonly type: 'progress'; readonly fraction: number; readonly detail: string }
  | { readonly type: 'assessed'; readonly audit: Audit }
  | { readonly type: 'represented'; readonly audit: RepresentationAudit }
  | { readonly type: 'checked'; readonly check: DatasetCheck }
  | { readonly type: 'failed'; readonly error: PlainError };
