import { readFileSync } from 'node:fs';
import { AppError } from '../../preload/contract/errors.ts';
import { decodeCheckpoint, type CheckpointHeader } from '../engine/checkpoint.ts';
import { compileEncoder, type Encoded } from '../engine/encodingStep.ts';
import type { Engine } from '../engine/engine.ts';
import { probeOf } from '../engine/evaluation.ts';
import { applyLinearProbe, predictedCodes } from '../engine/probes/linear.ts';
import { frozenNetworks } from '../engine/frozenNetworks.ts';
import type { BuiltMethod, HostTensors } from '../engine/method.ts';
import type { PreparedSamples } from '../engine/preparation/prepare.ts';
import type { TargetColumn } from '../engine/trainingData.ts';
import type { FromTrainer, PredictionsHeader, PredictJob, WrittenFile } from '../runs/protocol.ts';
import { openSamples, splitIndices, targetColumn } from './datasetReader.ts';
import type { EngineShelf } from './engineShelf.ts';
import { npyHeader } from './npy.ts';
import { bytesOf, writeWhole } from './writtenFile.ts';

type Predicted = Extract<FromTrainer, { type: 'predicted' }>;

/** Runs encoder and linear probe of a checkpoint over one split and writes what they say. */
export async function predictJob(job: PredictJob, engines: EngineShelf): Promise<Predicted> {
  const { header, tensors } = decodeCheckpoint(readFileSync(job.checkpoint.path));
  const probe = probeOf(tensors);
  if (!probe || !header.probe) throw unfinished();
  const { classes } = header.probe;
  const target = targetColumn(job.dataset, header.probe.target);
  const indices = splitIndices(job.dataset, job.split);
  const engine = await engines.get(job.config.engine);
  const samples = openSamples(job.dataset, { known: header.preparation });
  try {
    const { method, weights } = frozenNetworks(job.config, samples, classes.length, tensors);
    const h = await representations(engine, method, weights, samples, indices);
    const scores = applyLinearProbe(probe, h);
    const about: PredictionsHeader = { n: indices.length, target: target.name, classes, split: job.split };
    const parts = [
      new TextEncoder().encode(`${JSON.stringify({ ...about, indices: true })}\n`),
      bytesOf(indices),
      bytesOf(truthCodes(target, classes, indices)),
      bytesOf(Int16Array.from(predictedCodes(scores, classes.length))),
      bytesOf(scores),
    ];
    return {
      type: 'predicted',
      job: job.id,
      predictions: written(job, 'predictions', `predictions-${job.split}.bin`, parts),
      representations: job.representations
        ? written(job, 'representations', `representations-${job.split}.npy`, [
            npyHeader([h.rows, h.columns]),
            bytesOf(h.data),
          ])
        : null,
    };
  } finally {
    samples.close();
  }
}

async function representations(
  engine: Engine,
  method: BuiltMethod,
  weights: HostTensors,
  samples: PreparedSamples,
  indices: Uint32Array,
): Promise<Encoded['h']> {
  const state = await engine.createState(weights);
  const encoder = await compileEncoder(engine, state, method, weights, samples.shape);
  try {
    const { h } = await encoder.encode(indices.length, (start, end) =>
      samples.read(indices.subarray(start, end)),
    );
    return h;
  } finally {
    await encoder.dispose();
    state.dispose();
  }
}

function written(
  job: PredictJob,
  kind: WrittenFile['kind'],
  name: string,
  parts: readonly Uint8Array[],
): WrittenFile {
  return { path: writeWhole(job.directory, name, parts), kind, name };
}

/** Truth in the probe's own codes: another data set may list the same classes in another order. */
function truthCodes(
  target: TargetColumn,
  classes: NonNullable<CheckpointHeader['probe']>['classes'],
  indices: Uint32Array,
): Int16Array {
  const translation = target.classes.map((name) => classes.indexOf(name));
  return Int16Array.from(indices, (index) => {
    const code = target.codes[index] as number;
    const own = translation[code] ?? -1;
    if (own >= 0) return own;
    throw new AppError({
      code: 'invalidData',
      message: `The data set has the class ${target.classes[code]} of ${target.name}, which the model's probe never saw.`,
      hint: `The probe knows: ${classes.join(', ')}. Choose a data set with these classes.`,
    });
  });
}

function unfinished(): AppError {
  return new AppError({
    code: 'conflict',
    message: 'This checkpoint has no linear probe, because its run has not finished.',
    hint: 'Let the run finish, or stop it: both train the probe.',
  });
}
