import Database from 'better-sqlite3';
import { AppError } from '../../preload/contract/errors.ts';

/** What SQLite takes as an argument here. */
export type Bound = string | number | null | Uint8Array;

type Statement = Database.Statement<unknown[], unknown>;

/**
 * The workspace's database: prepared statements by their text, nested transactions, and SQLite's errors as sentences.
 * Every commit is on the disk before it returns (`synchronous = FULL`): NORMAL survives a killed process just as well, but after a power loss the
 * last commits could be gone while the journal of points that proved them was already deleted.
 */
export class WorkspaceDatabase {
  readonly readOnly: boolean;
  private readonly raw: Database.Database;
  private readonly file: string;
  private readonly readOnlyReason: string | null;
  private readonly statements = new Map<string, Statement>();
  private readonly rollbackListeners: (() => void)[] = [];
  private readonly afterwards: (() => void)[] = [];

  constructor(file: string, readOnlyReason: string | null) {
    this.file = file;
    this.readOnly = readOnlyReason !== null;
    this.readOnlyReason = readOnlyReason;
    this.raw = this.guard(() => open(file, this.readOnly));
  }

  /** @throws AppError readOnly */
  assertWritable(): void {
    if (this.readOnlyReason === null) return;
    throw new AppError({
      code: 'readOnly',
      message: `This workspace is open read-only here: ${this.readOnlyReason}`,
      hint: 'Close the other Pretext and open the workspace again.',
    });
  }

  get<Row>(sql: string, ...values: readonly Bound[]): Row | undefined {
    return this.guard(() => this.prepare(sql).get(...values)) as Row | undefined;
  }

  all<Row>(sql: string, ...values: readonly Bound[]): readonly Row[] {
    return this.guard(() => this.prepare(sql).all(...values)) as readonly Row[];
  }

  /** Changes rows; answers how many. @throws AppError readOnly | diskFull | conflict */
  run(sql: string, ...values: readonly Bound[]): number {
    this.assertWritable();
    return this.guard(() => this.prepare(sql).run(...values)).changes;
  }

  /** Several statements without arguments. */
  execute(sql: string): void {
    this.assertWritable();
    this.guard(() => this.raw.exec(sql));
  }

  /** The schema's version. */
  version(): number {
    return this.guard(() => Number(this.raw.pragma('user_version', { simple: true })));
  }

  /**
   * All of `work` or nothing of it; inside another transaction it is a part of that one. `work` must not be asynchronous: a commit in
   * the middle of it would keep half.
   */
  transaction<T>(work: () => T): T {
    this.assertWritable();
    let result: T;
    try {
      result = this.guard(() => this.raw.transaction(() => refusePromise(work())).immediate());
    } catch (cause) {
      if (!this.raw.inTransaction) this.afterwards.length = 0;
      for (const listener of this.rollbackListeners) listener();
      throw cause;
    }
    if (!this.raw.inTransaction) for (const after of this.afterwards.splice(0)) after();
    return result;
  }

  /** Does `work` once the outermost transaction under way is committed, and not at all if it is rolled back; without one, at once. */
  afterCommit(work: () => void): void {
    if (this.raw.inTransaction) this.afterwards.push(work);
    else work();
  }

  /** Called whenever a transaction was rolled back: whoever keeps rows in memory must forget them. */
  onRollback(listener: () => void): void {
    this.rollbackListeners.push(listener);
  }

  /** Problems that SQLite's integrity check and foreign key check find; empty if none. */
  problems(): readonly string[] {
    const integrity = this.all<{ integrity_check: string }>('PRAGMA integrity_check');
    const keys = this.all<{ table: string; rowid: number }>('PRAGMA foreign_key_check');
    return [
      ...integrity.map((row) => row.integrity_check).filter((text) => text !== 'ok'),
      ...keys.map((row) => `Row ${row.rowid} of ${row.table} refers to nothing.`),
    ];
  }

