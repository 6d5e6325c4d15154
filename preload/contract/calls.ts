import { z } from 'zod';
import { asks, changes, type Call } from './call.ts';
import { datasetCalls } from './datasetCalls.ts';
import { policyCalls } from './policyCalls.ts';
import { representationCalls } from './representationCalls.ts';
import type * as v from './vocabulary.ts';

const nothing = z.strictObject({});
const seed = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);
const id = z.string().min(1).max(200);
const ids = z.array(id).min(1).max(1000);
const text = z.string().max(20_000);
/** A value of a column or the name of a metric. */
const value = z.string().max(1000);
const path = z.string().min(1).max(4096);
const role = z.enum(['pretrain', 'probeTrain', 'validation', 'audit']);
const primary = z.strictObject({
  metric: id,
  feature: id,
  group: value.nullable(),
  reference: value.nullable(),
});

const auditOptions = z.strictObject({
  features: z.array(id).min(1).max(20),
  intersections: z.boolean().default(true),
  /** None: the usual ones. */
  metrics: z.array(id).max(60).default([]),
  primary: primary.nullable().default(null),
  split: role.default('audit'),
  threshold: z.number().min(0).max(1).default(0.5),
  positive: value.nullable().default(null),
  draws: z.int().min(200).max(20_000).default(2000),
  seed: z.int().min(0).default(0),
  control: value.nullable().optional(),
  references: z.record(value, value).optional(),
  groupThresholds: z
    .strictObject({ feature: id, values: z.record(value, z.number().min(0).max(1)) })
    .nullable()
    .optional(),
  chosenOn: z
    .strictObject({ threshold: role.nullable().optional(), checkpoint: role.nullable().optional() })
    .optional(),
  baseline: id.optional(),
});

const day = z.iso.date();
const subjects = z.array(value.min(1)).min(1).max(10_000);

const consentRecord = z.strictObject({
  subject: value.min(1),
  basis: value.default(''),
  purposes: z.array(z.string().trim().min(1).max(200)).max(50).default([]),
  source: value.default(''),
  date: day.nullable().default(null),
  expires: day.nullable().default(null),
  withdrawn: day.nullable().default(null),
});

const generalisation = z.record(
  value,
  z.strictObject({
    drop: z.boolean().optional(),
    edges: z.array(z.number()).min(1).max(100).optional(),
    merge: z.record(value.min(1), z.array(value).min(1).max(1000)).optional(),
  }),
);

const privacyQuestion = z.strictObject({
  dataset: id,
  /** What others may know of people. */
  quasi: z.array(value.min(1)).min(1).max(50),
  /** What nobody shall learn of them. */
  sensitive: z.array(value.min(1)).max(50).default([]),
  /** Sensitive columns whose values are in order as they are listed; numbers are in any case. */
  ordered: z.array(value.min(1)).max(50).default([]),
  generalisation: generalisation.default({}),
  wanted: z.int().min(2).max(1000).default(5),
});

const viewChoice = z.strictObject({
  id,
  params: z.record(value, z.unknown()),
  enabled: z.boolean().default(true),
});

