import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { AppError } from '../../preload/contract/errors.ts';
import type { DrawElsewhere } from './audit.ts';
import { drawerOf } from './drawPlan.ts';
import type { Drawn, DrawPlan, DrawTask } from './drawPlan.ts';
import type { DrawAnswer, DrawJob } from './workerMessages.ts';

/** Work (rows times draws) below which threads cost more than they save. */
const LEAST_WORK = 2e7;
const MAX_THREADS = 8;

/** Draws on as many threads as there are processors, from the worker's own entry; small plans in this thread. */
export function onThreads(
  entry: URL,
  threads = Math.min(MAX_THREADS, availableParallelism()),
): DrawElsewhere {
  return async (plan, tasks, onDone) => {
    const rows = plan.nulls.subjects.of.length * plan.nulls.models.length;
    if (threads < 2 || rows * plan.nulls.draws < LEAST_WORK) {
      const draw = drawerOf(plan);
      return tasks.map((task, at) => {
        const drawn = draw(task);
        onDone(at + 1, task.kind);
        return drawn;
      });
    }
    const workers = Array.from({ length: Math.min(threads, tasks.length) }, () => {
      return new Worker(entry, { workerData: { kind: 'draws', plan } satisfies DrawJob });
    });
    try {
      return await share(workers, tasks, onDone);
    } finally {
      await Promise.all(workers.map((worker) => worker.terminate()));
    }
  };
}

/** Gives each worker the next task when it is done with its last. */
async function share(
  workers: readonly Worker[],
  tasks: readonly DrawTask[],
  onDone: (done: number, kind: DrawTask['kind']) => void,
): Promise<readonly Drawn[]> {
  const drawn: Drawn[] = [];
  const queue = tasks.values();
  const serve = async (worker: Worker): Promise<void> => {
    for (const task of queue) {
      drawn.push(await ask(worker, task));
      onDone(drawn.length, task.kind);
    }
  };
  await Promise.all(workers.map(serve));
  return drawn;
}

function ask(worker: Worker, task: DrawTask): Promise<Drawn> {
  return new Promise((resolve, reject) => {
    const failed = (cause: unknown): void =>
      reject(cause instanceof Error ? cause : new Error(`a thread of the audit ended (${String(cause)})`));
    const answered = (answer: DrawAnswer): void => {
      worker.off('error', failed);
      worker.off('exit', failed);
      if (answer.kind === 'failed') reject(new AppError(answer.error));
      else resolve(answer);
    };
    worker.once('message', answered);
    worker.once('error', failed);
    worker.once('exit', failed);
    worker.postMessage(task);
  });
}

/** What a thread of draws does: one task after the other, until it is ended. */
export function drawOnDemand(
  plan: DrawPlan,
  answer: (drawn: Drawn, transfer: readonly ArrayBuffer[]) => void,
): (task: DrawTask) => void {
  const draw = drawerOf(plan);
  return (task) => {
    const drawn = draw(task);
    const arrays =
      drawn.kind === 'nulls' ? [drawn.rounds.values] : [...drawn.rounds.tallies, ...drawn.rounds.scored];
    answer(
      drawn,
      arrays.map((array) => array.buffer).filter((buffer) => buffer instanceof ArrayBuffer),
    );
  };
}