  /** Gives room that deleted rows left back to the disk, a piece at a time. @returns whether there may be more */
  shrink(): boolean {
    this.assertWritable();
    return this.guard(() => {
      const free = (): number => Number(this.raw.pragma('freelist_count', { simple: true }));
      const before = free();
      if (before > 0) this.raw.pragma(`incremental_vacuum(${PIECE})`);
      const more = free() > 0 && free() < before;
      if (!more) this.raw.pragma('wal_checkpoint(TRUNCATE)');
      return more;
    });
  }

  /** Writes the database anew without the remains of changed and deleted rows, in the log too. */
  rewrite(): void {
    this.assertWritable();
    this.guard(() => {
      this.raw.exec('VACUUM');
      this.raw.pragma('wal_checkpoint(TRUNCATE)');
    });
  }

  close(): void {
    this.statements.clear();
    this.raw.close();
  }

  private prepare(sql: string): Statement {
    const known = this.statements.get(sql);
    if (known) return known;
    const made = this.raw.prepare<unknown[], unknown>(sql);
    this.statements.set(sql, made);
    return made;
  }

  private guard<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw translate(cause, this.file);
    }
  }
}

/** Pages that are given back at once, 8 MiB: some milliseconds. */
const PIECE = 2048;
/** Bytes to which the write-ahead log is cut after a large transaction. */
const LARGEST_LOG = 16 * 1024 * 1024;

function open(file: string, readOnly: boolean): Database.Database {
  const db = new Database(file, { readonly: readOnly, fileMustExist: readOnly, timeout: 5000 });
  try {
    if (!readOnly) {
      // Holds only in a file that is still empty; in any other it would be a write, which a full disk refuses.
      if (db.pragma('page_count', { simple: true }) === 0) db.pragma('auto_vacuum = INCREMENTAL');
      db.pragma('journal_mode = WAL');
      db.pragma(`journal_size_limit = ${LARGEST_LOG}`);
    }
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma('cache_size = -32768');
    // Reading the schema finds a file that is no database, or one whose first pages are damaged.
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return db;
  } catch (cause) {
    db.close();
    throw cause;
  }
}

function refusePromise<T>(value: T): T {
  if (value instanceof Promise) {
    value.catch(() => undefined);
    throw new AppError({
      code: 'internal',
      message: 'A transaction cannot wait for something asynchronous.',
    });
  }
  return value;
}

const FULL = {
  code: 'diskFull',
  message: 'The disk that holds the workspace is full; nothing was changed.',
  hint: 'Free some room, then go on.',
} as const;

const DANGLING = {
  code: 'notFound',
  message: 'What this belongs to (an experiment, a run or a data set) is not in this workspace.',
  hint: 'It may have been deleted meanwhile.',
} as const;

/** SQLite's and the driver's errors as sentences; AppErrors and anything unknown pass. */
function translate(cause: unknown, file: string): unknown {
  if (cause instanceof TypeError && cause.message.includes('not open'))
    return new AppError({ code: 'conflict', message: `The workspace database ${file} is closed.` });
  if (!(cause instanceof Database.SqliteError)) return cause;
  const { code, message } = cause;
  if (code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE') return new AppError(FULL);
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) return corrupt(file, message);
  if (code === 'SQLITE_CONSTRAINT_TRIGGER')
    return new AppError({ code: 'conflict', message: `Refused: ${message}.` });
  if (code === 'SQLITE_CONSTRAINT_FOREIGNKEY') return new AppError(DANGLING);
  if (code.startsWith('SQLITE_CANTOPEN')) return unreadable(file, message);
  if (code.startsWith('SQLITE_BUSY')) return busy(file);
  return cause;
}

function corrupt(file: string, detail: string): AppError {
  return new AppError({
    code: 'invalidData',
    message: `The workspace database ${file} is damaged (${detail}).`,
    hint: 'Copy the workspace folder, then put a file of its folder backups in place of the database.',
  });
}

function unreadable(file: string, detail: string): AppError {
  return new AppError({
    code: 'notFound',
    message: `The workspace database ${file} cannot be opened (${detail}).`,
    hint: 'Check that the folder exists and that you may read it.',
  });
}

function busy(file: string): AppError {
  return new AppError({
    code: 'conflict',
    message: `Another program has locked the workspace database ${file}.`,
    hint: 'Close that program and try again.',
  });
}
