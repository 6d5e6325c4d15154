import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunResults } from '../../../preload/contract/vocabulary.ts';
import { encodeNpy } from '../../../main/audits/exports/npy.ts';
import { encodePredictions } from '../../../main/core/predictions.ts';
import { inlineLauncher, type InlineTrainer } from '../../../main/runs/index.ts';
import {
  checkpointFileName,
  type EvaluateJob,
  type PredictJob,
  type PretrainJob,
  type RepresentJob,
} from '../../../main/runs/protocol.ts';
import type { TrainerLauncher } from '../../../main/runs/protocol.ts';
import { splitIndices, targetColumn } from '../../../main/trainer/datasetReader.ts';

/** What the trainers of a test shall do; changing it changes the next ones. */
export interface Script {
  /** Resolves when pretraining may end. */
  pretrained: (job: PretrainJob) => Promise<'finished' | 'failed' | 'interrupted'>;
  /** What a run comes to; the same for all if left out. */
  results?: (job: PretrainJob) => RunResults;
}

const COST = { samplesSeen: 1, flops: 1, deviceSeconds: 1, energyJoules: null, device: 'none' };
const RESULTS = {
  ...{ knnAccuracy: 0.5, linearAccuracy: 0.6, untrainedKnnAccuracy: 0.1, rawPixelKnnAccuracy: 0.2 },
  ...{ knnByGroup: [], linearByGroup: [], batchNormMode: 'batch', parameters: 10 },
};

/** Trainers without an engine inside this process: they write a checkpoint, and predict the truth but for every fourth sample. */
export function scriptedTrainers(script: Script): TrainerLauncher {
  return inlineLauncher((trainer) => {
    const ticking = setInterval(() => trainer.send({ type: 'heartbeat', time: '' }), 50);
    trainer.onMessage((message) => {
      if (message.type === 'job' && message.job.kind === 'pretrain')
        void pretrain(trainer, script, message.job);
      if (message.type === 'job' && message.job.kind === 'predict') predict(trainer, message.job);
      if (message.type === 'job' && message.job.kind === 'evaluate') evaluated(trainer, message.job);
      if (message.type === 'job' && message.job.kind === 'represent') represent(trainer, message.job);
      if (message.type === 'stop') trainer.exit();
      if (message.type !== 'exit') return;
      clearInterval(ticking);
      trainer.exit();
    });
    trainer.send({ type: 'ready' });
  });
}

function checkpoint(trainer: InlineTrainer, job: PretrainJob, kind: 'periodic' | 'final'): void {
  const name = checkpointFileName({ kind, step: 1, epoch: 1 });
  const path = join(job.directory, name);
  writeFileSync(path, `weights of ${job.id}`);
  const file = { path, kind: 'checkpoint', name } as const;
  trainer.send({
    type: 'checkpoint',
    job: job.id,
    file,
    step: 1,
    epoch: 1,
    final: kind,
  });
}

async function pretrain(trainer: InlineTrainer, script: Script, job: PretrainJob): Promise<void> {
  trainer.send({ type: 'state', job: job.id, state: 'running' });
  const end = await script.pretrained(job);
  if (end === 'interrupted') checkpoint(trainer, job, 'periodic');
  if (end !== 'finished') {
    const error = { code: 'engine', message: 'The loss is not a number.', hint: '' } as const;
    trainer.send({ type: 'failed', job: job.id, error });
    return;
  }
  checkpoint(trainer, job, 'final');
  trainer.send({
    type: 'finished',
    job: job.id,
    stopped: false,
    results: script.results?.(job) ?? RESULTS,
    cost: COST,
  });
}

function predict(trainer: InlineTrainer, job: PredictJob): void {
  const { name, classes, codes } = targetColumn(job.dataset, job.config.target);
  const indices = splitIndices(job.dataset, job.split);
  const truth = Int16Array.from(indices, (index) => codes[index] ?? 0);
  const predicted = truth.map((code, at) => (at % 4 === 0 ? 1 - code : code));
  const columns = { indices, truth, predicted, scores: scoresOf(predicted, classes.length) };
  const path = join(job.directory, 'predictions.bin');
  writeFileSync(
    path,
    encodePredictions({ n: indices.length, target: name, classes, split: job.split }, columns),
  );
  const file = { path, kind: 'predictions', name: 'predictions' } as const;
  trainer.send({ type: 'predicted', job: job.id, predictions: file, representations: null });
}

function evaluated(trainer: InlineTrainer, { id, settings }: EvaluateJob): void {
  trainer.send({ type: 'evaluating', job: id, phase: 'kNN vote', share: 0.5 });
  const finding = {
    ...({ evaluation: 'knn', metric: 'accuracy', target: 'digit', overall: 0.5 } as const),
    ...{ byClass: [], byGroup: [], settings: settings.knn },
  };
  const sizes = { dimension: 8, trainSamples: 10, samples: 5 };
  trainer.send({ type: 'evaluated', job: id, findings: [finding], ...sizes });
}

/** Two columns: the label, and a number that has nothing to do with anything. */
function represent(trainer: InlineTrainer, job: RepresentJob): void {
  const { codes } = targetColumn(job.dataset, job.config.target);
  const indices = splitIndices(job.dataset, job.split);
  const written = (name: string, numberOf: (index: number, column: number) => number): string => {
    const path = join(job.directory, `${name}.npy`);
    const data = Float32Array.from({ length: indices.length * 2 }, (_, at) =>
      numberOf(indices[at >> 1] ?? 0, at % 2),
    );
    writeFileSync(path, encodeNpy([indices.length, 2], data));
    return path;
  };
  const layer = {
    layer: 'representation',
    path: written(
      'h',
      (index, column) => (column === 0 ? (codes[index] ?? 0) : 0) + Math.sin(index + column),
    ),
    untrained: written('untrained', (index, column) => Math.sin(3 * index + column)),
    views: null,
  };
  const rawInput = written('raw', (index, column) => Math.sin(5 * index + column));
  trainer.send({ type: 'represented', job: job.id, layers: [layer], rawInput });
}

function scoresOf(predicted: Int16Array, classes: number): Float32Array {
  const scores = new Float32Array(predicted.length * classes);
  predicted.forEach((code, at) => (scores[at * classes + code] = 1));
  return scores;
}
