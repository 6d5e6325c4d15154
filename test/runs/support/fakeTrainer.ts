/**
 * A trainer without an engine, as a process: it writes journal and checkpoints as the real one does. What it does is in the config's
 * `method.params`; its points follow from seed and step alone, so that a resumed run can be compared with an uninterrupted one.
 */
import { appendFileSync, closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  checkpointFileName,
  encodeJournal,
  JOURNAL_FILE,
  type FromTrainer,
  type NumberedPoint,
  type PretrainJob,
  type ToTrainer,
  type TrainerJob,
} from '../../../main/runs/protocol.ts';
import { valueAt } from './fakePoints.ts';
import { appendNotes } from './notes.ts';

const send = (message: FromTrainer): void => void process.send?.(message);
const state = { paused: false, stopped: false, left: false };
const heartbeat = setInterval(() => send({ type: 'heartbeat', time: new Date().toISOString() }), 50);

process.on('disconnect', () => process.exit(0));
process.on('message', (message: ToTrainer) => {
  if (message.type === 'job') void work(message.job);
  else if (message.type === 'exit') process.exit(0);
  else if (message.type === 'stop') state.stopped = true;
  else if (message.type === 'leave') state.left = true;
  else state.paused = message.type === 'pause';
});
send({ type: 'ready' });

async function work(job: TrainerJob): Promise<void> {
  if (job.kind === 'pretrain') return pretrain(job);
  const id = job.id;
  if (job.kind === 'doctor') return send({ type: 'diagnosed', job: id, engines: [] });
  if (job.kind === 'preview') {
    await wait(job.seed);
    if (job.count === 4) process.kill(process.pid, 'SIGKILL');
    return send({ type: 'previewed', job: id, views: [], milliseconds: process.pid });
  }
  if (job.kind === 'estimate')
    return send({
      type: 'failed',
      job: id,
      error: { code: 'engine', message: 'No such device.', hint: 'Choose cpu.' },
    });
  if (job.kind === 'evaluate') {
    send({ type: 'evaluating', job: id, phase: 'kNN vote', share: 0.5 });
    return send({
      ...{ type: 'evaluated', job: id, findings: [] },
      dimension: 8,
      trainSamples: 10,
      samples: 5,
    });
  }
  const path = join(job.directory, 'predictions.tmp');
  writeWhole(path, Buffer.from(`${job.split} of ${readFileSync(job.checkpoint.path, 'utf8').slice(0, 20)}`));
  return send({
    ...{ type: 'predicted', job: id, representations: null },
    predictions: { path, kind: 'predictions', name: 'predictions' },
  });
}

/** Steps per batch of points; the checkpoint is padded so that adopting it takes a while. */
async function pretrain(job: PretrainJob): Promise<void> {
  const {
    steps = 1000,
    batch = 10,
    pauseMs = 1,
    every = 100,
    pad = 0,
    at = -1,
    how = '',
    deaf = false,
  } = job.config.method.params;
  const cost = { samplesSeen: 0, flops: 0, deviceSeconds: 1, energyJoules: null, device: 'none' };
  let step = job.resumeFrom
    ? (JSON.parse(readFileSync(job.resumeFrom.path, 'utf8').split('\n')[0] ?? '') as number)
    : 0;
  let seq = job.nextSeq;
  say(job, `begins at step ${step}`);
  send({ type: 'state', job: job.id, state: 'running' });
  while (step < Number(steps) && !state.stopped) {
    if (state.paused) await standStill(job);
    if (state.left && !deaf) {
      checkpoint(job, step, 'periodic', Number(pad));
      return send({ type: 'left', job: job.id });
    }
    const points: NumberedPoint[] = [];
    for (const end = Math.min(step + Number(batch), Number(steps)); step < end; step++) {
      points.push(pointOf(job, 'loss', step, seq++));
      if (step % 10 === 0) points.push(pointOf(job, 'accuracy', step, seq++));
    }
    appendFileSync(join(job.directory, JOURNAL_FILE), encodeJournal(points));
    note(points);
    send({ type: 'points', job: job.id, points });
    const progress = { step, totalSteps: Number(steps), epoch: step / 100, totalEpochs: Number(steps) / 100 };
    const about = { phase: 'pretraining', etaSeconds: null, samplesPerSecond: null };
    send({ type: 'progress', job: job.id, progress: { ...progress, ...about }, cost });
    if (at === step) misbehave(String(how), job);
    if (step % Number(every) === 0) checkpoint(job, step, 'periodic', Number(pad));
    await wait(Number(pauseMs));
  }
  checkpoint(job, step, state.stopped ? 'stopped' : 'final', Number(pad));
  send({ type: 'finished', job: job.id, stopped: state.stopped, results: RESULTS, cost });
}

