import type {
  AuditId,
  AuditOptions,
  ComputeCost,
  DatasetId,
  Digest,
  FeatureSource,
  RunId,
} from '../../preload/contract/vocabulary.ts';

/** The rows that models are assessed on, one entry per row in every column. Plain data: it crosses thread borders. */
export interface AuditTable {
  readonly target: string;
  readonly classes: readonly string[];
  /** Class code of each row; 0 for a numeric target. */
  readonly truth: Int16Array;
  /** True number of each row, where the target is a number and has no classes; left out or null otherwise. */
  readonly numbers?: Float64Array | null;
  readonly sensitive: readonly SensitiveColumn[];
  /** Equal codes are one person (or other unit); null: every row is one of its own. */
  readonly subjects: Int32Array | null;
  /** How much each row counts, and the name of the column; left out or null: once. */
  readonly weights?: { readonly name: string; readonly values: Float64Array } | null;
  /** Names of the examples, by which models are paired; null: rows are paired by order. */
  readonly names: readonly string[] | null;
}

/** One sensitive feature of the rows. */
export interface SensitiveColumn {
  readonly name: string;
  readonly source: FeatureSource;
  readonly values: readonly string[];
  readonly codes: Int16Array;
}

/** What one model predicted. */
export interface ModelPredictions {
  readonly run: RunId | null;
  readonly name: string;
  readonly method: string;
  readonly seed: number | null;
  /** Runs of one arm differ in nothing but the seed; left out: an arm of its own. */
  readonly arm?: string;
  /** Example of each prediction; null: those of the table, in its order. */
  readonly names: readonly string[] | null;
  /** The model's classes in order of its codes. */
  readonly classes: readonly string[];
  readonly predicted: Int16Array;
  /** Probability of each class, row-major [n, classes]; null: none. */
  readonly scores: Float32Array | Float64Array | null;
  /** Probability of the audit's positive class alone [n], where those of the others are not known; `scores` is null then. */
  readonly positiveScore?: Float64Array | null;
  /** Predicted number of each row, where the target is a number. */
  readonly numbers?: Float64Array | null;
  /** True if `predicted` stands although there are scores; otherwise score and threshold decide between two classes. */
  readonly decided?: boolean;
}

/** What an audit says of itself besides its numbers. */
export interface AuditFacts {
  readonly id: AuditId;
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly dataset: DatasetId | null;
  readonly datasetName: string;
  readonly primaryDeclared: string | null;
  /** How often the split had been looked at, this audit included. */
  readonly looks: number;
  readonly hashes: Readonly<Record<string, Digest>>;
  readonly costs: readonly { readonly run: RunId; readonly cost: ComputeCost | null }[];
  readonly notes: readonly string[];
}

/** Everything an audit is computed from. */
export interface AssessInput {
  readonly facts: AuditFacts;
  readonly options: AuditOptions;
  readonly table: AuditTable;
  readonly models: readonly ModelPredictions[];
}

/** Told how far an audit is, 0..1, and what it does. */
export type AuditProgress = (fraction: number, detail: string) => void;
