import { z } from 'zod';
import { asks, changes } from './call.ts';
import type * as v from './vocabulary.ts';

const id = z.string().min(1).max(200);
const text = z.string().max(20_000);
const value = z.string().max(1000);
const path = z.string().min(1).max(4096);
const role = z.enum(['pretrain', 'probeTrain', 'validation', 'audit']);
const featureSource = z.enum([
  'selfReported',
  'annotated',
  'inferred',
  'annotatedOrInferred',
  'synthetic',
  'unknown',
]);

const importOptions = z.strictObject({
  name: z.string().min(1).max(200).optional(),
  size: z.int().min(8).max(512).optional(),
  label: z.string().max(200).optional(),
  subject: z.string().max(200).optional(),
  sensitive: z.array(z.string().max(200)).max(50).optional(),
  featureSources: z.record(value, featureSource).optional(),
  pattern: z.string().max(500).optional(),
  manifest: path.optional(),
  columns: z.array(z.string().trim().min(1).max(200)).min(1).max(1000).optional(),
  labels: path.optional(),
  header: z.enum(['first', 'none']).optional(),
  types: z.record(value, z.enum(['number', 'category', 'ignore'])).optional(),
  text: z.string().max(200).optional(),
  layout: z.enum(['files', 'lines']).optional(),
  time: z.string().max(200).optional(),
  steps: z.int().min(2).max(65_536).optional(),
  timestamps: z.enum(['resample', 'rows']).optional(),
  bins: z.record(value, z.array(z.number()).min(1).max(50).readonly()).optional(),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .optional(),
  splits: z
    .strictObject({
      pretrain: z.number().min(0).max(1),
      probeTrain: z.number().min(0).max(1),
      validation: z.number().min(0).max(1),
      audit: z.number().min(0).max(1),
    })
    .optional(),
  transductive: z.boolean().optional(),
  licence: z.string().max(2000).optional(),
  purpose: z.string().max(2000).optional(),
  consentPurposes: z.string().max(2000).optional(),
  correlation: z.number().min(0).max(1).optional(),
  minorityShare: z.number().min(0.01).max(0.99).optional(),
  limit: z.int().min(0).optional(),
});

/** Data sets: import, look, describe, check. */
export const datasetCalls = {
  'datasets.list': asks<readonly v.DatasetRow[]>()(z.strictObject({ archived: z.boolean().default(false) })),
  'datasets.get': asks<v.DatasetDetail>()(z.strictObject({ id })),
  'datasets.preview': asks<v.SourcePreview>()(
    z.strictObject({ path: path, reader: id.nullable().default(null), options: importOptions.default({}) }),
  ),
  /** `path` is a file or folder, or `builtin:coloured-digits`. Answers with the job. */
  'datasets.import': changes<v.JobId>()(
    z.strictObject({ path: path, reader: id.nullable().default(null), options: importOptions.default({}) }),
  ),
  /** Samples in an order that the seed chooses, `count` of them from `offset` on: of a split and, if given, of a group (features and targets). */
  'datasets.samples': asks<v.SampleGrid>()(
    z.strictObject({
      id,
      split: role,
      count: z.int().min(1).max(512),
      offset: z.int().min(0).default(0),
      seed: z.int().min(0).default(0),
      indices: z.array(z.int().min(0)).max(512).nullable().default(null),
      group: z.record(value, value).nullable().default(null),
    }),
  ),
  /** Distributions of columns or of simple facts of samples, parted by a feature or target. */
  'datasets.summary': asks<v.DatasetSummary>()(
    z.strictObject({ id, split: role, by: value.nullable().default(null) }),
  ),
  'datasets.series': asks<v.SeriesSamples>()(
    z.strictObject({ id, split: role, indices: z.array(z.int().min(0)).min(1).max(24) }),
  ),
  'datasets.setCard': changes<v.DatasetDetail>()(z.strictObject({ id, card: z.record(value, text) })),
  /** Looks at what an assessment of fairness needs of the data; the check is dated and kept. Answers with the job, whose result is the data set. */
  'datasets.check': changes<v.JobId>()(
    z.strictObject({
      id,
      reference: z.record(value, z.record(value, z.number().min(0).max(1))).default({}),
    }),
  ),
  /** Checks made so far, newest first. */
  'datasets.checks': asks<readonly v.DatasetCheck[]>()(z.strictObject({ id })),
  /** The newest check as a file; `smallCells` is the least count that is shown, 0 shows all, null: 10, but all of data that was made. */
  'datasets.exportCheck': asks<v.ExportedFile>()(
    z.strictObject({
      id,
      format: z.enum(['json', 'csv', 'markdown']),
      smallCells: z.int().min(0).max(1000).nullable().default(null),
    }),
  ),
  /** The card as Markdown, or as Croissant JSON-LD with the RAI extension. */
  'datasets.exportCard': asks<v.ExportedFile>()(
    z.strictObject({ id, format: z.enum(['markdown', 'croissant']) }),
  ),
  /** Reads a card written in Markdown; entries that it lacks stay as they are. */
  'datasets.importCard': changes<v.DatasetDetail>()(
    z.strictObject({ id, markdown: z.string().min(1).max(300_000) }),
  ),
  'datasets.rename': changes<v.DatasetRow>()(z.strictObject({ id, name: z.string().min(1).max(200) })),
  'datasets.archive': changes<void>()(z.strictObject({ id, archived: z.boolean() })),
} as const;
