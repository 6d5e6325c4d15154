import { availableParallelism } from 'node:os';
import { Worker, type MessagePort } from 'node:worker_threads';
import { AppError, type PlainError, toPlainError } from '../../../preload/contract/errors.ts';
import type { RepresentationPartsJob } from './job.ts';
import { performHere, type PerformElsewhere } from './representationAudit.ts';
import { perform, type RepresentationPart, type RepresentationTask } from './tasks.ts';

const MAX_THREADS = 8;

/** What a thread answers to a task. */
type Answer = { readonly part: RepresentationPart } | { readonly error: PlainError };

/** Does tasks on as many threads as there are processors, from the worker's own entry; on one in the thread that asks. */
export function performOnThreads(
  entry: URL,
  threads = Math.min(MAX_THREADS, availableParallelism()),
): PerformElsewhere {
  return async (prepared, tasks, onDone) => {
    if (threads < 2) return performHere(prepared, tasks, onDone);
    const workerData = { kind: 'representationParts', prepared } satisfies RepresentationPartsJob;
    const workers = Array.from(
      { length: Math.min(threads, tasks.length) },
      () => new Worker(entry, { workerData }),
    );
    const parts: RepresentationPart[] = [];
    const queue = tasks.entries();
    let done = 0;
    const serve = async (worker: Worker): Promise<void> => {
      for (const [at, task] of queue) {
        parts[at] = await ask(worker, task);
        onDone(++done, task);
      }
    };
    try {
      await Promise.all(workers.map(serve));
      return parts;
    } finally {
      await Promise.all(workers.map((worker) => worker.terminate()));
    }
  };
}

function ask(worker: Worker, task: RepresentationTask): Promise<RepresentationPart> {
  return new Promise((resolve, reject) => {
    const failed = (cause: unknown): void =>
      reject(cause instanceof Error ? cause : new Error(`a thread of the audit ended (${String(cause)})`));
    worker.once('error', failed);
    worker.once('exit', failed);
    worker.once('message', (answer: Answer) => {
      worker.off('error', failed);
      worker.off('exit', failed);
      if ('error' in answer) reject(new AppError(answer.error));
      else resolve(answer.part);
    });
    worker.postMessage(task);
  });
}

/** What such a thread does: one task after the other, until it is ended. */
export function performOnDemand(port: MessagePort, { prepared }: RepresentationPartsJob): void {
  port.on('message', (task: RepresentationTask) => {
    try {
      port.postMessage({ part: perform(prepared, task) } satisfies Answer);
    } catch (cause) {
      port.postMessage({ error: toPlainError(cause) } satisfies Answer);
    }
  });
}
