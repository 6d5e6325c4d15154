import type { RunConfig, RunResults } from '../../../preload/contract/vocabulary.ts';
import { Rng } from '../../../main/core/rng.ts';
import type { Engine } from '../../../main/engine/engine.ts';
import { pretrain } from '../../../main/engine/pretrain.ts';
import { accuracyOf } from '../../../main/engine/probes/accuracy.ts';
import { applyLinearProbe, predictedCodes, trainLinearProbe } from '../../../main/engine/probes/linear.ts';
import { rawInputs } from '../../../main/engine/rawInputs.ts';
import { codesOf, type TrainingData } from '../../../main/engine/trainingData.ts';

const BATCH = 128;

/** What differs between methods besides themselves: MAE takes patches, and transformers are trained with AdamW. */
const OWN: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  mae: {
    encoder: { id: 'vit', params: { patch: 4 } },
    optimizer: { id: 'adamW', params: { learningRate: 5e-4, weightDecay: 0.05 } },
  },
};

/** The config of one run that sees so many samples: whole epochs of as much of the pretrain split as that takes. */
export function configOf(
  method: string,
  seed: number,
  samples: number,
  available: number,
): Readonly<Record<string, unknown>> {
  const epochs = Math.max(1, Math.ceil(samples / available));
  const each = Math.floor(samples / epochs);
  const quiet = Math.max(1, epochs);
  return {
    method: { id: method },
    encoder: 'smallCnn',
    batchSize: Math.min(BATCH, each),
    schedule: { id: 'warmupCosine', params: { warmupEpochs: 0.1 * epochs } },
    ...OWN[method],
    ...{ epochs, maxSamples: each, seed },
    evaluate: { knn: { everyEpochs: 0 } },
    monitor: { everyEpochs: quiet },
    checkpoint: { everyEpochs: quiet },
  };
}

/** Trains to the end; answers what was found and the minutes it took. */
export async function trained(
  engine: Engine,
  config: RunConfig,
  data: TrainingData,
): Promise<{ readonly results: RunResults; readonly minutes: number }> {
  const began = performance.now();
  const host = {
    engine,
    clock: () => performance.now() / 1000,
    energy: () => null,
    peakMemory: () => null,
    wish: () => 'go' as const,
    untilResumed: async () => {},
  };
  const task = { config, data, datasetDigest: 'bench', resumeFrom: null, spent: null };
  for await (const event of pretrain(task, host))
    if (event.type === 'finished')
      return { results: event.results, minutes: (performance.now() - began) / 60_000 };
  throw new Error('The run ended without results.');
}

/** Accuracy of the linear probe on the input itself. */
export async function rawLinear(
  engine: Engine,
  config: RunConfig,
  data: TrainingData,
): Promise<number | null> {
  const rows = (indices: Uint32Array) => {
    const { columns, values } = rawInputs(data, indices);
    return { rows: indices.length, columns, data: values };
  };
  const { probeTrain, validation } = data.splits;
  const classes = data.target.classes.length;
  const labelled = { ...rows(probeTrain), codes: codesOf(data.target, probeTrain) };
  const rng = Rng.stream(config.seed, 'linear probe');
  const probe = await trainLinearProbe(engine, labelled, classes, config.evaluate.linear, rng);
  const predicted = predictedCodes(applyLinearProbe(probe, rows(validation)), classes);
  return accuracyOf(predicted, codesOf(data.target, validation));
}
