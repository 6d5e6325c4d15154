import type { AuditId, DatasetId } from './ids.ts';

/** How a data set's subjects are known: not at all, as their source names them (imported before ids were turned), or by pseudonyms. */
export type SubjectIds =
  | { readonly kind: 'none' }
  | { readonly kind: 'raw' }
  | {
      readonly kind: 'keyed';
      /** Id of the key that made the pseudonyms. */
      readonly key: string;
      /** Whether that key is on this machine, so that people can be named by their ids. */
      readonly usable: boolean;
    };

/** The key with which subject ids are turned; it lies outside the workspace. */
export interface SubjectKeyState {
  /** Where it is looked for. */
  readonly file: string;
  /**
   * `unused`: no subject id was turned yet; `ready`; `missing`: the workspace has one, this machine has none; `other`: this machine has
   * another one; `unreadable`.
   */
  readonly state: 'unused' | 'ready' | 'missing' | 'other' | 'unreadable';
  /** Id of the key in the file; null without one. */
  readonly present: string | null;
  /** Id of the key that the workspace's ids are turned with; null before the first. */
  readonly expected: string | null;
  /** What follows, in a sentence; null where nothing is wrong. */
  readonly problem: string | null;
  /** Data sets whose subject ids are as their source has them. */
  readonly raw: readonly DatasetId[];
  /** Data sets whose ids were turned with a key other than the workspace's. */
  readonly others: readonly DatasetId[];
}

/** What turning the ids of a data set did. */
export interface RekeyReport {
  readonly dataset: DatasetId;
  readonly key: string;
  /** Subjects whose ids were turned. */
  readonly subjects: number;
  /** Records of consent that were turned. */
  readonly records: number;
  /** Audits that name subjects in their notes; they are append-only and stay as they are. */
  readonly audits: readonly AuditId[];
  /** Backups of the workspace that were made before, in which ids are as they were. */
  readonly backups: readonly string[];
}

/** How one column is made coarser. */
export interface ColumnGeneralisation {
  /** Taken out of the data altogether. */
  readonly drop?: boolean | undefined;
  /** Edges of ranges that numbers are put into, ascending. */
  readonly edges?: readonly number[] | undefined;
  /** Values that become one, by its new name. */
  readonly merge?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** How columns are made coarser; those left out stay as they are. */
export type Generalisation = Readonly<Record<string, ColumnGeneralisation>>;

/** A column that may tell people apart, or that nobody shall learn of them. */
export interface PrivacyColumn {
  readonly name: string;
  /** `target`, `sensitive`: a column of classes; `number`, `category`: a column of a table. */
  readonly kind: 'target' | 'sensitive' | 'number' | 'category';
  /** How many values occur. */
  readonly distinct: number;
  /** Values with their rows, at most 50, the most frequent first. */
  readonly values: readonly { readonly value: string; readonly rows: number }[];
  /** Smallest and largest number; null where values are no numbers. */
  readonly range: readonly [number, number] | null;
}

/** How well a sensitive column is hidden among people who look alike. */
export interface SensitiveAssessment {
  readonly column: string;
  /** Whether its values have an order, so that distances count steps between them. */
  readonly ordered: boolean;
  /** Fewest different values in a class (distinct l-diversity); null without rows. */
  readonly distinct: number | null;
  /** The l of entropy l-diversity: exp of the smallest entropy in a class. */
  readonly entropy: number | null;
  /** The t of t-closeness: largest earth mover's distance between a class and all rows, 0 to 1. */
  readonly closeness: number | null;
  /** Rows in classes where all have the same value: whoever is found there is known. */
  readonly homogeneousRows: number;
}

/** What is known of people from columns that others may know of them (quasi-identifiers). */
export interface PrivacyAssessment {
  readonly dataset: DatasetId;
  readonly rows: number;
  readonly subjects: number;
  readonly quasi: readonly string[];
  /** People in the smallest class (k-anonymity): nobody can be told from fewer; null without rows. */
  readonly k: number | null;
  /** The k that was asked for. */
  readonly wanted: number;
  /** Classes of people who look alike. */
  readonly classes: number;
  /** Rows of people who look like nobody else. */
  readonly uniqueRows: number;
  /** Rows in classes of fewer people than were asked for. */
  readonly rowsBelow: number;
  /** How many classes have so many people, smallest first; at most 20 sizes. */
  readonly sizes: readonly { readonly people: number; readonly classes: number }[];
  /** The smallest classes, at most 10. */
  readonly smallest: readonly { readonly group: Readonly<Record<string, string>>; readonly people: number }[];
  readonly sensitive: readonly SensitiveAssessment[];
  /** What generalising does to each column that it concerns. */
  readonly changes: readonly {
    readonly column: string;
    readonly before: number;
    readonly after: readonly string[];
  }[];
}
