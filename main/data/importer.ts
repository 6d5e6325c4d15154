import { Worker } from 'node:worker_threads';
import { AppError } from '../../preload/contract/errors.ts';
import type { ImportOptions, SourcePreview } from '../../preload/contract/vocabulary.ts';
import type { ImportedDataset } from '../core/datasetFiles.ts';
import type { ImportControl } from './importControl.ts';
import type { KeyPlace } from './keyFile.ts';
import type { ImportProgress } from './sampleTable.ts';
import type { ControlMessage, WorkerJob, WorkerMessage } from './workerMessages.ts';

/** A worker that is silent for so long is caught in a loop, as a damaged file can cause in a library. */
const STALL_MS = 120_000;
/** Memory of a worker's objects; what is over the limit ends the worker with a sentence, not the app. */
const MAX_HEAP_MB = 1024;
/** How long a cancelled worker may take to end by itself before it is ended. */
const GRACE_MS = 3000;

const WORKER_URL = new URL('./worker.ts', import.meta.url);

interface Task {
  readonly path: string;
  readonly reader: string | null;
  readonly options: ImportOptions;
  readonly signal: AbortSignal;
  /** Where the worker's code is; a bundled app passes its own. */
  readonly workerUrl?: URL | undefined;
  /** How long the worker may be silent before it is ended. */
  readonly stallMs?: number;
}

export interface ImportTask extends Task {
  /** Folder of the workspace; artefacts are written there, the row is up to the store. */
  readonly workspace: string;
  readonly onProgress: (progress: ImportProgress) => void;
  /** Pauses the import and lets it go on. */
  readonly control?: ImportControl;
  /** Where the key for subject ids is; without it, a source with subject ids is refused. */
  readonly key?: KeyPlace;
}

/** `importDataset` on a worker thread. @throws AppError as importDataset does; cancelled if the signal aborts */
export async function importInWorker(task: ImportTask): Promise<ImportedDataset> {
  const message = await runWorker(task, task.workspace, task.onProgress, task.control, task.key);
  if (message.type === 'imported') return message.dataset;
  throw unexpected(message);
}

/** `previewSource` on a worker thread. @throws AppError as previewSource does; cancelled if the signal aborts */
export async function previewInWorker(task: Task): Promise<SourcePreview> {
  const message = await runWorker(task, null, () => {});
  if (message.type === 'previewed') return message.preview;
  throw unexpected(message);
}

/** Starts a worker for one job; answers its last message. */
function runWorker(
  task: Task,
  workspace: string | null,
  onProgress: (progress: ImportProgress) => void,
  control?: ImportControl,
  key?: KeyPlace,
): Promise<WorkerMessage> {
  if (task.signal.aborted) return Promise.reject(cancelled());
  const { path, reader, options } = task;
  const job: WorkerJob = { workspace, path, reader, options, ...(key === undefined ? {} : { key }) };
  const worker = new Worker(task.workerUrl ?? WORKER_URL, {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
  const tell = (type: ControlMessage['type']): void => worker.postMessage({ type } satisfies ControlMessage);
  if (control?.paused === true) tell('pause');
  control?.onChange((held) => tell(held ? 'pause' : 'resume'));
  return new Promise<WorkerMessage>((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const abort = (): void => {
      tell('cancel');
      timer = setTimeout(() => void worker.terminate(), GRACE_MS);
    };
    let stall: ReturnType<typeof setTimeout> | undefined;
    let closing = false;
    const heard = (): void => {
      clearTimeout(stall);
      if (closing) return;
      stall = setTimeout(() => {
        settle(() => reject(stalled(path)));
        void worker.terminate();
      }, task.stallMs ?? STALL_MS);
    };
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      clearTimeout(stall);
      task.signal.removeEventListener('abort', abort);
      act();
    };
    task.signal.addEventListener('abort', abort, { once: true });
    heard();
    worker.on('message', (message: WorkerMessage) => {
      closing ||= message.type === 'progress' && message.progress.closing === true;
      heard();
      if (message.type === 'alive') return;
      if (message.type === 'progress') onProgress(message.progress);
      else if (message.type === 'failed') settle(() => reject(new AppError(message.error)));
      else settle(() => resolve(message));
    });
    worker.on('error', (cause) => settle(() => reject(broke(cause))));
    worker.on('exit', () => settle(() => reject(task.signal.aborted ? cancelled() : broke(null))));
  });
}

function stalled(path: string): AppError {
  return new AppError({
    code: 'invalidData',
    message: `${path} keeps its reader busy without end, so that the import was stopped.`,
    hint: 'It is probably damaged: make it again, or save it in another format.',
  });
}

function cancelled(): AppError {
  return new AppError({
    code: 'cancelled',
    message: 'The import was cancelled.',
    hint: 'Nothing was stored.',
  });
}

function broke(cause: unknown): AppError {
  const why = cause instanceof Error ? cause.message : 'it ended without a word';
  return new AppError({
    code: 'internal',
    message: `The import stopped: ${why}.`,
    hint: 'Try again with fewer or smaller files; if it stops again, report it with the log.',
  });
}

function unexpected(message: WorkerMessage): AppError {
  return broke(new Error(`the worker answered ${message.type}`));
}
