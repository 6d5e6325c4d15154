import type { RepresentationOptions } from '../../../preload/contract/vocabulary.ts';
import type { RepresentationInput } from '../../../main/audits/representation/input.ts';
import { Rng } from '../../../main/core/rng.ts';
import type { Matrix } from '../../../main/fairness/representation/matrix.ts';

/** Few draws: tests look at what is measured, not at how sharply. */
export const options: RepresentationOptions = {
  features: ['sex'],
  split: 'audit',
  neighbours: 10,
  rows: 1500,
  groupRows: 60,
  draws: 100,
  permutations: 99,
  subsamples: 2,
  probes: ['logistic'],
  associations: [],
  seed: 0,
};

const SUBJECTS = 120;

/** 240 rows of 120 people: sex male 60%, female 30%, unknown 10%; the label alternates. */
export function made(change: Partial<RepresentationOptions> = {}): RepresentationInput {
  const subjects = Int32Array.from({ length: 2 * SUBJECTS }, (_, row) => row >> 1);
  const sex = Int16Array.from(subjects, (subject) => (subject % 10 < 6 ? 0 : subject % 10 < 9 ? 1 : 2));
  const label = Int16Array.from(subjects, (_, row) => row % 2);
  return {
    facts: { id: 'a', name: 'made', created: '2026-11-22T00:00:00.000Z', dataset: null, datasetName: 'made', notes: [], hashes: {} }, // prettier-ignore
    options: { ...options, ...change },
    table: {
      target: { name: 'label', classes: ['no', 'yes'], codes: label },
      sensitive: [
        { name: 'sex', source: 'selfReported', values: ['male', 'female', 'unknown'], codes: sex },
        {
          name: 'site',
          source: 'unknown',
          values: ['only', 'unknown'],
          codes: new Int16Array(subjects.length),
        },
      ],
      subjects,
      names: Array.from(subjects, (_, row) => `row${row}`),
    },
    models: [model('apart', matrix(1, { sex, by: 3 }, label), matrix(2, null, label))],
    rawInput: matrix(3, null, label),
  };
}

/** A model with one layer. */
export function model(
  name: string,
  given: Matrix,
  untrained: Matrix | null = null,
): RepresentationInput['models'][number] {
  // prettier-ignore
  const layer = { layer: 'representation', matrix: given, untrained, views: null };
  return { run: name, name, method: 'made', seed: 0, layers: [layer] };
}

/** Normal numbers [240, 6]; the first column is moved by sex, the second by the label. */
export function matrix(
  seed: number,
  moved: { readonly sex: Int16Array; readonly by: number } | null,
  label: Int16Array,
): Matrix {
  // prettier-ignore
  const rng = Rng.stream(seed, 'made');
  const data = Float32Array.from({ length: label.length * 6 }, (_, at) => {
    const [row, column] = [Math.floor(at / 6), at % 6];
    const lift = column === 0 && moved !== null && moved.sex[row] === 1 ? moved.by : 0;
    return rng.normal() + lift + (column === 1 ? 3 * (label[row] ?? 0) : 0);
  });
  return { rows: label.length, columns: 6, data };
}
