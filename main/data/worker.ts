import { parentPort, workerData } from 'node:worker_threads';
import { toPlainError } from '../../preload/contract/errors.ts';
import { importDataset, previewSource } from './dataset.ts';
import { fsArtefactWriter } from './fsSink.ts';
import { openKey } from './keyFile.ts';
import { ImportControl } from './importControl.ts';
import { fsImportMemory } from './recall.ts';
import type { ControlMessage, WorkerJob, WorkerMessage } from './workerMessages.ts';

const ALIVE_MS = 2000;

/** Entry of the worker thread: does one import or preview, tells how far it is, and ends. */
async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('worker.ts runs as a worker thread only.');
  const say = (message: WorkerMessage): void => port.postMessage(message);
  const cancel = new AbortController();
  const alive = setInterval(() => say({ type: 'alive' }), ALIVE_MS);
  const control = new ImportControl();
  port.on('message', ({ type }: ControlMessage) => {
    if (type === 'cancel') cancel.abort();
    else if (type === 'pause') control.pause();
    else control.resume();
  });
  try {
    say(await work(workerData as WorkerJob, cancel.signal, control, say));
  } catch (cause) {
    say({ type: 'failed', error: toPlainError(cause) });
  } finally {
    clearInterval(alive);
    port.close();
  }
}

async function work(
  job: WorkerJob,
  signal: AbortSignal,
  control: ImportControl,
  say: (message: WorkerMessage) => void,
): Promise<WorkerMessage> {
  const { workspace, path, reader, options, key } = job;
  if (workspace === null)
    return { type: 'previewed', preview: await previewSource({ path, reader, options }) };
  const dataset = await importDataset({
    path,
    reader,
    options,
    writer: fsArtefactWriter(workspace),
    signal,
    paused: () => control.wait(signal),
    memory: fsImportMemory(workspace, key?.expected ?? null),
    ...(key === undefined ? {} : { subjectKey: () => openKey(key) }),
    onProgress: (progress) => say({ type: 'progress', progress }),
  });
  return { type: 'imported', dataset };
}

await main();
