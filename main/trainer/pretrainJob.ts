import { readFileSync } from 'node:fs';
import { decodeCheckpoint } from '../engine/checkpoint.ts';
import { pretrain } from '../engine/pretrain.ts';
import type { PretrainEvent, PretrainHost } from '../engine/pretrainEvents.ts';
import { checkpointFileName, type PretrainJob } from '../runs/protocol.ts';
import { BatchesAhead } from './batchesAhead.ts';
import type { TrainerChannel } from './channel.ts';
import { openTrainingData } from './datasetReader.ts';
import { energyCounter } from './energy.ts';
import type { EngineShelf } from './engineShelf.ts';
import { PointJournal } from './pointJournal.ts';
import type { Wishes } from './wishes.ts';
import { writeWhole } from './writtenFile.ts';

/** Progress is sent at most so often. */
const PROGRESS_MS = 100;

/**
 * Trains and probes one run, turning the loop's events into files and messages.
 * @param batchWorker entry of the thread that makes batches ahead; without it they are made between steps
 */
export async function pretrainJob(
  job: PretrainJob,
  channel: TrainerChannel,
  engines: EngineShelf,
  wishes: Wishes,
  batchWorker: URL | null,
): Promise<void> {
  const { config } = job;
  // With a thread that holds the samples, monitors and probes read them from the file: one copy in memory.
  const inMemory = batchWorker === null ? undefined : 0;
  const resumeFrom = job.resumeFrom ? decodeCheckpoint(readFileSync(job.resumeFrom.path)) : null;
  const known = resumeFrom?.header.preparation ?? null;
  const data = openTrainingData(job.dataset, config.target, config.evaluate.knn.target, {
    inMemory,
    known,
    encoder: config.encoder,
    method: config.method,
  });
  const journal = new PointJournal(job, channel);
  try {
    const engine = await engines.get(config.engine);
    channel.post({ type: 'engine', job: job.id, report: await engines.report(config.engine) });
    channel.post({ type: 'state', job: job.id, state: 'running' });
    const start = job.startFrom ? { start: decodeCheckpoint(readFileSync(job.startFrom.path)).tensors } : {};
    const task = { ...start, config, data, datasetDigest: job.dataset.digest, resumeFrom, spent: job.spent };
    const ahead = batchWorker;
    const host: PretrainHost = {
      ...hostOf(engine, wishes),
      ...(ahead === null
        ? {}
        : { batches: (start) => new BatchesAhead(ahead, job.dataset, start, data.preparation) }),
    };
    const forward = forwarder(job, channel, journal);
    for await (const event of pretrain(task, host)) forward(event);
  } finally {
    wishes.reset();
    journal.flush(performance.now());
    data.close();
  }
}

function hostOf(engine: PretrainHost['engine'], wishes: Wishes): PretrainHost {
  return {
    engine,
    clock: () => performance.now() / 1000,
    energy: energyCounter(),
    peakMemory: () => process.resourceUsage().maxRSS * 1024,
    wish: () => wishes.get(),
    untilResumed: () => wishes.untilResumed(),
  };
}

/** Turns events into messages; whatever is no point or progress is preceded by all points that came before it. */
function forwarder(
  job: PretrainJob,
  channel: TrainerChannel,
  journal: PointJournal,
): (event: PretrainEvent) => void {
  let progressSent = -Infinity;
  return (event) => {
    const now = performance.now();
    if (event.type === 'points') return journal.add(event.points, now);
    if (event.type === 'progress') {
      const phaseChanged = event.progress.phase !== 'pretraining';
      if (!phaseChanged && now - progressSent < PROGRESS_MS) return;
      progressSent = now;
      return channel.post({ job: job.id, ...event });
    }
    journal.flush(now);
    if (event.type === 'checkpoint') return postCheckpoint(job, channel, event);
    if (event.type === 'log') {
      const line = { time: new Date().toISOString(), level: event.level, text: event.text };
      return channel.post({ type: 'log', job: job.id, lines: [line] });
    }
    channel.post({ job: job.id, ...event });
  };
}

function postCheckpoint(
  job: PretrainJob,
  channel: TrainerChannel,
  { bytes, step, epoch, kind }: Extract<PretrainEvent, { type: 'checkpoint' }>,
): void {
  const name = checkpointFileName({ kind, step, epoch });
  const path = writeWhole(job.directory, name, [bytes]);
  channel.post({
    type: 'checkpoint',
    job: job.id,
    file: { path, kind: 'checkpoint', name },
    step,
    epoch,
    final: kind,
  });
}
