import type { CallValue } from '../../preload/contract/calls.ts';
import type { Announce } from '../../preload/contract/events.ts';
import type { Catalog, DatasetId, WorkspaceInfo } from '../../preload/contract/vocabulary.ts';
import type { StoredDataset } from '../data/stored.ts';
import type { RunService } from '../runs/index.ts';
import type { Store } from '../store/index.ts';
import type { Jobs } from './jobs.ts';
import type { KeyRing } from './privacy/keyRing.ts';

/** What only the surroundings know: Electron or a browser, the disk, the machine. */
export interface ApiHost {
  readonly kind: WorkspaceInfo['host'];
  readonly appVersion: string;
  readonly cores: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: (prefix: string) => string;
  /** Entries of a folder; null is the user's own. @throws AppError notFound */
  readonly listFolder: (path: string | null) => Promise<CallValue<'files.list'>>;
  /** Opens the system's dialog; null without one or if nothing was chosen. */
  readonly choosePath: (kind: 'folder' | 'file') => Promise<string | null>;
  /** Prints an HTML page as PDF; null where nothing is there that can. */
  readonly printPdf: ((html: Uint8Array) => Promise<Uint8Array>) | null;
  /** Digest of the code that runs: what audits are computed with. */
  readonly codeDigest: () => string;
  /** Where the key for subject ids is looked for; absolute, outside the workspace. */
  readonly subjectKeyFile: string;
  /** Scripts of the worker threads; undefined: beside their rooms' sources. */
  readonly workers: { readonly data?: URL | undefined; readonly audits?: URL | undefined };
}

/** What every handler works with. */
export interface ApiContext {
  readonly store: Store;
  readonly runs: RunService;
  readonly jobs: Jobs;
  readonly catalog: Catalog;
  readonly announce: Announce;
  readonly host: ApiHost;
  readonly keys: KeyRing;
  /** A stored data set with the place of its bytes. @throws AppError notFound */
  readonly storedDataset: (id: DatasetId) => StoredDataset;
}

/** Now, as ISO 8601 in UTC. */
export function isoNow(host: Pick<ApiHost, 'now'>): string {
  return new Date(host.now()).toISOString();
}
