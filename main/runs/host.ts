import type { Announce } from '../../preload/contract/events.ts';
import type { DatasetId, RunRow } from '../../preload/contract/vocabulary.ts';
import type { DatasetFiles } from '../core/datasetFiles.ts';
import type { Store } from '../store/index.ts';
import type { TrainerLauncher } from './protocol.ts';
import { TIMING, type RunTiming } from './timing.ts';

/** What the host wants to do when runs come and go. */
export interface RunHooks {
  /** So many trainers train now: the app keeps the machine awake while it is not 0. */
  readonly activeChanged?: (active: number) => void;
  /** A run reached its end, good or bad: the app notifies. */
  readonly ended?: (row: RunRow) => void;
}

/** What the runs need from outside. */
export interface RunServiceHost {
  readonly store: Store;
  readonly launcher: TrainerLauncher;
  /** What a trainer may see of a data set. */
  readonly datasetFilesOf: (id: DatasetId) => DatasetFiles | Promise<DatasetFiles>;
  readonly codeVersion: string;
  /** Versions of the packages that compute, by name. */
  readonly packages: Readonly<Record<string, string>>;
  /** Such as `linux x64`. */
  readonly platform: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly announce: Announce;
  readonly hooks?: RunHooks;
  readonly timing?: Partial<RunTiming>;
}

/** The waiting times that hold for a host. */
export function timingOf(host: Pick<RunServiceHost, 'timing'>): RunTiming {
  return { ...TIMING, ...host.timing };
}

/** Now, as ISO 8601 in UTC. */
export function isoNow(host: Pick<RunServiceHost, 'now'>): string {
  return new Date(host.now()).toISOString();
}
