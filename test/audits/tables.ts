import { Rng } from '../../main/core/rng.ts';
import type { AssessInput, AuditFacts, AuditTable, ModelPredictions } from '../../main/audits/table.ts';
import type { Audit, AuditOptions, Disparity } from '../../preload/contract/vocabulary.ts';

export const facts: AuditFacts = {
  id: 'audit-1',
  name: 'A test',
  created: '2026-11-22T10:00:00.000Z',
  dataset: 'data-1',
  datasetName: 'made rows',
  primaryDeclared: '2026-11-22T09:00:00.000Z',
  looks: 2,
  hashes: { dataset: 'd'.repeat(64) },
  costs: [],
  notes: [],
};

export const options: AuditOptions = {
  features: ['colour'],
  intersections: true,
  metrics: ['accuracy', 'selectionRate', 'truePositiveRate', 'falsePositiveRate', 'precision'],
  primary: null,
  split: 'audit',
  threshold: 0.5,
  positive: null,
  draws: 400,
  seed: 1,
};

/** What a made table looks like: rates of being right per colour, for every model. */
export interface Made {
  readonly n: number;
  readonly seed: number;
  /** For every model the probability of a right prediction by colour (blue, red). */
  readonly right: readonly (readonly [number, number])[];
  /** Rows per subject. */
  readonly perSubject?: number;
  readonly redShare?: number;
}

/** Rows whose truth is a coin, whose colour is another, and models that are right with a given probability. */
export function made({ n, seed, right, perSubject = 1, redShare = 0.5 }: Made): AssessInput {
  const rng = Rng.stream(seed, 'made');
  const colour = Int16Array.from({ length: n }, () => (rng.uniform() < redShare ? 1 : 0));
  const shape = Int16Array.from({ length: n }, () => rng.below(3));
  const truth = Int16Array.from({ length: n }, () => rng.below(2));
  const models = right.map((rates, at): ModelPredictions => {
    const predicted = truth.map((code, row) =>
      rng.uniform() < (rates[colour[row] ?? 0] ?? 0) ? code : 1 - code,
    );
    const scores = Float64Array.from(
      Array.from(predicted).flatMap((code) => {
        const sure = 0.5 + rng.uniform() / 2;
        return code === 1 ? [1 - sure, sure] : [sure, 1 - sure];
      }),
    );
    return {
      run: `run-${at + 1}`,
      name: `run ${at + 1}`,
      method: at === 0 ? 'simclr' : 'supervised',
      seed: at,
      names: null,
      classes: ['low', 'high'],
      predicted,
      scores,
    };
  });
  const table: AuditTable = {
    target: 'size',
    classes: ['low', 'high'],
    truth,
    sensitive: [
      { name: 'colour', source: 'synthetic', values: ['blue', 'red', 'unknown'], codes: colour },
      { name: 'shape', source: 'annotated', values: ['disc', 'square', 'star', 'unknown'], codes: shape },
    ],
    subjects:
      perSubject === 1 ? null : Int32Array.from({ length: n }, (_, row) => Math.floor(row / perSubject)),
    names: Array.from({ length: n }, (_, row) => `sample ${row}`),
  };
  return { facts, options, table, models };
}

/** The same input with some options changed. */
export function withOptions(input: AssessInput, change: Partial<AuditOptions>): AssessInput {
  return { ...input, options: { ...input.options, ...change } };
}

/** The first disparity of a model with these properties. */
export function disparity(audit: Audit, model: number, wanted: Partial<Disparity>): Disparity | undefined {
  return audit.models[model]?.disparities.find((one) =>
    Object.entries(wanted).every(
      ([key, value]) => JSON.stringify(one[key as keyof Disparity]) === JSON.stringify(value),
    ),
  );
}
