import type { GroupValue, RunConfig } from '../../preload/contract/vocabulary.ts';
import { Rng } from '../core/rng.ts';
import type { FrozenEncoder } from './encodingStep.ts';
import type { Engine } from './engine.ts';
import { prefixed } from './layers/names.ts';
import type { HostTensors } from './method.ts';
import { accuracyByGroup, accuracyOf } from './probes/accuracy.ts';
import { applyLinearProbe, type LinearProbe, predictedCodes, trainLinearProbe } from './probes/linear.ts';
import { brightness, codesOf, type TrainingData } from './trainingData.ts';

/** What the linear probe found on the validation split, and the probe itself as tensors `probe/...`. */
export interface LinearFinding {
  readonly overall: number | null;
  readonly groups: readonly GroupValue[];
  readonly tensors: HostTensors;
}

/** Trains the linear probe on the probe-train split and assesses it on the validation split. */
export async function linearEvaluation(
  engine: Engine,
  encoder: FrozenEncoder,
  data: TrainingData,
  config: RunConfig,
): Promise<LinearFinding> {
  const representations = async (indices: Uint32Array) =>
    (
      await encoder.encode(indices.length, (start, end) =>
        brightness(data.read(indices.subarray(start, end))),
      )
    ).h;
  const { probeTrain, validation } = data.splits;
  const classes = data.target.classes.length;
  const training = { ...(await representations(probeTrain)), codes: codesOf(data.target, probeTrain) };
  const probe = await trainLinearProbe(
    engine,
    training,
    classes,
    config.evaluate.linear,
    Rng.stream(config.seed, 'linear probe'),
  );
  const predicted = predictedCodes(applyLinearProbe(probe, await representations(validation)), classes);
  const truth = codesOf(data.target, validation);
  return {
    overall: accuracyOf(predicted, truth),
    groups: accuracyByGroup(predicted, truth, data.validationGroups),
    tensors: probeTensors(probe),
  };
}

/** A probe as tensors of a checkpoint. */
export function probeTensors(probe: LinearProbe): HostTensors {
  const [dim, classes] = [probe.mean.length, probe.bias.length];
  const tensor = (shape: readonly number[], data: Float32Array) =>
    ({ shape, dtype: 'float32', data }) as const;
  return prefixed<HostTensors>(
    {
      mean: tensor([dim], probe.mean),
      scale: tensor([dim], probe.scale),
      weight: tensor([dim, classes], probe.weight),
      bias: tensor([classes], probe.bias),
    },
    'probe',
  );
}

/** The probe that a checkpoint carries, or null if it has none. */
export function probeOf(tensors: HostTensors): LinearProbe | null {
  const part = (name: string): Float32Array | null =>
    (tensors[`probe/${name}`]?.data as Float32Array | undefined) ?? null;
  const [mean, scale, weight, bias] = [part('mean'), part('scale'), part('weight'), part('bias')];
  return mean && scale && weight && bias ? { mean, scale, weight, bias } : null;
}
