import { Rng } from '../../main/core/rng.ts';
import { prepareSamples } from '../../main/engine/preparation/prepare.ts';
import type { TrainingData } from '../../main/engine/trainingData.ts';

const WORDS = [
  ['dull', 'slow', 'bad', 'weak'],
  ['bright', 'quick', 'good', 'strong'],
  ['long', 'short', 'wide', 'thin'],
] as const;
const NAMES = [
  ['anna', 'mary'],
  ['paul', 'john'],
] as const;

/** Short texts made from a seed: the class chooses the words, the group the name in front. */
export function tinyText({ count = 96, seed = 1, length = 12 } = {}): TrainingData {
  const rng = Rng.stream(seed, 'tiny text');
  const [codes, groups] = [new Int16Array(count), new Int16Array(count)];
  const texts = Array.from({ length: count }, (_, sample) => {
    const [code, group] = [rng.below(3), rng.below(2)];
    [codes[sample], groups[sample]] = [code, group];
    const words = Array.from({ length: 2 + rng.below(4) }, () => WORDS[code]?.[rng.below(4)] ?? '');
    return `${NAMES[group]?.[rng.below(2)] ?? ''} is ${words.join(' and ')}`;
  });
  const part = (from: number, to: number): Uint32Array =>
    Uint32Array.from({ length: count * (to - from) }, (_, i) => i + count * from);
  const splits = { pretrain: part(0, 0.5), probeTrain: part(0.5, 0.75), validation: part(0.75, 1) };
  const target = { name: 'place', classes: ['low', 'high', 'size'], codes };
  const read = (indices: Uint32Array): readonly string[] =>
    Array.from(indices, (index) => texts[index] ?? '');
  const settings = { vocabulary: 300, length };
  return {
    ...prepareSamples({ kind: 'text', read }, splits.pretrain, null, settings),
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