const RESULTS = {
  ...{ knnAccuracy: 0.5, linearAccuracy: 0.6, untrainedKnnAccuracy: 0.1, rawPixelKnnAccuracy: 0.2 },
  ...{ knnByGroup: [], linearByGroup: [], batchNormMode: 'batch', parameters: 10 },
};

async function standStill(job: PretrainJob): Promise<void> {
  send({ type: 'state', job: job.id, state: 'paused' });
  while (state.paused && !state.stopped && !state.left) await wait(2);
  send({ type: 'state', job: job.id, state: 'running' });
}

function pointOf(job: PretrainJob, metric: string, step: number, seq: number): NumberedPoint {
  return {
    seq,
    metric,
    step,
    epoch: step / 100,
    time: step / 10,
    value: valueAt(job.config.seed, metric, step),
  };
}

/** Tells the test, beside the journal, how many points were journaled: it must find all of them. */
function note(points: readonly NumberedPoint[]): void {
  const file = process.env['FAKE_TRAINER_NOTES'];
  if (file) appendNotes(file, points);
}

function checkpoint(
  job: PretrainJob,
  step: number,
  kind: 'periodic' | 'final' | 'stopped',
  pad: number,
): void {
  const path = join(job.directory, checkpointFileName({ kind, step, epoch: step / 100 }));
  writeWhole(`${path}.tmp`, Buffer.concat([Buffer.from(`${step}\n`), Buffer.alloc(pad, step % 251)]));
  renameSync(`${path}.tmp`, path);
  send({
    ...{ type: 'checkpoint', job: job.id, step, epoch: step / 100, final: kind },
    file: { path, kind: 'checkpoint', name: 'checkpoint' },
  });
}

function writeWhole(path: string, content: Uint8Array): void {
  const file = openSync(path, 'w');
  writeSync(file, content);
  fsyncSync(file);
  closeSync(file);
}

function say(job: PretrainJob, text: string): void {
  send({ type: 'log', job: job.id, lines: [{ time: new Date().toISOString(), level: 'info', text }] });
}

function misbehave(how: string, job: PretrainJob): void {
  if (how === 'exit 0') process.exit(0);
  if (how === 'exit 3') process.exit(3);
  if (how === 'throw') throw new RangeError('the loss ran away');
  if (how === 'abort') process.abort();
  if (how === 'kill') process.kill(process.pid, 'SIGKILL');
  if (how === 'terminate') process.kill(process.pid, 'SIGTERM');
  if (how === 'silence') {
    clearInterval(heartbeat);
    spin();
  }
  if (how === 'torn') {
    appendFileSync(join(job.directory, JOURNAL_FILE), '{"seq":99999,"metric":"lo');
    process.kill(process.pid, 'SIGKILL');
  }
  if (how === 'unsent') {
    const points = [pointOf(job, 'unsent', 1, 500_000), pointOf(job, 'unsent', 2, 500_001)];
    appendFileSync(join(job.directory, JOURNAL_FILE), encodeJournal(points));
    process.kill(process.pid, 'SIGKILL');
  }
  if (how === 'bad point') send({ type: 'points', job: job.id, points: [pointOf(job, '', 1, 1_000_000)] });
  if (how === 'failed') {
    const error = {
      code: 'engine',
      message: 'The loss is NaN at step 50.',
      hint: 'Lower the learning rate.',
    } as const;
    send({ type: 'failed', job: job.id, error });
    state.paused = true;
  }
}

function spin(): never {
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
}
