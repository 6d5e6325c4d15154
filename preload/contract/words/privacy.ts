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
