import { AppError } from '../../preload/contract/errors.ts';
import type { Audit, AuditId, AuditRow, Digest } from '../../preload/contract/vocabulary.ts';
import { digestOf } from '../core/canonical.ts';
import type { WorkspaceDatabase } from './database.ts';
import type { AuditStore } from './store.ts';

interface Row {
  readonly id: AuditId;
  readonly archived: number;
  readonly row: string;
}

interface Link {
  readonly id: AuditId;
  readonly body: string;
  readonly digest: Digest;
  readonly previous: Digest;
  readonly chain: Digest;
}

/** Stands before the first audit. */
const START: Digest = '0'.repeat(64);

/** Stored audits: append-only, each bound to the one before it by a chain of digests. */
export function auditStore(db: WorkspaceDatabase): AuditStore {
  return {
    create: (audit) => db.transaction(() => create(db, audit)),
    list: (archived = false) =>
      db
        .all<Row>(
          'SELECT id, archived, row FROM audits WHERE archived <= ? ORDER BY number DESC',
          archived ? 1 : 0,
        )
        .map(rowOf),
    get: (id) => get(db, id),
    archive: (id, archived) => {
      if (db.run('UPDATE audits SET archived = ? WHERE id = ?', archived ? 1 : 0, id) === 0)
        throw unknown(id);
    },
    firstBroken: () => firstBroken(db),
  };
}

function create(db: WorkspaceDatabase, audit: Audit): AuditRow {
  if (db.get('SELECT 1 FROM audits WHERE id = ?', audit.id))
    throw new AppError({
      code: 'conflict',
      message: `Audit ${audit.id} is stored already and never changes.`,
    });
  const { id, name, created, dataset, datasetName, runs, features, primary } = audit;
  const row: AuditRow = { id, name, created, dataset, datasetName, runs, features, primary, archived: false };
  const body = JSON.stringify({ ...audit, archived: false });
  const digest = digestOf(body);
  const last = db.get<{ chain: Digest }>('SELECT chain FROM audits ORDER BY number DESC LIMIT 1');
  const previous = last?.chain ?? START;
  db.run(
    'INSERT INTO audits (id, row, body, digest, previous, chain) VALUES (?, ?, ?, ?, ?, ?)',
    ...[id, JSON.stringify(row), body, digest, previous, chainOf(previous, digest)],
  );
  for (const artefact of new Set(Object.values(audit.hashes)))
    db.run('INSERT INTO audit_artefacts (digest, audit) VALUES (?, ?)', artefact, id);
  return row;
}

function chainOf(previous: Digest, digest: Digest): Digest {
  return digestOf(previous + digest);
}

function rowOf(row: Row): AuditRow {
  return { ...(JSON.parse(row.row) as AuditRow), archived: row.archived === 1 };
}

function get(db: WorkspaceDatabase, id: AuditId): Audit {
  const row = db.get<{ archived: number; body: string }>(
    'SELECT archived, body FROM audits WHERE id = ?',
    id,
  );
  if (!row) throw unknown(id);
  return { ...(JSON.parse(row.body) as Audit), archived: row.archived === 1 };
}

function firstBroken(db: WorkspaceDatabase): AuditId | null {
  let previous = START;
  for (const link of db.all<Link>('SELECT id, body, digest, previous, chain FROM audits ORDER BY number')) {
    const digest = digestOf(link.body);
    const whole =
      link.digest === digest && link.previous === previous && link.chain === chainOf(previous, digest);
    if (!whole) return link.id;
    previous = link.chain;
  }
  return null;
}

function unknown(id: AuditId): AppError {
  return new AppError({
    code: 'notFound',
    message: `There is no audit ${id} in this workspace.`,
    hint: 'Choose one of the audits that are listed.',
  });
}
