import { Rng } from '../../main/core/rng.ts';
import { prepareSamples } from '../../main/engine/preparation/prepare.ts';
import type { TrainingData } from '../../main/engine/trainingData.ts';

const CHANNELS = ['forward', 'sideways'];

/** Waves made from a seed: the class is how fast they go, the group how strong they are; some end early, some steps were not measured. */
export function tinySeries({ count = 96, steps = 16, seed = 1 } = {}): TrainingData {
  const rng = Rng.stream(seed, 'tiny series');
  const size = steps * CHANNELS.length;
  const values = new Float32Array(count * size).fill(NaN);
  const [codes, groups] = [new Int16Array(count), new Int16Array(count)];
  for (let sample = 0; sample < count; sample++) {
    const [code, group, phase] = [rng.below(3), rng.below(2), 6 * rng.uniform()];
    [codes[sample], groups[sample]] = [code, group];
    const length = rng.uniform() < 0.3 ? steps - 5 : steps;
    for (let i = 0; i < length * CHANNELS.length; i++) {
      const [step, channel] = [Math.floor(i / CHANNELS.length), i % CHANNELS.length];
      const wave = (1 + group) * Math.sin((0.4 + 0.5 * code) * step + phase + channel);
      if (rng.uniform() > 0.05) values[sample * size + i] = 5 + wave + 0.1 * rng.normal();
    }
  }
  const read = (indices: Uint32Array): Float32Array => {
    const result = new Float32Array(indices.length * size);
    indices.forEach((index, i) => result.set(values.subarray(index * size, (index + 1) * size), i * size));
    return result;
  };
  const part = (from: number, to: number): Uint32Array =>
    Uint32Array.from({ length: count * (to - from) }, (_, i) => i + count * from);
  const splits = { pretrain: part(0, 0.5), probeTrain: part(0.5, 0.75), validation: part(0.75, 1) };
  const target = { name: 'place', classes: ['slow', 'middling', 'fast'], codes };
  return {
    ...prepareSamples({ kind: 'series', steps, channels: CHANNELS, read }, splits.pretrain, null),
    target,
    knnTarget: target,
    splits,
    validationGroups: [
      {
        feature: 'colour',
        values: ['red', 'green', 'unknown'],
        codes: Int16Array.from(splits.validation, (i) => groups[i] ?? 0),
      },
    ],
  };
}
