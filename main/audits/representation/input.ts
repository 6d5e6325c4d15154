import type {
  DatasetId,
  Digest,
  RepresentationOptions,
  RepresentedModel,
} from '../../../preload/contract/vocabulary.ts';
import type { Matrix } from '../../fairness/representation/matrix.ts';
import type { SensitiveColumn } from '../table.ts';

/** What is known of the rows of all matrices, one entry per row in every column. Plain data: it crosses thread borders. */
export interface RepresentationTable {
  /** The label that kNN tells; null: none. */
  readonly target: {
    readonly name: string;
    readonly classes: readonly string[];
    readonly codes: Int16Array;
  } | null;
  readonly sensitive: readonly SensitiveColumn[];
  /** Equal codes are one person (or other unit). */
  readonly subjects: Int32Array;
  /** Names by which association tests choose rows; null: none. */
  readonly names: readonly string[] | null;
}

/** One matrix of a model, [rows, columns], and what it is compared with. */
export interface LayerInput {
  readonly layer: string;
  readonly matrix: Matrix;
  /** Of the same encoder without training. */
  readonly untrained: Matrix | null;
  /** Of two views of every row. */
  readonly views: readonly [Matrix, Matrix] | null;
}

export interface ModelInput extends Omit<RepresentedModel, 'layers'> {
  readonly layers: readonly LayerInput[];
}

/** Everything an audit of representations is computed from. */
export interface RepresentationInput {
  readonly facts: RepresentationFacts;
  readonly options: RepresentationOptions;
  readonly table: RepresentationTable;
  readonly models: readonly ModelInput[];
  /** What the encoders see, for the baseline of the leakage probe. */
  readonly rawInput: Matrix | null;
}

/** What the audit is called and where it comes from. */
export interface RepresentationFacts {
  readonly id: string;
  readonly name: string;
  readonly created: string;
  readonly dataset: DatasetId | null;
  readonly datasetName: string;
  readonly notes: readonly string[];
  readonly hashes: Readonly<Record<string, Digest>>;
}
