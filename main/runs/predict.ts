import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../preload/contract/errors.ts';
import type { AuditId, CheckpointRow, DatasetId, RunId } from '../../preload/contract/vocabulary.ts';
import type { ArtefactFile, DatasetFiles } from '../core/datasetFiles.ts';
import type { Store, StoredRun } from '../store/index.ts';
import { isoNow, timingOf, type RunServiceHost } from './host.ts';
import { JobTrainer } from './jobTrainer.ts';
import type { FromTrainer, PredictJob, TrainerJob, WrittenFile } from './protocol.ts';

/** Which predictions are wanted. */
export interface PredictRequest {
  readonly run: RunId;
  /** Null: the run's own. */
  readonly dataset: DatasetId | null;
  readonly split: PredictJob['split'];
  readonly representations: boolean;
  /** Why the audit split is looked at, which is recorded before it is read; null for other splits. */
  readonly look: { readonly audit: AuditId | null; readonly purpose: string } | null;
}

/** Files of the run's; the first holds predictions (core's format), the second float32 [n, d]. */
export interface Prediction {
  readonly predictions: ArtefactFile;
  readonly representations: ArtefactFile | null;
}

type Predicted = Extract<FromTrainer, { type: 'predicted' }>;

/**
 * A finished run's predictions for one split, in a process of their own; asked again, they come from the artefacts of the run.
 * @throws AppError usage (audit split without a reason), conflict (no trained checkpoint), engine, cancelled
 */
export async function predict(
  host: RunServiceHost,
  request: PredictRequest,
  signal?: AbortSignal,
): Promise<Prediction> {
  const run = host.store.runs.get(request.run);
  const dataset = request.dataset ?? run.dataset;
  const checkpoint = checkpointOf(run);
  noteLook(host, request, dataset);
  const files = await host.datasetFilesOf(dataset);
  const name = nameOf(host.store, files, request.split, checkpoint);
  const known = knownPrediction(host.store, run, name, request.representations);
  if (known) return known;
  // Not in the run's own directory: the run may be resumed meanwhile, and cleans up there when it ends. The store sweeps what is no run's.
  const directory = join(host.store.path, 'runs', `predict-${randomUUID()}`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  try {
    const job: PredictJob = {
      ...{
        kind: 'predict',
        id: `predict-${randomUUID()}`,
        config: run.config,
        split: request.split,
        directory,
      },
      dataset: files,
      checkpoint: host.store.artefacts.find(checkpoint.digest),
      representations: request.representations,
    };
    return await keep(host, run.id, name, await answerTo(host, job, pickPredicted, signal));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Name of a prediction: the same for the same checkpoint and rows. */
function nameOf(
  store: Store,
  { id, splits }: DatasetFiles,
  split: PredictJob['split'],
  checkpoint: CheckpointRow,
): string {
  const { digest } = splits[split];
  const whole = store.datasets.manifest(id).splits[split] === digest;
  return `${id}-${split}-${checkpoint.digest.slice(0, 12)}${whole ? '' : `-${digest.slice(0, 12)}`}`;
}

function pickPredicted(message: FromTrainer): Predicted | null {
  return message.type === 'predicted' ? message : null;
}

/** Asks a trainer of its own, which is killed if the signal aborts. */
export async function answerTo<T>(
  host: RunServiceHost,
  job: TrainerJob,
  pick: (message: FromTrainer) => T | null,
  signal?: AbortSignal,
): Promise<T> {
  const { grace, idle, predict: timeoutMs } = timingOf(host);
  const trainer = new JobTrainer({ launcher: host.launcher, name: 'predict', graceMs: grace, idleMs: idle });
  try {
    return await trainer.ask({ job, pick, timeoutMs, signal, onCancel: 'kill' });
  } finally {
    await trainer.close();
  }
}

async function keep(host: RunServiceHost, run: RunId, name: string, answer: Predicted): Promise<Prediction> {
  const take = async (file: WrittenFile): Promise<ArtefactFile> => {
    const kept = await host.store.artefacts.adopt(file.path);
    const { digest, size } = kept;
    host.store.runs.addArtefact(run, { digest, size, kind: file.kind, name, created: isoNow(host) });
    return kept;
  };
  return {
    predictions: await take({ ...answer.predictions, kind: 'predictions' }),
    representations:
      answer.representations && (await take({ ...answer.representations, kind: 'representations' })),
  };
}

function knownPrediction(store: Store, run: StoredRun, name: string, both: boolean): Prediction | null {
  const find = (kind: string): ArtefactFile | null => {
    const row = run.artefacts.find((artefact) => artefact.kind === kind && artefact.name === name);
    try {
      return row ? store.artefacts.find(row.digest) : null;
    } catch {
      // Deleted by hand: it is computed again.
      return null;
    }
  };
  const predictions = find('predictions');
  const representations = both ? find('representations') : null;
  if (!predictions || (both && !representations)) return null;
  return { predictions, representations };
}

/** The checkpoint that training ended with. @throws AppError conflict */
export function checkpointOf(run: StoredRun): CheckpointRow {
  const trained = run.checkpoints.findLast(({ kind }) => kind !== 'periodic');
  if (trained) return trained;
  throw new AppError({
    code: 'conflict',
    message: `Run ${run.name} is ${run.status} and has no probed checkpoint to predict with.`,
    hint: 'Let it finish, or stop it, which keeps its work.',
  });
}

/** Records a look at the audit split before it is read. @throws AppError usage without a purpose */
export function noteLook(
  host: RunServiceHost,
  request: Pick<PredictRequest, 'run' | 'split' | 'look'>,
  dataset: DatasetId,
): void {
  if (request.split !== 'audit') return;
  if (!request.look)
    throw new AppError({
      code: 'usage',
      message: 'The audit split is only read for a stated purpose, which is recorded.',
    });
  const { audit, purpose } = request.look;
  host.store.datasets.addLook(dataset, { time: isoNow(host), run: request.run, audit, purpose });
}
