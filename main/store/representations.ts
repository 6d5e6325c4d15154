import { AppError } from '../../preload/contract/errors.ts';
import type {
  AuditId,
  Digest,
  RepresentationAudit,
  RepresentationAuditRow,
  RunId,
} from '../../preload/contract/vocabulary.ts';
import { digestOf } from '../core/canonical.ts';
import { chainOf, START } from './auditChain.ts';
import type { WorkspaceDatabase } from './database.ts';

/** Stored audits of representations: append-only, each bound to the one before it. */
export interface RepresentationStore {
  create(audit: RepresentationAudit): RepresentationAuditRow;
  list(archived?: boolean): readonly RepresentationAuditRow[];
  /** @throws AppError notFound, or invalidData if what is stored was changed */
  get(id: AuditId): RepresentationAudit;
  archive(id: AuditId, archived: boolean): RepresentationAuditRow;
  /** The newest that is not archived and covers all of some runs; null if there is none. */
  newestOf(runs: readonly RunId[]): RepresentationAudit | null;
}

interface Row {
  readonly archived: number;
  readonly row: string;
}

interface Stored extends Row {
  readonly body: string;
  readonly digest: Digest;
  readonly previous: Digest;
  readonly chain: Digest;
}

export function representationStore(db: WorkspaceDatabase): RepresentationStore {
  const list = (archived = false): readonly RepresentationAuditRow[] =>
    db
      .all<Row>(
        'SELECT archived, row FROM representation_audits WHERE archived <= ? ORDER BY number DESC',
        archived ? 1 : 0,
      ) // prettier-ignore
      .map(rowOf);
  return {
    create: (audit) => db.transaction(() => create(db, audit)),
    list,
    get: (id) => get(db, id),
    archive: (id, archived) => {
      if (db.run('UPDATE representation_audits SET archived = ? WHERE id = ?', archived ? 1 : 0, id) === 0)
        throw unknown(id);
      return rowOf(stored(db, id));
    },
    newestOf: (runs) => {
      const found = runs.length === 0 ? undefined : list().find((row) => runs.every((run) => row.runs.includes(run))); // prettier-ignore
      return found ? get(db, found.id) : null;
    },
  };
}

function create(db: WorkspaceDatabase, audit: RepresentationAudit): RepresentationAuditRow {
  const { id, name, created, dataset, datasetName, runs, features } = audit;
  const row = { id, name, created, dataset, datasetName, runs, features, archived: false };
  const body = JSON.stringify({ ...audit, archived: false });
  const digest = digestOf(body);
  const last = db.get<{ chain: Digest }>(
    'SELECT chain FROM representation_audits ORDER BY number DESC LIMIT 1',
  );
  const previous = last?.chain ?? START;
  db.run(
    'INSERT INTO representation_audits (id, row, body, digest, previous, chain) VALUES (?, ?, ?, ?, ?, ?)',
    ...[id, JSON.stringify(row), body, digest, previous, chainOf(previous, digest)],
  );
  // What it was computed from stays as long as it does.
  for (const artefact of new Set(Object.values(audit.hashes)))
    db.run('INSERT INTO audit_artefacts (digest, audit) VALUES (?, ?)', artefact, id);
  return row;
}

function rowOf({ row, archived }: Row): RepresentationAuditRow {
  return { ...(JSON.parse(row) as RepresentationAuditRow), archived: archived === 1 };
}

function stored(db: WorkspaceDatabase, id: AuditId): Stored {
  const row = db.get<Stored>('SELECT archived, row, body, digest, previous, chain FROM representation_audits WHERE id = ?', id); // prettier-ignore
  if (row) return row;
  throw unknown(id);
}

function get(db: WorkspaceDatabase, id: AuditId): RepresentationAudit {
  const { body, digest, previous, chain, archived } = stored(db, id);
  if (digestOf(body) !== digest || chainOf(previous, digest) !== chain)
    throw new AppError({
      code: 'invalidData',
      message: `The stored audit ${id} does not fit its digest: it was changed outside Pretext.`,
      hint: 'Put the workspace back from a backup, or audit again.',
    });
  return { ...(JSON.parse(body) as RepresentationAudit), archived: archived === 1 };
}

function unknown(id: AuditId): AppError {
  return new AppError({
    code: 'notFound',
    message: `There is no audit of representations ${id} in this workspace.`,
    hint: 'Choose one of those that are listed.',
  });
}
