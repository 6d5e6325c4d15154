import { Worker } from 'node:worker_threads';
import { AppError } from '../../preload/contract/errors.ts';
import type { CheckJob } from './requirements/checkJob.ts';
import type { RepresentationJob } from './representation/job.ts';
import type { AuditProgress } from './table.ts';
import type { AuditJob, AuditMessage } from './workerMessages.ts';

const WORKER_URL = new URL('./worker.ts', import.meta.url);

/** How work on a thread is watched and cancelled. */
export interface AuditWatch {
  readonly onProgress?: AuditProgress;
  readonly signal?: AbortSignal | undefined;
  /** Where the worker's code is; a bundled app passes its own. */
  readonly workerUrl?: URL | undefined;
}

/** What a thread answers in the end. */
export type ThreadAnswer = Exclude<AuditMessage, { type: 'progress' | 'failed' }>;

/**
 * Does one job on a worker thread, so that the caller's thread stays free.
 * @param what what is told of where it ends early, such as `audit`
 * @throws AppError as the job does; cancelled if the signal aborts
 */
export async function onThread(
  job: AuditJob | CheckJob | RepresentationJob,
  watch: AuditWatch,
  what: string,
): Promise<ThreadAnswer> {
  const { signal, onProgress } = watch;
  if (signal?.aborted) throw cancelled(what);
  const worker = new Worker(watch.workerUrl ?? WORKER_URL, { workerData: job });
  const abort = (): void => void worker.terminate();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await new Promise((resolve, reject) => {
      worker.on('message', (message: AuditMessage) => {
        if (message.type === 'progress') onProgress?.(message.fraction, message.detail);
        else if (message.type === 'failed') reject(new AppError(message.error));
        else resolve(message);
      });
      worker.on('error', (cause) => reject(broke(what, cause)));
      worker.on('exit', () => reject(signal?.aborted ? cancelled(what) : broke(what, null)));
    });
  } finally {
    signal?.removeEventListener('abort', abort);
    await worker.terminate();
  }
}

function cancelled(what: string): AppError {
  return new AppError({
    code: 'cancelled',
    message: `The ${what} was cancelled.`,
    hint: 'Nothing was stored.',
  });
}

/** The refusal of a job whose thread ended early or answered something else. */
export function broke(what: string, cause: unknown): AppError {
  const why = cause instanceof Error ? cause.message : 'its thread ended without a word';
  return new AppError({
    code: 'internal',
    message: `The ${what} stopped: ${why}.`,
    hint: 'Try again with fewer features or draws; if it stops again, report it with the log.',
  });
}
