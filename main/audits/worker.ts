import { parentPort, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { toPlainError } from '../../preload/contract/errors.ts';
import { doAudit } from './auditJob.ts';
import type { DrawTask } from './drawPlan.ts';
import { drawOnDemand, onThreads } from './drawPool.ts';
import type { AuditJob, AuditMessage, DrawAnswer, DrawJob } from './workerMessages.ts';

/** Entry of the worker thread: does one audit, tells how far it is, and ends. To cancel it, end the thread: it writes nothing. */
async function audit(port: MessagePort, job: AuditJob): Promise<void> {
  const say = (message: AuditMessage): void => port.postMessage(message);
  try {
    // This file is the entry of the threads that draw, too: they end with this one.
    const drawing = onThreads(new URL(import.meta.url), job.threads);
    const audit = await doAudit(job, drawing, (fraction, detail) =>
      say({ type: 'progress', fraction, detail }),
    );
    say({ type: 'assessed', audit });
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
const job = workerData as AuditJob | DrawJob;
if (job.kind === 'draws') drawParts(parentPort, job);
else await audit(parentPort, job);
