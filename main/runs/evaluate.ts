import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AppError } from '../../preload/contract/errors.ts';
import type {
  Evaluation,
  EvaluationSettings,
  RunId,
  StoredEvaluation,
} from '../../preload/contract/vocabulary.ts';
import { canonicalJson, digestOfValue } from '../core/canonical.ts';
import type { Store } from '../store/index.ts';
import { isoNow, timingOf, type RunServiceHost } from './host.ts';
import { JobTrainer } from './jobTrainer.ts';
import { checkpointOf } from './predict.ts';
import type { EvaluateJob, FromTrainer } from './protocol.ts';

/** Kind of the artefacts that hold evaluations, as JSON. */
const KIND = 'evaluation';

/** Which evaluation is wanted. */
export interface EvaluateRequest {
  readonly run: RunId;
  readonly settings: EvaluationSettings;
}

type Evaluated = Extract<FromTrainer, { type: 'evaluated' }>;

/**
 * Measures a finished run's frozen representation, in a process of its own; asked again with the same settings, it is what was found before.
 * @param progress told what is measured, with the share that is done
 * @returns the digest of the evaluation
 * @throws AppError conflict (no trained checkpoint), engine, cancelled
 */
export async function evaluate(
  host: RunServiceHost,
  { run: id, settings }: EvaluateRequest,
  progress: (share: number | null, phase: string) => void,
  signal?: AbortSignal,
): Promise<string> {
  const run = host.store.runs.get(id);
  const checkpoint = checkpointOf(run);
  const files = await host.datasetFilesOf(run.dataset);
  const splits = [files.splits.probeTrain.digest, files.splits.validation.digest];
  const name = digestOfValue({ checkpoint: checkpoint.digest, splits, settings }).slice(0, 16);
  const known = run.artefacts.find((artefact) => artefact.kind === KIND && artefact.name === name);
  if (known) return known.digest;
  const job: EvaluateJob = {
    ...{ kind: 'evaluate', id: `evaluate-${randomUUID()}`, config: run.config, dataset: files, settings },
    checkpoint: host.store.artefacts.find(checkpoint.digest),
  };
  const { findings, dimension, trainSamples, samples } = await answerTo(host, job, progress, signal);
  const evaluation: Evaluation = {
    ...{ run: id, checkpoint: checkpoint.digest, created: isoNow(host), split: 'validation' },
    ...{ dimension, trainSamples, samples, settings, findings },
  };
  const kept = await host.store.artefacts.put(new TextEncoder().encode(canonicalJson(evaluation)));
  const { digest, size } = kept;
  host.store.runs.addArtefact(id, { digest, size, kind: KIND, name, created: evaluation.created });
  return digest;
}

async function answerTo(
  host: RunServiceHost,
  job: EvaluateJob,
  progress: (share: number | null, phase: string) => void,
  signal?: AbortSignal,
): Promise<Evaluated> {
  const { grace, idle, predict: timeoutMs } = timingOf(host);
  const trainer = new JobTrainer({ launcher: host.launcher, name: 'evaluate', graceMs: grace, idleMs: idle });
  const pick = (message: FromTrainer): Evaluated | null => {
    if (message.type === 'evaluating') progress(message.share, message.phase);
    return message.type === 'evaluated' ? message : null;
  };
  try {
    return await trainer.ask({ job, pick, timeoutMs, signal, onCancel: 'kill' });
  } finally {
    await trainer.close();
  }
}

/** The evaluations of a run, newest first; one whose file was deleted by hand is left out. */
export async function evaluationsOf(store: Store, id: RunId): Promise<readonly StoredEvaluation[]> {
  const rows = store.runs.get(id).artefacts.filter(({ kind }) => kind === KIND);
  const read = await Promise.all(
    rows.map(async ({ digest }) => {
      try {
        const text = await readFile(store.artefacts.find(digest).path, 'utf8');
        return { ...(JSON.parse(text) as Evaluation), digest };
      } catch (cause) {
        if (cause instanceof AppError && cause.code === 'notFound') return null;
        throw cause;
      }
    }),
  );
  return read.filter((row) => row !== null).sort((a, b) => b.created.localeCompare(a.created));
}
