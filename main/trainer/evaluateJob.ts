import { readFileSync } from 'node:fs';
import { decodeCheckpoint } from '../engine/checkpoint.ts';
import { compileEncoder, type FrozenEncoder } from '../engine/encodingStep.ts';
import type { Engine } from '../engine/engine.ts';
import { evaluateRepresentations, type JudgedTarget } from '../engine/evaluateRepresentations.ts';
import { frozenNetworks } from '../engine/frozenNetworks.ts';
import { leased } from '../engine/leasedEngine.ts';
import { codesOf, type TargetColumn, type TrainingData } from '../engine/trainingData.ts';
import type { EvaluateJob, FromTrainer } from '../runs/protocol.ts';
import type { TrainerChannel } from './channel.ts';
import { openTrainingData } from './datasetReader.ts';
import type { EngineShelf } from './engineShelf.ts';

type Evaluated = Extract<FromTrainer, { type: 'evaluated' }>;

/** Measures a checkpoint's frozen representation of the validation split, saying what it is at. */
export async function evaluateJob(
  job: EvaluateJob,
  channel: TrainerChannel,
  engines: EngineShelf,
): Promise<Evaluated> {
  const { config, dataset } = job;
  const { header, tensors } = decodeCheckpoint(readFileSync(job.checkpoint.path));
  const data = openTrainingData(dataset, config.target, config.evaluate.knn.target, {
    known: header.preparation,
  });
  const engine = leased(await engines.get(config.engine));
  const said = (phase: string, share: number): void =>
    channel.post({ type: 'evaluating', job: job.id, phase, share });
  try {
    said('encoding', 0);
    const { method, weights } = frozenNetworks(config, data, data.target.classes.length, tensors);
    const state = await engine.createState(weights);
    const encoder = await compileEncoder(engine, state, method, weights, data.shape);
    const [train, judged] = [
      await encoded(encoder, data, data.splits.probeTrain),
      await encoded(encoder, data, data.splits.validation),
    ];
    const findings = await judgedFindings(engine, job, data, { train, judged }, said);
    return {
      ...{ type: 'evaluated', job: job.id, findings },
      ...{ dimension: judged.columns, trainSamples: train.rows, samples: judged.rows },
    };
  } finally {
    await engine.dispose();
    data.close();
  }
}

type Representations = Awaited<ReturnType<FrozenEncoder['encode']>>['h'];

function judgedFindings(
  engine: Engine,
  { settings }: EvaluateJob,
  data: TrainingData,
  { train, judged }: { readonly train: Representations; readonly judged: Representations },
  said: (phase: string, share: number) => void,
) {
  const target = (column: TargetColumn): JudgedTarget => ({
    name: column.name,
    classes: column.classes,
    train: codesOf(column, data.splits.probeTrain),
    judged: codesOf(column, data.splits.validation),
  });
  const judgedBy = {
    groups: data.validationGroups,
    target: target(data.target),
    knnTarget: target(data.knnTarget),
  };
  return evaluateRepresentations(engine, { train, judged, ...judgedBy }, settings, said);
}

async function encoded(
  encoder: FrozenEncoder,
  data: TrainingData,
  indices: Uint32Array,
): Promise<Representations> {
  return (await encoder.encode(indices.length, (start, end) => data.read(indices.subarray(start, end)))).h;
}
