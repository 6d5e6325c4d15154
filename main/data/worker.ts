import { parentPort, workerData } from 'node:worker_threads';
import { toPlainError } from '../../preload/contract/errors.ts';
import { importDataset, previewSource } from './dataset.ts';
import { fsArtefactWriter } from './fsSink.ts';
import type { CancelMessage, WorkerJob, WorkerMessage } from './workerMessages.ts';

/** Entry of the worker thread: does one import or preview, tells how far it is, and ends. */
async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('worker.ts runs as a worker thread only.');
  const say = (message: WorkerMessage): void => port.postMessage(message);
  const cancel = new AbortController();
  port.on('message', (message: CancelMessage) => {
    if (message.type === 'cancel') cancel.abort();
  });
  try {
    say(await work(workerData as WorkerJob, cancel.signal, say));
  } catch (cause) {
    say({ type: 'failed', error: toPlainError(cause) });
  } finally {
    port.close();
  }
}

async function work(
  job: WorkerJob,
  signal: AbortSignal,
  say: (message: WorkerMessage) => void,
): Promise<WorkerMessage> {
  const { workspace, path, reader, options } = job;
  if (workspace === null)
    return { type: 'previewed', preview: await previewSource({ path, reader, options }) };
  const dataset = await importDataset({
    path,
    reader,
    options,
    writer: fsArtefactWriter(workspace),
    signal,
    onProgress: (progress) => say({ type: 'progress', progress }),
  });
  return { type: 'imported', dataset };
}

await main();