/** Every question a window may ask. One entry here, one handler in main/api: forgetting it does not compile. */
export const calls = {
  'workspace.info': asks<v.WorkspaceInfo>()(nothing),
  'catalog.get': asks<v.Catalog>()(nothing),
  'engines.report': asks<readonly v.EngineReport[]>()(z.strictObject({ fresh: z.boolean().default(false) })),

  'files.list': asks<{
    readonly path: string;
    readonly parent: string | null;
    readonly entries: readonly {
      readonly name: string;
      readonly path: string;
      readonly folder: boolean;
      readonly size: number;
    }[];
  }>()(z.strictObject({ path: path.nullable() })),
  /** Opens the system's dialog where there is one; null without one or if nothing was chosen. */
  'files.choose': asks<string | null>()(z.strictObject({ kind: z.enum(['folder', 'file']) })),

  ...datasetCalls,

  /** `search` keeps records whose subject contains it. */
  'consent.get': asks<v.ConsentOverview>()(
    z.strictObject({
      dataset: id,
      search: value.default(''),
      limit: z.int().min(0).max(10_000).default(200),
    }),
  ),
  /** Writes records, each in place of the subject's old one; answers how many subjects are left out from now on. */
  'consent.set': changes<v.ConsentExclusion>()(
    z.strictObject({ dataset: id, records: z.array(consentRecord).min(1).max(10_000) }),
  ),
  /** Reads records from a CSV file: subject, basis, purposes (with ; between them), source, date, expires, withdrawn. */
  'consent.import': changes<v.ConsentImport>()(z.strictObject({ dataset: id, path: path })),
  /** Leaves subjects out of every run from now on, and answers what has used them so far. `date` null: today. */
  'consent.withdraw': changes<v.ConsentImpact>()(
    z.strictObject({ dataset: id, subjects, date: day.nullable().default(null) }),
  ),
  /** The runs, encoders and audits that have used subjects. */
  'consent.affected': asks<v.ConsentImpact>()(z.strictObject({ dataset: id, subjects })),

  /** The key with which subject ids are turned: where it is, and whether it is the workspace's. */
  'privacy.key': asks<v.SubjectKeyState>()(nothing),
  /** Takes this machine's key for the workspace's from now on; what another key has turned stays as it is. */
  'privacy.adoptKey': changes<v.SubjectKeyState>()(nothing),
  /** Turns the subject ids of a data set that was imported before ids were turned. */
  /** The columns by which people may be told apart. */
  'privacy.columns': asks<readonly v.PrivacyColumn[]>()(z.strictObject({ dataset: id })),
  /** k-anonymity, l-diversity and t-closeness, of the data as it is or as a generalisation would leave it. */
  'privacy.assess': asks<v.PrivacyAssessment>()(privacyQuestion),
  /** Makes a generalised copy of a data set; the original stays. Answers the copy. */
  'privacy.generalise': changes<v.DatasetRow>()(
    z.strictObject({
      dataset: id,
      generalisation,
      name: z.string().min(1).max(200).nullable().default(null),
    }),
  ),
  'privacy.rekey': changes<v.RekeyReport>()(z.strictObject({ dataset: id })),

  'views.preview': asks<v.ViewPreview>()(
    z.strictObject({
      dataset: id,
      indices: z.array(z.int().min(0)).min(1).max(32),
      views: z.array(viewChoice).max(30),
      count: z.int().min(1).max(4).default(2),
      seed: z.int().min(0).default(0),
      split: role.default('pretrain'),
    }),
  ),

  /** A complete config with every default for this data set and method. */
  'config.defaults': asks<v.RunConfig>()(z.strictObject({ dataset: id, method: id })),
  /** Checks a config given as YAML or JSON text or as data; throws invalidConfig with the key, value and range. */
  'config.check': asks<{
    readonly config: v.RunConfig;
    readonly hash: v.Digest;
    readonly yaml: string;
    readonly findings: readonly v.Finding[];
  }>()(z.strictObject({ config: z.unknown() })),
  'config.estimate': asks<v.Estimate>()(z.strictObject({ config: z.unknown() })),

  'experiments.list': asks<readonly v.ExperimentRow[]>()(nothing),
  'experiments.create': changes<v.ExperimentRow>()(
    z.strictObject({ name: z.string().min(1).max(200), notes: text.default('') }),
  ),
  'experiments.update': changes<v.ExperimentRow>()(
    z.strictObject({
      id,
      name: z.string().min(1).max(200).optional(),
      notes: text.optional(),
      archived: z.boolean().optional(),
    }),
  ),

  'runs.list': asks<readonly v.RunRow[]>()(
    z.strictObject({ archived: z.boolean().default(false), experiment: id.nullable().default(null) }),
  ),
  'runs.get': asks<v.RunDetail>()(z.strictObject({ id })),
  /** Queues one run per seed (no seeds: the config's own). `experiment` null: one named after the data set. */
  'runs.launch': changes<readonly v.RunId[]>()(
    z.strictObject({
      config: z.unknown(),
      /** Ids of baseline methods that are queued too, for every seed: the same encoder, budget, optimiser and views. */
      baselines: z.array(id).max(10).default([]),
      seeds: z
        .array(
          z
            .int()
            .min(0)
            .max(2 ** 31 - 1),
        )
        .max(100)
        .default([]),
      experiment: id.nullable().default(null),
      name: z.string().max(200).nullable().default(null),
      /** What the runs are for; null: what the data set's card says. */
      purpose: z.string().trim().min(1).max(200).nullable().default(null),
      /** Why they run although consent does not cover that; recorded with them and in their reports. */
      override: z.string().trim().min(3).max(2000).nullable().default(null),
    }),
  ),
  'runs.pause': changes<void>()(z.strictObject({ ids })),
  'runs.resume': changes<void>()(z.strictObject({ ids })),
  /** Ends training now and keeps the work: a checkpoint is written and the probes run on it. */
  'runs.stop': changes<void>()(z.strictObject({ ids })),
  'runs.clone': changes<v.RunId>()(z.strictObject({ id, seed: z.int().min(0).nullable().default(null) })),
  'runs.update': changes<v.RunRow>()(
    z.strictObject({
      id,
      name: z.string().min(1).max(200).optional(),
      tags: z.array(z.string().min(1).max(60)).max(30).optional(),
      notes: text.optional(),
      pinned: z.boolean().optional(),
      colour: z.int().min(0).max(63).optional(),
      experiment: id.optional(),
    }),
  ),
  'runs.archive': changes<void>()(z.strictObject({ ids, archived: z.boolean() })),
  /** Deletes archived runs for good, with artefacts that nothing else uses. */
  'runs.purge': changes<void>()(z.strictObject({ ids })),
  'runs.metrics': asks<readonly string[]>()(z.strictObject({ id })),
  'runs.series': asks<readonly v.Series[]>()(
    z.strictObject({
      runs: z.array(id).min(1).max(200),
      metrics: z.array(value.min(1)).min(1).max(50),
      buckets: z.int().min(1).max(10_000).default(800),
      from: z.number().nullable().default(null),
      to: z.number().nullable().default(null),
    }),
  ),
  'runs.logs': asks<readonly v.LogLine[]>()(
    z.strictObject({ id, after: z.int().min(-1).default(-1), limit: z.int().min(1).max(5000).default(500) }),
  ),
  'runs.compare': asks<v.RunComparison>()(z.strictObject({ ids })),
  'runs.export': asks<v.ExportedFile>()(
    z.strictObject({
      id,
      what: z.enum(['points', 'predictions', 'representations', 'bundle']),
      format: z.enum(['parquet', 'npy', 'csv', 'zip']),
      includeSensitive: z.boolean().default(false),
    }),
  ),
  'runs.import': changes<v.RunId>()(z.strictObject({ path: path })),

  /** Measures a finished run's frozen representation again, as asked. Answers with the job; its result is the evaluation's digest. */
  'evaluations.create': changes<v.JobId>()(
    z.strictObject({
      run: id,
      /** Null: the run's own. */
      k: z.int().min(1).max(1000).nullable().default(null),
      temperature: z.number().min(0.001).max(10).nullable().default(null),
      fractions: z.array(z.number().min(0.001).max(1)).max(10).default([0.01, 0.1]),
      clusters: z.int().min(0).max(1000).default(0),
      recallAt: z.array(z.int().min(1).max(1000)).min(1).max(10).default([1, 5, 10]),
      seed: seed.default(0),
    }),
  ),
  /** Evaluations of a run, newest first. */
  'evaluations.list': asks<readonly v.StoredEvaluation[]>()(z.strictObject({ run: id })),

  /**
   * Queues one run per strategy, share of labels and seed, all starting from a finished run's encoder; what is there already with the same
   * settings is gone on with. No strategies: all that fit the encoder. No seeds: the run's own. `settings` are `key=value`.
   */
  'finetune.launch': changes<{ readonly experiment: v.ExperimentId; readonly runs: readonly v.RunId[] }>()(
    z.strictObject({
      run: id,
      strategies: z.array(id).max(40).default([]),
      fractions: z.array(z.number().min(0.001).max(1)).min(1).max(10).default([1]),
      seeds: z.array(seed).max(100).default([]),
      settings: z.array(z.string().min(3).max(1000)).max(100).default([]),
      purpose: z.string().trim().min(1).max(200).nullable().default(null),
      override: z.string().trim().min(3).max(2000).nullable().default(null),
    }),
  ),
  /** Every fine-tuning of a run so far, by strategy, share of labels and seed. */
  'finetune.table': asks<readonly v.FinetuneRow[]>()(z.strictObject({ run: id })),

  /** Queues one run per level of one setting and seed, all else fixed; what is there already with the same settings is gone on with. */
  'sensitivity.launch': changes<{ readonly experiment: v.ExperimentId; readonly runs: readonly v.RunId[] }>()(
    z.strictObject({
      config: z.unknown(),
      knob: value.min(1),
      levels: z.array(z.number()).min(1).max(50),
      seeds: z.array(seed).min(1).max(100),
      experiment: id.nullable().default(null),
      purpose: z.string().trim().min(1).max(200).nullable().default(null),
      override: z.string().trim().min(3).max(2000).nullable().default(null),
    }),
  ),
  /** Slopes of accuracy over the levels by class and by group, of the runs of an experiment that have ended. */
  'sensitivity.report': asks<v.SensitivityReport>()(
    z.strictObject({ experiment: id, knob: value.min(1), measure: z.enum(['knn', 'linear']).default('knn') }),
  ),

  /** The same as CSV: one row per class or group, and one per measurement below. */
  'sensitivity.export': asks<v.ExportedFile>()(
    z.strictObject({ experiment: id, knob: value.min(1), measure: z.enum(['knn', 'linear']).default('knn') }),
  ),

  'audits.list': asks<readonly v.AuditRow[]>()(z.strictObject({ archived: z.boolean().default(false) })),
  'audits.get': asks<v.Audit>()(z.strictObject({ id })),
  /** `dataset` null: each run's own. Answers with the job; its result is the audit's id. */
  'audits.create': changes<v.JobId>()(
    z.strictObject({
      runs: z.array(id).min(1).max(40),
      dataset: id.nullable().default(null),
      name: z.string().max(200).nullable().default(null),
      options: auditOptions,
    }),
  ),
  /** The columns of a table of predictions, with some of their first values, to say which is which. */
  'audits.columns': asks<readonly v.ColumnGlance[]>()(z.strictObject({ path: path })),
  /** Audits a table of predictions made anywhere. */
  'audits.predictions': changes<v.JobId>()(
    z.strictObject({
      path: path,
      truth: id,
      prediction: id.nullable().default(null),
      score: id.nullable().default(null),
      subject: id.nullable().default(null),
      /** Column of sample weights. */
      weight: id.nullable().default(null),
      /** True where truth and prediction are numbers, not classes. */
      numeric: z.boolean().default(false),
      name: z.string().max(200).nullable().default(null),
      options: auditOptions,
    }),
  ),
  'audits.archive': changes<void>()(z.strictObject({ id, archived: z.boolean() })),
  /** Thresholds by group of one run, chosen on its validation split alone; `dataset` null: its own. */
  'audits.thresholds': changes<v.ThresholdExploration>()(
    z.strictObject({
      run: id,
      dataset: id.nullable().default(null),
      feature: id,
      positive: value.nullable().default(null),
      falsePositive: z.number().min(0).max(1e6).default(1),
      falseNegative: z.number().min(0).max(1e6).default(1),
      /** Rates that lie this close together count as equal. */
      tolerance: z.number().min(0).max(1).default(0.02),
      /** The rate of `fixedSelectionRate`. */
      selectionRate: z.number().min(0).max(1).default(0.5),
    }),
  ),
  /** Whether every stored audit is as it was written. */
  'audits.verify': asks<v.AuditChainReport>()(nothing),

  ...representationCalls,
  ...policyCalls,

  /**
   * `includeSensitive` keeps per-sample rows, subject ids and sensitive columns; the user must have confirmed it. `smallCells` is the least
   * count that is shown, 0 shows all; null: 10, but all of data that was made.
   */
  'reports.export': asks<v.ExportedFile>()(
    z.strictObject({
      audit: id,
      format: id,
      includeSensitive: z.boolean().default(false),
      smallCells: z.int().min(0).max(1000).nullable().default(null),
    }),
  ),
  'reports.notes': asks<v.AuditNotes>()(z.strictObject({ audit: id })),
  /** Keeps what people wrote into the notes of a Markdown report; the report's numbers stay as they were. */
  'reports.importNotes': changes<v.AuditNotes>()(
    z.strictObject({ audit: id, markdown: z.string().max(2_000_000) }),
  ),

  'tour.state': asks<v.TourState>()(nothing),
  /** Runs the built-in experiment, from its import to its audit, also without a window. */
  'tour.start': changes<v.TourState>()(nothing),
  /** Ends it where it is; what was imported and trained so far is kept. */
  'tour.cancel': changes<v.TourState>()(nothing),

  'jobs.list': asks<readonly v.JobRow[]>()(nothing),
  'jobs.get': asks<v.JobRow>()(z.strictObject({ id })),
  'jobs.cancel': changes<void>()(z.strictObject({ id })),

  'settings.get': asks<Readonly<Record<string, unknown>>>()(nothing),
  'settings.set': changes<Readonly<Record<string, unknown>>>()(
    z.strictObject({ values: z.record(z.string().max(100), z.unknown()) }),
  ),
} as const;

export type Calls = typeof calls;
export type CallName = keyof Calls;
/** What the caller passes: defaults may be left out. */
export type CallInput<N extends CallName> = z.input<Calls[N]['args']>;
/** What the handler receives: defaults filled in. */
export type CallArgs<N extends CallName> = z.output<Calls[N]['args']>;
export type CallValue<N extends CallName> = Calls[N] extends Call<z.ZodType, infer Value> ? Value : never;

/** One handler per call; a missing one does not compile. */
export type Handlers = {
  readonly [N in CallName]: (args: CallArgs<N>) => Promise<CallValue<N>> | CallValue<N>;
};
