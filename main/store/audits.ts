import { AppError } from '../../preload/contract/errors.ts';
import type {
  Audit,
  AuditId,
  AuditLink,
  AuditNotes,
  AuditRow,
  Digest,
} from '../../preload/contract/vocabulary.ts';
import { digestOf } from '../core/canonical.ts';
import { chainOf, rowOfAudit, START, verifyChain } from './auditChain.ts';
import type { WorkspaceDatabase } from './database.ts';
import type { AuditStore } from './store.ts';

interface Row {
  readonly id: AuditId;
  readonly archived: number;
  readonly row: string;
}

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
    verify: () => verifyChain(db),
    link: (id) => link(db, id),
    notes: (id) => notes(db, id),
    setNotes: (given) => db.transaction(() => setNotes(db, given)),
  };
}

function create(db: WorkspaceDatabase, audit: Audit): AuditRow {
  if (db.get('SELECT 1 FROM audits WHERE id = ?', audit.id))
    throw new AppError({
      code: 'conflict',
      message: `Audit ${audit.id} is stored already and never changes.`,
    });
  const { id } = audit;
  const row = rowOfAudit(audit);
  const body = JSON.stringify({ ...audit, archived: false });
  const digest = digestOf(body);
  const last = db.get<{ number: number; chain: Digest }>(
    'SELECT number, chain FROM audits ORDER BY number DESC LIMIT 1',
  );
  const [number, previous] = [(last?.number ?? 0) + 1, last?.chain ?? START];
  const chain = chainOf(previous, digest);
  db.run(
    'INSERT INTO audits (number, id, row, body, digest, previous, chain) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ...[number, id, JSON.stringify(row), body, digest, previous, chain],
  );
  db.run('INSERT OR REPLACE INTO audit_head (one, number, chain) VALUES (1, ?, ?)', number, chain);
  for (const artefact of new Set(keptArtefacts(audit)))
    db.run('INSERT INTO audit_artefacts (digest, audit) VALUES (?, ?)', artefact, id);
  return row;
}

/** What an audit keeps from being deleted: all but the weights, which are the run's own and go with it. */
function keptArtefacts({ hashes }: Audit): readonly Digest[] {
  return Object.entries(hashes).flatMap(([name, digest]) => (name.startsWith('checkpoint:') ? [] : [digest]));
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

function link(db: WorkspaceDatabase, id: AuditId): AuditLink {
  const row = db.get<Omit<AuditLink, 'whole'>>(
    'SELECT number, digest, previous, chain FROM audits WHERE id = ?',
    id,
  );
  if (!row) throw unknown(id);
  const broken = verifyChain(db).broken?.audit;
  const first =
    broken === undefined
      ? null
      : (db.get<{ number: number }>('SELECT number FROM audits WHERE id = ?', broken)?.number ?? 0);
  return { ...row, whole: first === null || row.number < first };
}

function notes(db: WorkspaceDatabase, id: AuditId): AuditNotes {
  const row = db.get<{ changed: string; sections: string }>(
    'SELECT changed, sections FROM audit_notes WHERE audit = ?',
    id,
  );
  return row
    ? { audit: id, changed: row.changed, sections: JSON.parse(row.sections) as AuditNotes['sections'] }
    : { audit: id, changed: null, sections: {} };
}

function setNotes(db: WorkspaceDatabase, { audit, changed, sections }: AuditNotes): void {
  if (!db.get('SELECT 1 FROM audits WHERE id = ?', audit)) throw unknown(audit);
  db.run(
    'INSERT OR REPLACE INTO audit_notes (audit, changed, sections) VALUES (?, ?, ?)',
    ...[audit, changed ?? '', JSON.stringify(sections)],
  );
}

function unknown(id: AuditId): AppError {
  return new AppError({
    code: 'notFound',
    message: `There is no audit ${id} in this workspace.`,
    hint: 'Choose one of the audits that are listed.',
  });
}
