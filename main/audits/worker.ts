import { parentPort, workerData } from 'node:worker_threads';
import { toPlainError } from '../../preload/contract/errors.ts';
import { doAudit } from './auditJob.ts';
import type { AuditJob, AuditMessage } from './workerMessages.ts';

/** Entry of the worker thread: does one audit, tells how far it is, and ends. To cancel it, end the thread: it writes nothing. */
async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('worker.ts runs as a worker thread only.');
  const say = (message: AuditMessage): void => port.postMessage(message);
  try {
    const audit = await doAudit(workerData as AuditJob, (fraction, detail) =>
      say({ type: 'progress', fraction, detail }),
    );
    say({ type: 'assessed', audit });
  } catch (cause) {
    say({ type: 'failed', error: toPlainError(cause) });
  } finally {
    port.close();
  }
}

await main();
