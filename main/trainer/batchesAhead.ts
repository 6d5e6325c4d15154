import { Worker } from 'node:worker_threads';
import { AppError } from '../../preload/contract/errors.ts';
import type { Batch, BatchSource, BatchStart } from '../engine/batches.ts';
import type { DatasetFiles } from '../core/datasetFiles.ts';
import type { Preparation } from '../engine/layout.ts';
import type { BatchDelivery, BatchJob, BatchOrder } from './batchMessages.ts';

/** Batches that may wait for their step take this much memory at most, but there are always two. */
const WAITING_BYTES = 128 * 2 ** 20;
const MOST = 16;

/** How many batches of that size may wait. */
export function waitingBatches(bytes: number): number {
  return Math.max(2, Math.min(MOST, Math.floor(WAITING_BYTES / Math.max(1, bytes))));
}

interface Waiter {
  readonly resolve: (batch: Batch) => void;
  readonly reject: (cause: unknown) => void;
}

/**
 * The batches of a run, made by a thread of their own while the engine's synchronous calls block this one. Order and contents are the
 * same as without: the thread draws from the same streams, and each batch says where they stand after it.
 */
export class BatchesAhead implements BatchSource {
  private readonly worker: Worker;
  private readonly ready: Batch[] = [];
  private waiter: Waiter | null = null;
  private failure: unknown = null;
  private ordered = 2;

  constructor(entry: URL, dataset: DatasetFiles, start: BatchStart, preparation: Preparation) {
    this.worker = new Worker(entry, { workerData: { dataset, start, preparation } satisfies BatchJob });
    this.worker.on('message', (delivery: BatchDelivery) => this.receive(delivery));
    this.worker.on('error', (cause) => this.fail(cause));
    this.order(this.ordered);
  }

  /** Batches that are made and not yet taken. */
  get waiting(): number {
    return this.ready.length;
  }

  next(): Promise<Batch> {
    const batch = this.ready.shift();
    if (batch === undefined) {
      if (this.failure !== null) return Promise.reject(this.failure as Error);
      return new Promise((resolve, reject) => (this.waiter = { resolve, reject }));
    }
    this.order(1);
    return Promise.resolve(batch);
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private order(more: number): void {
    this.worker.postMessage({ more } satisfies BatchOrder);
  }

  private receive(delivery: BatchDelivery): void {
    if ('error' in delivery) return this.fail(new AppError(delivery.error));
    const most = waitingBatches(bytesOf(delivery.batch));
    if (most > this.ordered) this.order(most - this.ordered);
    this.ordered = Math.max(most, this.ordered);
    const { waiter } = this;
    if (waiter === null) {
      this.ready.push(delivery.batch);
      return;
    }
    this.waiter = null;
    this.order(1);
    waiter.resolve(delivery.batch);
  }

  /** What was made before stays good; the failure comes in its turn. */
  private fail(cause: unknown): void {
    this.failure ??= cause;
    this.waiter?.reject(cause);
    this.waiter = null;
  }
}

function bytesOf({ inputs }: Batch): number {
  return Object.values(inputs).reduce((sum, { data }) => sum + data.byteLength, 0);
}
