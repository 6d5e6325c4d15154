import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { toPlainError } from '../../preload/contract/errors.ts';
import type { RunId, RunRow } from '../../preload/contract/vocabulary.ts';
import { parseCheckpointFileName } from './checkpointName.ts';
import { isoNow, type RunServiceHost } from './host.ts';
import { journalOf, replayJournal } from './journal.ts';
import { adoptLeftCheckpoints, endOrphan } from './leftovers.ts';

/** What the start of the app found. */
export interface StartReport {
  /** Runs that were under way when the app last ended; they are crashed now. */
  readonly crashed: readonly RunId[];
  /** What could not be put right, as sentences; it is tried again at the next start. */
  readonly problems: readonly string[];
}

const LIVE = ['starting', 'running', 'paused'] as const;

/**
 * Puts the workspace right after whatever ended the app: trainers that outlived it are ended, journals and checkpoint files taken in, and
 * runs that were under way become crashed. Nothing here keeps the app from starting.
 */
export async function recover(host: RunServiceHost): Promise<StartReport> {
  const { store } = host;
  const live = store.runs.list({ archived: true, statuses: LIVE });
  const others = foldersWithRemains(host).filter((id) => !live.some((row) => row.id === id));
  const problems: string[] = [];
  const attempt = async (work: () => Promise<void> | void): Promise<void> => {
    try {
      await work();
    } catch (cause) {
      problems.push(toPlainError(cause).message);
    }
  };
  for (const id of [...live.map((row) => row.id), ...others]) await attempt(() => takeIn(host, id));
  for (const row of live) await attempt(() => crash(host, row));
  return { crashed: live.map((row) => row.id), problems };
}

async function takeIn(host: RunServiceHost, id: RunId): Promise<void> {
  const { store } = host;
  await endOrphan(store.runs.directory(id));
  await replayJournal(store, id);
  await adoptLeftCheckpoints(store, id, isoNow(host));
}

function crash(host: RunServiceHost, row: RunRow): void {
  const reason = `Pretext ended while this run was ${row.status}: it was killed, or the machine stopped.`;
  const change = { status: 'crashed', reason, ended: isoNow(host) } as const;
  host.announce('run.changed', host.store.runs.change(row.id, change));
}

/** Runs with a journal or checkpoints that an earlier start could not take in, such as on a full disk. */
function foldersWithRemains({ store }: RunServiceHost): readonly RunId[] {
  const folder = join(store.path, 'runs');
  if (!existsSync(folder)) return [];
  const known = new Set(store.runs.list({ archived: true }).map((row) => row.id));
  return readdirSync(folder).filter((id) => known.has(id) && hasRemains(join(folder, id)));
}

function hasRemains(directory: string): boolean {
  return (
    existsSync(journalOf(directory)) || readdirSync(directory).some((file) => parseCheckpointFileName(file))
  );
}
