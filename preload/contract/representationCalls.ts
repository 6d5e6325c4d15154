import { z } from 'zod';
import { asks, changes } from './call.ts';
import type * as v from './vocabulary.ts';

const id = z.string().min(1).max(200);
const value = z.string().max(1000);
const path = z.string().min(1).max(4096);

const associationSet = z.union([
  z.strictObject({ names: z.array(value.min(1)).min(1).max(2000) }),
  z.strictObject({ column: id, value }),
]);

const association = z.strictObject({
  name: id,
  x: associationSet,
  y: associationSet,
  a: associationSet,
  b: associationSet,
  role: z.enum(['test', 'benign']).default('test'),
});

const options = z.strictObject({
  features: z.array(id).min(1).max(20),
  split: z.enum(['pretrain', 'probeTrain', 'validation', 'audit']).default('audit'),
  neighbours: z.int().min(1).max(200).default(20),
  rows: z.int().min(20).max(5000).default(1500),
  groupRows: z.int().min(10).max(2000).default(300),
  draws: z.int().min(100).max(5000).default(500),
  permutations: z.int().min(99).max(9999).default(499),
  subsamples: z.int().min(1).max(50).default(5),
  probes: z
    .array(z.enum(['logistic', 'mlp']))
    .max(2)
    .default(['logistic', 'mlp']),
  associations: z.array(association).max(50).default([]),
  seed: z.int().min(0).default(0),
});

/** Questions about audits of representations. */
export const representationCalls = {
  'representations.list': asks<readonly v.RepresentationAuditRow[]>()(
    z.strictObject({ archived: z.boolean().default(false) }),
  ),
  'representations.get': asks<v.RepresentationAudit>()(z.strictObject({ id })),
  /** Audits the frozen encoders of runs. `dataset` null: their own. Answers with the job; its result is the audit's id. */
  'representations.create': changes<v.JobId>()(
    z.strictObject({
      runs: z.array(id).min(1).max(6),
      dataset: id.nullable().default(null),
      name: z.string().max(200).nullable().default(null),
      options,
    }),
  ),
  /** Audits embeddings made anywhere: .npy, CSV or Parquet files with one row per row of the metadata. */
  'representations.embeddings': changes<v.JobId>()(
    z.strictObject({
      models: z
        .array(
          z.strictObject({
            name: id,
            layers: z
              .array(z.strictObject({ layer: id, path }))
              .min(1)
              .max(40),
            /** Of the same encoder without training, layer by layer in the same order. */
            untrained: z.array(path).max(40).default([]),
            /** Two files: the last layer for two views of each row. */
            views: z.array(path).max(2).default([]),
          }),
        )
        .min(1)
        .max(6),
      /** What the encoders see, for the baseline of the leakage probe. */
      rawInput: path.nullable().default(null),
      /** CSV, TSV or Parquet with a header. */
      metadata: path,
      label: id.nullable().default(null),
      subject: id.nullable().default(null),
      /** Column by which association tests name rows. */
      rowName: id.nullable().default(null),
      name: z.string().max(200).nullable().default(null),
      options: options.omit({ split: true }),
    }),
  ),
  'representations.archive': changes<void>()(z.strictObject({ id, archived: z.boolean() })),
  'representations.export': asks<v.ExportedFile>()(
    z.strictObject({
      id,
      format: z.enum(['json', 'html', 'markdown']),
      /** Least count of rows that is shown, 0: all; null: 10, but all of features that were made. */
      smallCells: z.int().min(0).max(1000).nullable().default(null),
    }),
  ),
} as const;
