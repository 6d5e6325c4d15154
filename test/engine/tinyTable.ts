import type { TableColumn } from '../../main/core/datasetFiles.ts';
import { Rng } from '../../main/core/rng.ts';
import { prepareSamples } from '../../main/engine/preparation/prepare.ts';
import type { TrainingData } from '../../main/engine/trainingData.ts';

const COLUMNS: readonly TableColumn[] = [
  { name: 'age', kind: 'number' },
  { name: 'hours', kind: 'number' },
  { name: 'town', kind: 'category', values: ['north', 'south', 'unknown'] },
  { name: 'work', kind: 'category', values: ['desk', 'field', 'shop', 'unknown'] },
];

/** A small table made from a seed: the class moves numbers and the work, the group moves the town; some values are missing. */
export function tinyTable({ count = 96, seed = 1 } = {}): TrainingData {
  const rng = Rng.stream(seed, 'tiny table');
  const rows = new Float32Array(count * COLUMNS.length);
  const [codes, groups] = [new Int16Array(count), new Int16Array(count)];
  for (let row = 0; row < count; row++) {
    const [code, group] = [rng.below(3), rng.below(2)];
    [codes[row], groups[row]] = [code, group];
    const age = rng.uniform() < 0.1 ? NaN : 30 + 10 * code + 3 * rng.normal();
    const work = rng.uniform() < 0.8 ? code : 3;
    const town = rng.uniform() < 0.9 ? group : 1 - group;
    rows.set([age, 40 - 5 * code + rng.normal(), town, work], row * COLUMNS.length);
  }
  const read = (indices: Uint32Array): Float32Array =>
    Float32Array.from(
      { length: indices.length * COLUMNS.length },
      (_, i) => rows[(indices[Math.floor(i / 4)] as number) * 4 + (i % 4)] as number,
    );
  const part = (from: number, to: number): Uint32Array =>
    Uint32Array.from({ length: count * (to - from) }, (_, i) => i + count * from);
  const splits = { pretrain: part(0, 0.5), probeTrain: part(0.5, 0.75), validation: part(0.75, 1) };
  const target = { name: 'place', classes: ['left', 'right', 'both'], codes };
  return {
    ...prepareSamples({ kind: 'table', columns: COLUMNS, read }, splits.pretrain, null),
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
