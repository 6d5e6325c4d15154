import type { RunConfig } from '../../preload/contract/vocabulary.ts';
import { Rng, type RngState } from '../core/rng.ts';
import type { HostTensors } from './method.ts';
import { pretrainSamples, trainingSetup } from './trainingSetup.ts';
import { codesOf, type TrainingData } from './trainingData.ts';
import { sampleInputs, type TrainingSetup } from './trainingStep.ts';

/** Where a course of batches begins: plain data, so that another thread can start there. */
export interface BatchStart {
  readonly config: RunConfig;
  readonly epoch: number;
  /** Batches of that epoch that were used already. */
  readonly stepInEpoch: number;
  /** State of the random stream of views. */
  readonly views: RngState;
}

/** What one training step is fed besides its scalars. */
export interface Batch {
  readonly inputs: HostTensors;
  /** State of the random stream of views after this batch: a run that is resumed after its step goes on there. */
  readonly views: RngState;
}

/** Hands out the batches of a run in their order. */
export interface BatchSource {
  /** @throws AppError invalidData if samples cannot be read */
  next(): Promise<Batch>;
  close(): Promise<void>;
}

/** All batches from a place to the end of a run. They follow from the config's seed alone, whoever makes them and when. */
export function* batchesFrom(start: BatchStart, data: TrainingData): Generator<Batch, void, void> {
  const { config } = start;
  const setup = trainingSetup({ config, data });
  const samples = pretrainSamples({ config, data });
  const steps = Math.floor(samples.length / config.batchSize);
  const rng = Rng.fromState(start.views);
  for (let epoch = start.epoch; epoch < config.epochs; epoch++) {
    const order = Rng.stream(config.seed, `order/${epoch}`).permutation(samples.length);
    for (let step = epoch === start.epoch ? start.stepInEpoch : 0; step < steps; step++) {
      const places = order.subarray(step * config.batchSize, (step + 1) * config.batchSize);
      const indices = places.map((place) => samples[place] as number);
      const labels = codesOf(data.target, indices);
      const inputs = sampleInputs(
        setup,
        data.read(indices),
        labels,
        rng,
        Int32Array.from(places),
        captionsOf(setup, data, indices),
      );
      yield { inputs, views: rng.state() };
    }
  }
}

/** What is said of the samples of a batch, where the method wants it. */
function captionsOf(
  { method }: TrainingSetup,
  data: TrainingData,
  indices: Uint32Array,
): Float32Array | null {
  return method.usesCaptions ? (data.captions?.(indices) ?? null) : null;
}

/** Makes every batch when it is asked for: the step waits meanwhile. */
export function batchesOnDemand(start: BatchStart, data: TrainingData): BatchSource {
  const batches = batchesFrom(start, data);
  return {
    async next() {
      const { value } = batches.next();
      if (value === undefined) throw new RangeError('The run has no more batches.');
      return value;
    },
    close: async () => {},
  };
}
