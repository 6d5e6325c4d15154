import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../preload/contract/errors.ts';
import type { WorkspaceDatabase } from './database.ts';
import * as registry from './migrations/index.ts';

/** SQL that brings a workspace from version i to version i + 1, in order. */
export const MIGRATIONS: readonly string[] = Object.entries(registry)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([, sql]) => sql);

/** What migrating needs to know of the workspace. */
export interface MigrationPlan {
  readonly db: WorkspaceDatabase;
  /** Folder of the workspace; backups go into its folder `backups`. */
  readonly path: string;
  readonly migrations: readonly string[];
  readonly now: () => string;
}

/**
 * Brings the workspace to the newest version, one transaction per version; a workspace that holds data is backed up before.
 * @returns the version it now has
 * @throws AppError conflict if the workspace is newer than this app, or older and opened read-only
 */
export function migrate(plan: MigrationPlan): number {
  const { db, migrations } = plan;
  const version = db.version();
  if (version > migrations.length) throw newer(plan.path, version, migrations.length);
  if (version === migrations.length) return version;
  if (db.readOnly) throw older(plan.path);
  if (version > 0) backUp(plan, version);
  migrations.slice(version).forEach((sql, index) => {
    db.transaction(() => {
      db.execute(sql);
      db.execute(`PRAGMA user_version = ${version + index + 1}`);
    });
  });
  return migrations.length;
}

/** Ends the name of a backup that is still being made; a killed one leaves it. */
const HALF = '.half';

/** A whole copy beside the workspace, made by SQLite itself so that it is consistent; it has its name only when it is on the disk. */
function backUp(plan: MigrationPlan, version: number): void {
  const folder = join(plan.path, 'backups');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stamp = plan.now().replaceAll(/[:.]/g, '-');
  let file = join(folder, `workspace-v${version}-${stamp}.sqlite`);
  for (let copy = 2; existsSync(file); copy++)
    file = join(folder, `workspace-v${version}-${stamp}-${copy}.sqlite`);
  for (const left of readdirSync(folder).filter((name) => name.endsWith(HALF))) rmSync(join(folder, left));
  const half = `${file}${HALF}`;
  try {
    plan.db.run('VACUUM INTO ?', half);
    sync(half);
    renameSync(half, file);
  } catch (cause) {
    rmSync(half, { force: true });
    throw cause;
  }
}

/** SQLite does not wait for the disk when it makes a copy. */
function sync(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function newer(path: string, version: number, known: number): AppError {
  return new AppError({
    code: 'conflict',
    message: `The workspace ${path} has version ${version}, but this Pretext knows versions up to ${known}.`,
    hint: 'Open it with the newer Pretext that made it, or choose another workspace.',
  });
}

function older(path: string): AppError {
  return new AppError({
    code: 'conflict',
    message: `The workspace ${path} was made by an older Pretext and cannot be brought up to date read-only.`,
    hint: 'Close the other Pretext that uses it and open it again.',
  });
}
