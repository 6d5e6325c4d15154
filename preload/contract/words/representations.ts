import type { Estimated, Tested } from './audits.ts';
import type { SplitRole } from './config.ts';
import type { FeatureSource } from './datasets.ts';
import type { AuditId, DatasetId, Digest, RunId } from './ids.ts';

/** The classifier of a leakage probe. Probes are never saved, exported or applied to rows whose value is unknown. */
export type LeakageProbe = 'logistic' | 'mlp';

/** Rows that stand for a concept: by name, or all whose sensitive feature, label or other column has a value. */
export type AssociationSet =
  { readonly names: readonly string[] } | { readonly column: string; readonly value: string };

/** An association test: is X nearer to A, and Y to B, than the other way round? */
export interface AssociationTest {
  readonly name: string;
  /** Targets. */
  readonly x: AssociationSet;
  readonly y: AssociationSet;
  /** Attributes. */
  readonly a: AssociationSet;
  readonly b: AssociationSet;
  /** `benign`: a control whose association nobody objects to, such as flowers and insects; it should be found. */
  readonly role: 'test' | 'benign';
}

export interface RepresentationOptions {
  readonly features: readonly string[];
  readonly split: SplitRole;
  /** Neighbours of the kNN vote and of the share of the same group. */
  readonly neighbours: number;
  /** Rows that are measured at most, drawn by whole subjects. */
  readonly rows: number;
  /** Rows of each group wherever groups are compared, at most: the same number for all groups. */
  readonly groupRows: number;
  /** Bootstrap draws of whole subjects. */
  readonly draws: number;
  /** Shuffles of group membership. */
  readonly permutations: number;
  /** Draws of equally many rows per group, whose mean is shown. */
  readonly subsamples: number;
  readonly probes: readonly LeakageProbe[];
  readonly associations: readonly AssociationTest[];
  readonly seed: number;
}

export interface RepresentationAuditRow {
  readonly id: AuditId;
  readonly name: string;
  readonly created: string;
  readonly dataset: DatasetId | null;
  readonly datasetName: string;
  readonly runs: readonly RunId[];
  readonly features: readonly string[];
  readonly archived: boolean;
}

/** How groups are told apart in what representations hold; it says nothing about how anybody uses it. */
export interface RepresentationAudit extends RepresentationAuditRow {
  readonly options: RepresentationOptions;
  /** Rows measured, of so many in the split. */
  readonly rows: number;
  readonly rowsInSplit: number;
  readonly subjects: number;
  readonly target: string | null;
  readonly featureSources: Readonly<Record<string, FeatureSource>>;
  readonly models: readonly RepresentedModel[];
  /** Every model against the first, layer by layer; empty for one model. */
  readonly similarities: readonly RepresentationSimilarity[];
  /** Statistics rules applied, in words. */
  readonly rules: readonly string[];
  readonly notes: readonly string[];
  readonly hashes: Readonly<Record<string, Digest>>;
}

export interface RepresentedModel {
  readonly run: RunId | null;
  readonly name: string;
  readonly method: string;
  readonly seed: number | null;
  readonly layers: readonly RepresentedLayer[];
}

/** `effectiveRank uniformity alignment std knnAccuracy`. */
export type HealthMeasure = 'effectiveRank' | 'uniformity' | 'alignment' | 'std' | 'knnAccuracy';

/** Everything measured of one matrix of representations. */
export interface RepresentedLayer {
  /** Such as `representation` (h) or `embedding` (z). */
  readonly layer: string;
  readonly columns: number;
  readonly overall: RepresentedGroup;
  /** Every value of every feature, each feature's groups at equally many rows. */
  readonly groups: readonly RepresentedGroup[];
  readonly distances: readonly GroupDistance[];
  readonly neighbours: readonly NeighbourShare[];
  readonly leakage: readonly Leakage[];
  readonly associations: readonly Association[];
}

export interface RepresentedGroup {
  /** Null for everybody. */
  readonly feature: string | null;
  readonly group: string | null;
  readonly n: number;
  readonly subjects: number;
  /** Rows that each measure was computed on: the same for all groups of the feature; effective rank grows with it. */
  readonly equalRows: number;
  readonly measures: Readonly<Record<HealthMeasure, Estimated>>;
}

/**
 * `centroid`: Euclidean distance of means; `medoid`: Manhattan distance of medoids (Yfantidou et al. 2024); `relativeMedoid`: that over the mean
 * Manhattan distance within the groups; `mmd`: unbiased squared maximum mean discrepancy with a Gaussian kernel.
 */
export type DistanceMeasure = 'centroid' | 'medoid' | 'relativeMedoid' | 'mmd';

/** A distance with its interval and what it is when membership is shuffled. */
export interface TestedDistance extends Estimated, Tested {
  readonly nullRange: readonly [number, number] | null;
}

export interface GroupDistance {
  readonly feature: string;
  readonly group: string;
  /** Null: everybody else whose value is known. */
  readonly other: string | null;
  /** Rows of each side. */
  readonly n: number;
  readonly measures: Readonly<Record<DistanceMeasure, TestedDistance>>;
}

/** How many of the nearest neighbours are of the same group, beside how many would be by chance. */
export interface NeighbourShare extends Estimated, Tested {
  readonly feature: string;
  /** Null for all groups together. */
  readonly group: string | null;
  readonly n: number;
  readonly base: number;
  readonly nullRange: readonly [number, number] | null;
}

/** What a leakage probe was trained on; `shuffled`: the representation, with labels shuffled among subjects. */
export type LeakageInput = 'representation' | 'rawInput' | 'untrained' | 'shuffled' | 'majority';

/** How well a probe tells the groups of a feature apart, on subjects that it was not trained on. */
export interface Leakage {
  readonly feature: string;
  /** Null for the majority baseline. */
  readonly probe: LeakageProbe | null;
  readonly input: LeakageInput;
  /** Class of the target within which groups are told apart; null: among all rows. */
  readonly given: string | null;
  readonly trained: number;
  readonly tested: number;
  readonly balancedAccuracy: Estimated;
  /** One group against the rest, mean over groups. */
  readonly auroc: Estimated;
  /** Balanced accuracy of the representation minus that of this baseline, paired; null for the representation itself. */
  readonly gain: Estimated | null;
}

export interface Association extends Tested {
  readonly name: string;
  readonly role: AssociationTest['role'];
  /** Rows of X, Y, A and B. */
  readonly sizes: readonly [number, number, number, number];
  /** Effect size d in standard deviations of X and Y together (ddof 1). */
  readonly effect: number | null;
  /** True if every partition was counted. */
  readonly exact: boolean;
  readonly partitions: number;
  /** The same test on the untrained encoder; null if there is none. */
  readonly untrained: { readonly effect: number | null; readonly p: number | null } | null;
  /** Why there is no value, or what limits it, such as fewer than 8 rows in a set. */
  readonly reason?: string;
}

/** Linear centred kernel alignment of two matrices over the same rows. */
export interface RepresentationSimilarity {
  /** Index of the models. */
  readonly model: number;
  readonly baseline: number;
  readonly layer: string;
  readonly baselineLayer: string;
  /** Null: everybody, or with a feature the mixed control: as many rows, equally many of each group. */
  readonly feature: string | null;
  readonly group: string | null;
  readonly n: number;
  readonly biased: Estimated;
  /** With the unbiased estimator of HSIC (Song et al. 2012). */
  readonly unbiased: Estimated;
}
