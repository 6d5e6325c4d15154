import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckpointRow } from '../../preload/contract/vocabulary.ts';
import type { RunServiceHost } from './host.ts';
import { answerTo, checkpointOf, noteLook, type PredictRequest } from './predict.ts';
import type { FromTrainer, RepresentJob } from './protocol.ts';

/** Which representations are wanted. */
export type RepresentRequest = Omit<PredictRequest, 'representations'>;

/** Files in a folder of their own, which whoever asked removes with `dispose`. */
export interface Represented extends Pick<
  Extract<FromTrainer, { type: 'represented' }>,
  'layers' | 'rawInput'
> {
  readonly checkpoint: CheckpointRow;
  dispose(): Promise<void>;
}

/**
 * Representations of one split by a run's trained and untrained encoder, in a process of their own. They are of single samples, so they are not kept.
 * @throws AppError usage (audit split without a reason), conflict (no trained checkpoint), engine, cancelled
 */
export async function represent(
  host: RunServiceHost,
  request: RepresentRequest,
  signal?: AbortSignal,
): Promise<Represented> {
  const run = host.store.runs.get(request.run);
  const dataset = request.dataset ?? run.dataset;
  const checkpoint = checkpointOf(run);
  noteLook(host, request, dataset);
  // A name that the store's sweep knows as no run's.
  const directory = join(host.store.path, 'runs', `represent-${randomUUID()}`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const dispose = (): Promise<void> => rm(directory, { recursive: true, force: true });
  try {
    const job: RepresentJob = {
      kind: 'represent',
      id: `represent-${randomUUID()}`,
      config: run.config,
      split: request.split,
      directory,
      dataset: await host.datasetFilesOf(dataset),
      checkpoint: host.store.artefacts.find(checkpoint.digest),
    };
    const pick = (message: FromTrainer) => (message.type === 'represented' ? message : null);
    const { layers, rawInput } = await answerTo(host, job, pick, signal);
    return { layers, rawInput, checkpoint, dispose };
  } catch (cause) {
    await dispose();
    throw cause;
  }
}
