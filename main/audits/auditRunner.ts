import { Worker } from 'node:worker_threads';
import { AppError } from '../../preload/contract/errors.ts';
import type { Audit } from '../../preload/contract/vocabulary.ts';
import type { AuditProgress } from './table.ts';
import type { AuditJob, AuditMessage } from './workerMessages.ts';

const WORKER_URL = new URL('./worker.ts', import.meta.url);

/** How an audit on a thread is watched and cancelled. */
export interface AuditWatch {
  readonly onProgress?: AuditProgress;
  readonly signal?: AbortSignal | undefined;
  /** Where the worker's code is; a bundled app passes its own. */
  readonly workerUrl?: URL | undefined;
}

/**
 * Computes one audit on a worker thread, so that the caller's thread stays free.
 * @throws AppError as `assess` and `readPredictionsTable` do; cancelled if the signal aborts
 */
export async function runAudit(job: AuditJob, watch: AuditWatch = {}): Promise<Audit> {
  const { signal, onProgress } = watch;
  if (signal?.aborted) throw cancelled();
  const worker = new Worker(watch.workerUrl ?? WORKER_URL, { workerData: job });
  const abort = (): void => void worker.terminate();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await answerOf(worker, onProgress, signal);
  } finally {
    signal?.removeEventListener('abort', abort);
    await worker.terminate();
  }
}

function answerOf(
  worker: Worker,
  onProgress: AuditProgress | undefined,
  signal: AbortSignal | undefined,
): Promise<Audit> {
  return new Promise((resolve, reject) => {
    worker.on('message', (message: AuditMessage) => {
      if (message.type === 'progress') onProgress?.(message.fraction, message.detail);
      else if (message.type === 'failed') reject(new AppError(message.error));
      else resolve(message.audit);
    });
    worker.on('error', (cause) => reject(broke(cause)));
    worker.on('exit', () => reject(signal?.aborted ? cancelled() : broke(null)));
  });
}

function cancelled(): AppError {
  return new AppError({
    code: 'cancelled',
    message: 'The audit was cancelled.',
    hint: 'Nothing was stored.',
  });
}

function broke(cause: unknown): AppError {
  const why = cause instanceof Error ? cause.message : 'its thread ended without a word';
  return new AppError({
    code: 'internal',
    message: `The audit stopped: ${why}.`,
    hint: 'Try again with fewer features or draws; if it stops again, report it with the log.',
  });
}
