import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** The right to write a workspace, or the reason why this process does not have it. */
export type WriterLock = HeldLock | { readonly held: false; readonly reason: string };

interface HeldLock {
  readonly held: true;
  /** When it was taken, in milliseconds since 1970 by the clock that dates the files of its disk. */
  readonly since: number;
  release(): void;
}

const LOCK_FILE = 'lock.sqlite';
const OWNER_FILE = 'owner.json';

/**
 * Takes the one writer's place. The lock is SQLite's exclusive lock on a database of its own, held as long as the process lives:
 * the operating system drops it with the process, so there are no stale locks. The file beside it only tells who it is.
 */
export function takeWriterLock(path: string, now: () => string): WriterLock {
  let db: Database.Database | null = null;
  try {
    db = new Database(join(path, LOCK_FILE), { timeout: 0 });
    db.pragma('journal_mode = MEMORY');
    db.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    db?.close();
    return { held: false, reason: refusal(path, cause) };
  }
  return hold(db, path, now);
}

function hold(db: Database.Database, path: string, now: () => string): WriterLock {
  try {
    const owner = { pid: process.pid, host: hostname(), started: now() };
    writeFileSync(join(path, OWNER_FILE), `${JSON.stringify(owner)}\n`, { mode: 0o600 });
  } catch {
    // A full disk must not keep the app from starting; the second opener then just does not learn who is first.
  }
  return { held: true, since: timeOfDisk(join(path, LOCK_FILE)), release: () => db.close() };
}

/** Touching a file needs no room and, unlike opening it, leaves its lock alone. */
function timeOfDisk(file: string): number {
  const now = new Date();
  utimesSync(file, now, now);
  return statSync(file).ctimeMs;
}

function refusal(path: string, cause: unknown): string {
  const code = cause instanceof Database.SqliteError ? cause.code : '';
  if (code.startsWith('SQLITE_BUSY')) return `${ownerOf(path)} has it open for writing.`;
  return `its folder ${path} cannot be written (${cause instanceof Error ? cause.message : String(cause)}).`;
}

function ownerOf(path: string): string {
  try {
    const owner = JSON.parse(readFileSync(join(path, OWNER_FILE), 'utf8')) as Record<string, unknown>;
    return `process ${String(owner['pid'])} on ${String(owner['host'])} (since ${String(owner['started'])})`;
  } catch {
    return 'another process';
  }
}
