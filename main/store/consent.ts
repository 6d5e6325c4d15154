import { AppError } from '../../preload/contract/errors.ts';
import type { ConsentRecord, DatasetId } from '../../preload/contract/vocabulary.ts';
import type { WorkspaceDatabase } from './database.ts';
import type { ConsentSplits, ConsentStore, StoreHost } from './store.ts';

interface Row extends Omit<ConsentRecord, 'purposes'> {
  readonly purposes: string;
}

const COLUMNS = 'subject, basis, purposes, source, date, expires, withdrawn';

/** What the people in data sets agreed to, and the splits that follow from it. */
export function consentStore(db: WorkspaceDatabase, host: StoreHost): ConsentStore {
  const known = (dataset: DatasetId): void => {
    if (db.get('SELECT 1 FROM datasets WHERE id = ?', dataset)) return;
    throw new AppError({
      code: 'notFound',
      message: `There is no data set ${dataset} in this workspace.`,
      hint: 'List them with: pretext dataset list.',
    });
  };
  return {
    list: (dataset) =>
      db.all<Row>(`SELECT ${COLUMNS} FROM consent WHERE dataset = ? ORDER BY subject`, dataset).map(recordOf),
    set: (dataset, records) =>
      db.transaction(() => {
        known(dataset);
        for (const record of records) write(db, dataset, record, host.now());
      }),
    replace: (dataset, records) =>
      db.transaction(() => {
        known(dataset);
        db.run('DELETE FROM consent WHERE dataset = ?', dataset);
        for (const record of records) write(db, dataset, record, host.now());
      }),
    carryOver: (from, to) =>
      void db.run(
        `INSERT OR IGNORE INTO consent (dataset, ${COLUMNS}, changed)
          SELECT ?, ${COLUMNS}, changed FROM consent WHERE dataset = ?`,
        ...[to, from],
      ),
    splits: (dataset) => {
      const row = db.get<{ body: string }>('SELECT body FROM consent_splits WHERE dataset = ?', dataset);
      return row ? (JSON.parse(row.body) as ConsentSplits) : null;
    },
    setSplits: (dataset, splits) =>
      db.transaction(() => {
        known(dataset);
        setSplits(db, dataset, splits);
      }),
  };
}

function write(db: WorkspaceDatabase, dataset: DatasetId, record: ConsentRecord, now: string): void {
  const { subject, basis, purposes, source, date, expires, withdrawn } = record;
  db.run(
    `INSERT INTO consent (dataset, ${COLUMNS}, changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (dataset, subject) DO UPDATE SET basis = excluded.basis, purposes = excluded.purposes, source = excluded.source,
      date = excluded.date, expires = excluded.expires, withdrawn = excluded.withdrawn, changed = excluded.changed`,
    ...[dataset, subject, basis, JSON.stringify(purposes), source, date, expires, withdrawn, now],
  );
}

/** Runs remember the digests of the splits they used, so their artefacts stay as long as the data set. */
function setSplits(db: WorkspaceDatabase, dataset: DatasetId, splits: ConsentSplits | null): void {
  if (splits === null) {
    db.run('DELETE FROM consent_splits WHERE dataset = ?', dataset);
    return;
  }
  db.run(
    'INSERT INTO consent_splits (dataset, body) VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body',
    ...[dataset, JSON.stringify(splits)],
  );
  for (const digest of Object.values(splits.splits))
    db.run('INSERT OR IGNORE INTO dataset_artefacts (digest, dataset) VALUES (?, ?)', digest, dataset);
}

function recordOf(row: Row): ConsentRecord {
  return { ...row, purposes: JSON.parse(row.purposes) as readonly string[] };
}
