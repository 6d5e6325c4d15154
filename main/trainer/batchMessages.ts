import type { PlainError } from '../../preload/contract/errors.ts';
import type { DatasetFiles } from '../core/datasetFiles.ts';
import type { Batch, BatchStart } from '../engine/batches.ts';
import type { Preparation } from '../engine/layout.ts';

/** What the thread that makes batches is started with. */
export interface BatchJob {
  readonly dataset: DatasetFiles;
  readonly start: BatchStart;
  /** How samples become numbers, as the thread's owner found it. */
  readonly preparation: Preparation;
}

/** To the thread: make so many more batches. */
export interface BatchOrder {
  readonly more: number;
}

/** From the thread: the next batch in order, its arrays handed over, or why there is none. */
export type BatchDelivery = { readonly batch: Batch } | { readonly error: PlainError };
