import type { AssessInput } from '../../main/audits/table.ts';
import { golden } from '../fairness/golden.ts';
import { facts, options } from './tables.ts';

/** The reference rows as the input of an audit. */
export const goldenInput: AssessInput = {
  facts,
  options: {
    ...options,
    features: ['group'],
    metrics: [
      'selectionRate',
      'truePositiveRate',
      'falsePositiveRate',
      'precision',
      'auroc',
      'brier',
      'expectedCalibrationError',
    ],
  },
  table: {
    target: 'y',
    classes: ['0', '1'],
    truth: Int16Array.from(golden.truth),
    sensitive: [
      {
        name: 'group',
        source: 'synthetic',
        values: ['A', 'B', 'C'],
        codes: Int16Array.from(golden.group, (name) => 'ABC'.indexOf(name)),
      },
    ],
    subjects: null,
    names: null,
  },
  models: [
    {
      run: null,
      name: 'elsewhere',
      method: '',
      seed: null,
      names: null,
      classes: ['0', '1'],
      predicted: Int16Array.from(golden.score, (score) => (score >= 0.5 ? 1 : 0)),
      scores: Float64Array.from(golden.score.flatMap((score) => [1 - score, score])),
    },
  ],
};
