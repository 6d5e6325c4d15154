import type { ClassValue, GroupValue, RunConfig } from '../../preload/contract/vocabulary.ts';
import { Rng } from '../core/rng.ts';
import type { Matrix } from '../fairness/representation/matrix.ts';
import type { FrozenEncoder } from './encodingStep.ts';
import type { Engine } from './engine.ts';
import { prefixed } from './layers/names.ts';
import type { HostTensors } from './method.ts';
import { accuracyByClass, accuracyByGroup, accuracyOf } from './probes/accuracy.ts';
import { applyLinearProbe, type LinearProbe, predictedCodes, trainLinearProbe } from './probes/linear.ts';
import { codesOf, type TrainingData } from './trainingData.ts';

/** What the linear probe found on the validation split, and the probe itself as tensors `probe/...`. */
export interface LinearFinding {
  readonly overall: number | null;
  readonly groups: readonly GroupValue[];
  readonly classes: readonly ClassValue[];
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
    (await encoder.encode(indices.length, (start, end) => data.read(indices.subarray(start, end)))).h;
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
  return assessed(probe, await representations(validation), data);
}

/**
 * Assesses the head of a fine-tuned encoder on the validation split; kept as the probe of its checkpoint, it predicts like any other.
 * @param tensors the state of training, the head under `head/`
 */
export async function headEvaluation(
  encoder: FrozenEncoder,
  data: TrainingData,
  tensors: HostTensors,
): Promise<LinearFinding> {
  const { validation } = data.splits;
  const { h } = await encoder.encode(validation.length, (start, end) =>
    data.read(validation.subarray(start, end)),
  );
  return assessed(probeOfHead(tensors, h.columns), h, data);
}

function assessed(probe: LinearProbe, h: Matrix, data: TrainingData): LinearFinding {
  const predicted = predictedCodes(applyLinearProbe(probe, h), data.target.classes.length);
  const truth = codesOf(data.target, data.splits.validation);
  return {
    overall: accuracyOf(predicted, truth),
    groups: accuracyByGroup(predicted, truth, data.validationGroups),
    classes: accuracyByClass(predicted, truth, data.target.classes),
    tensors: probeTensors(probe),
  };
}

/** A head as a probe: h as it is, then perhaps a hidden layer, then class scores. */
function probeOfHead(tensors: HostTensors, dim: number): LinearProbe {
  const part = (name: string): Float32Array => tensors[`head/${name}`]?.data as Float32Array;
  const plain = { mean: new Float32Array(dim), scale: new Float32Array(dim).fill(1) };
  if (tensors['head/linear2/weight'] === undefined)
    return { ...plain, weight: part('linear1/weight'), bias: part('linear1/bias') };
  const hidden = { weight: part('linear1/weight'), bias: part('linear1/bias') };
  return { ...plain, hidden, weight: part('linear2/weight'), bias: part('linear2/bias') };
}

/** A probe as tensors of a checkpoint. */
export function probeTensors(probe: LinearProbe): HostTensors {
  const [dim, classes] = [probe.mean.length, probe.bias.length];
  const { hidden } = probe;
  const width = hidden?.bias.length ?? dim;
  const tensor = (shape: readonly number[], data: Float32Array) =>
    ({ shape, dtype: 'float32', data }) as const;
  return prefixed<HostTensors>(
    {
      mean: tensor([dim], probe.mean),
      scale: tensor([dim], probe.scale),
      ...(hidden
        ? {
            'hidden/weight': tensor([dim, width], hidden.weight),
            'hidden/bias': tensor([width], hidden.bias),
          }
        : {}),
      weight: tensor([width, classes], probe.weight),
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
  const layer = { weight: part('hidden/weight'), bias: part('hidden/bias') };
  const hidden = layer.weight && layer.bias ? { hidden: { weight: layer.weight, bias: layer.bias } } : {};
  return mean && scale && weight && bias ? { mean, scale, weight, bias, ...hidden } : null;
}
