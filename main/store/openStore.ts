import { chmodSync, existsSync, mkdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '../../preload/contract/errors.ts';
import type { Digest } from '../../preload/contract/vocabulary.ts';
import { artefactFolder } from './artefacts.ts';
import { auditStore } from './audits.ts';
import { consentStore } from './consent.ts';
import { policyStore } from './policies.ts';
import { representationStore } from './representations.ts';
import { WorkspaceDatabase } from './database.ts';
import { datasetStore } from './datasets.ts';
import { systemFreeBytes } from './diskRoom.ts';
import { experimentStore } from './experiments.ts';
import { takeWriterLock, type WriterLock } from './lock.ts';
import { logStore } from './logs.ts';
import { migrate, MIGRATIONS } from './migrate.ts';
import { networkFileSystem } from './networkMount.ts';
import { pointStore } from './points/pointStore.ts';
import { forgetImports } from './forget.ts';
import { Arrivals, purgeUnreferenced } from './references.ts';
import { runStore } from './runs.ts';
import { settingsStore } from './settings.ts';
import type { OpenOptions, Store, StoreHost } from './store.ts';
import { sweep } from './sweep.ts';

/** Name of the database inside a workspace. */
export const DATABASE_FILE = 'workspace.sqlite';

/**
 * Opens a workspace, making it if the folder is empty or missing. The first process may write; every further one reads.
 * @throws AppError conflict (on a network file system, newer than this app), invalidData (damaged), notFound (read-only and not there)
 */
export function openStore(path: string, host: StoreHost, options: OpenOptions = {}): Store {
  const folder = resolve(path);
  if (!options.readOnly) makeFolder(folder);
  refuseNetwork(folder, options.mounts ?? systemMounts);
  const lock: WriterLock = options.readOnly
    ? { held: false, reason: 'it was opened for reading only.' }
    : takeWriterLock(folder, host.now);
  try {
    return assemble(folder, host, lock, options);
  } catch (cause) {
    if (lock.held) lock.release();
    throw cause;
  }
}

function assemble(path: string, host: StoreHost, lock: WriterLock, options: OpenOptions): Store {
  const freeBytes = options.freeBytes ?? systemFreeBytes;
  const readOnlyReason = lock.held ? null : lock.reason;
  const db = openDatabase(path, readOnlyReason);
  try {
    const migrations = options.migrations ?? MIGRATIONS;
    const schemaVersion = migrate({ db, path, migrations, now: host.now });
    if (lock.held) sweep(db, path, lock.since);
    const arrivals = new Arrivals();
    const artefactHost = {
      freeBytes,
      assertWritable: () => db.assertWritable(),
      onArrival: (digest: Digest) => arrivals.arrive(digest),
    };
    const stores = {
      artefacts: artefactFolder(path, artefactHost),
      experiments: experimentStore(db, host),
      runs: runStore(db, host, path, arrivals),
      points: pointStore(db, path, freeBytes),
      logs: logStore(db),
      datasets: datasetStore(db, host),
      audits: auditStore(db),
      representations: representationStore(db),
      policies: policyStore(db, host),
      consent: consentStore(db, host),
      settings: settingsStore(db),
    };
    return {
      ...{ path, readOnly: !lock.held, readOnlyReason, schemaVersion, ...stores },
      transaction: (work) => db.transaction(work),
      forget: (artefacts) => {
        purgeUnreferenced(db, path, artefacts, arrivals);
        return forgetImports(db, path);
      },
      check: () => db.problems(),
      usage: async () => ({ sizeBytes: await folderSize(path), freeBytes: freeBytes(path) }),
      close: () => {
        try {
          db.close();
        } finally {
          if (lock.held) lock.release();
        }
      },
    };
  } catch (cause) {
    db.close();
    throw cause;
  }
}

function openDatabase(path: string, readOnlyReason: string | null): WorkspaceDatabase {
  const file = join(path, DATABASE_FILE);
  if (readOnlyReason !== null && !existsSync(file))
    throw new AppError({
      code: 'notFound',
      message: `There is no workspace in ${path}, and none can be made there: ${readOnlyReason}`,
      hint: 'Choose another folder.',
    });
  return new WorkspaceDatabase(file, readOnlyReason);
}

/** Only its owner may look into a workspace: it may hold pictures of people. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o700);
  } catch (cause) {
    if (existsSync(path) && statSync(path).isDirectory()) return;
    throw new AppError({
      code: 'usage',
      message: `The workspace folder ${path} cannot be made (${cause instanceof Error ? cause.message : String(cause)}).`,
      hint: 'Choose a folder that you may write.',
    });
  }
}

function systemMounts(): string {
  return process.platform === 'linux' ? readFileSync('/proc/mounts', 'utf8') : '';
}

function refuseNetwork(path: string, mounts: () => string): void {
  if (!existsSync(path)) return;
  const type = networkFileSystem(mounts(), realpathSync(path));
  if (type === null) return;
  throw new AppError({
    code: 'conflict',
    message: `The workspace ${path} is on a network file system (${type}), where SQLite's write-ahead log is not safe.`,
    hint: 'Put the workspace on a disk of this machine; run bundles can be exported to the network folder.',
  });
}

async function folderSize(path: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(path, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    // A file may vanish between listing and looking.
    bytes += (await stat(join(entry.parentPath, entry.name)).catch(() => null))?.size ?? 0;
  }
  return bytes;
}
