import { parentPort, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { toPlainError } from '../../preload/contract/errors.ts';
import { doAudit } from './auditJob.ts';
import { doCheck, type CheckJob } from './requirements/checkJob.ts';
import type { DrawTask } from './drawPlan.ts';
import { drawOnDemand, onThreads } from './drawPool.ts';
import {
  doRepresentationAudit,
  type RepresentationJob,
  type RepresentationPartsJob,
} from './representation/job.ts';
import { performOnDemand, performOnThreads } from './representation/pool.ts';
import type { AuditJob, AuditMessage, DrawAnswer, DrawJob } from './workerMessages.ts';

/** Entry of the worker thread: does one audit or check, tells how far it is, and ends. To cancel it, end the thread: it writes nothing. */
async function work(port: MessagePort, job: AuditJob | CheckJob | RepresentationJob): Promise<void> {
  const say = (message: AuditMessage): void => port.postMessage(message);
  const progress = (fraction: number, detail: string): void => say({ type: 'progress', fraction, detail });
  try {
    if (job.kind === 'check') say({ type: 'checked', check: await doCheck(job, progress) });
    else if (job.kind === 'representation') {
      const performing = performOnThreads(new URL(import.meta.url), job.threads);
      say({ type: 'represented', audit: await doRepresentationAudit(job, performing, progress) });
    } else {
      // This file is the entry of the threads that draw, too: they end with this one.
      const drawing = onThreads(new URL(import.meta.url), job.threads);
      say({ type: 'assessed', audit: await doAudit(job, drawing, progress) });
    }
  } catch (cause) {
    say({ type: 'failed', error: toPlainError(cause) });
  } finally {
    port.close();
  }
}

/** Does parts of an audit's draws as they are asked for. */
function drawParts(port: MessagePort, { plan }: DrawJob): void {
  const drawing = drawOnDemand(plan, (drawn, transfer) => port.postMessage(drawn, [...transfer]));
  port.on('message', (task: DrawTask) => {
    try {
      drawing(task);
    } catch (cause) {
      port.postMessage({ kind: 'failed', error: toPlainError(cause) } satisfies DrawAnswer);
    }
  });
}

if (parentPort === null) throw new Error('worker.ts runs as a worker thread only.');
const job = workerData as AuditJob | CheckJob | DrawJob | RepresentationJob | RepresentationPartsJob;
if (job.kind === 'draws') drawParts(parentPort, job);
else if (job.kind === 'representationParts') performOnDemand(parentPort, job);
else await work(parentPort, job);
