import { AppError } from '../../preload/contract/errors.ts';
import { furtherDigestsOf } from '../core/datasetFiles.ts';
import type {
  AuditLook,
  DatasetCard,
  DatasetCheck,
  DatasetDetail,
  DatasetId,
  DatasetRow,
  Digest,
} from '../../preload/contract/vocabulary.ts';
import { digestOfValue } from '../core/canonical.ts';
import type { DatasetManifest, ImportedDataset } from '../core/datasetFiles.ts';
import type { WorkspaceDatabase } from './database.ts';
import type { DatasetStore, StoreHost } from './store.ts';

interface Row {
  readonly id: DatasetId;
  readonly name: string;
  readonly created: string;
  readonly archived: number;
  readonly card: string;
  readonly body: string;
}

/** What never changes after the import; name and card are columns of their own. */
type Body = Omit<ImportedDataset, 'name' | 'card'>;

const SELECT = 'SELECT id, name, created, archived, card, body FROM datasets';

/** Data sets: one row per import; their columns are artefacts. */
export function datasetStore(db: WorkspaceDatabase, host: StoreHost): DatasetStore {
  const find = (idOrName: string): Row => {
    const row =
      db.get<Row>(`${SELECT} WHERE id = ?`, idOrName) ??
      db.get<Row>(`${SELECT} WHERE name = ? ORDER BY archived, number DESC LIMIT 1`, idOrName);
    if (row) return row;
    throw new AppError({
      code: 'notFound',
      message: `There is no data set ${idOrName} in this workspace.`,
      hint: 'List them with: pretext dataset list.',
    });
  };
  const change = (id: DatasetId, column: 'name' | 'card' | 'archived', value: string | number): Row => {
    db.assertWritable();
    const row = find(id);
    db.run(`UPDATE datasets SET ${column} = ? WHERE id = ?`, value, row.id);
    return find(row.id);
  };
  return {
    create: (dataset) => db.transaction(() => rowOf(find(create(db, host, dataset)))),
    list: (archived = false) =>
      db.all<Row>(`${SELECT} WHERE archived <= ? ORDER BY number DESC`, archived ? 1 : 0).map(rowOf),
    row: (idOrName) => rowOf(find(idOrName)),
    get: (idOrName) => detailOf(db, find(idOrName)),
    manifest: (id): DatasetManifest => bodyOf(find(id)).manifest,
    rekey: (id, change) => rekey(db, find(id), change),
    setCard: (id, card) => detailOf(db, change(id, 'card', JSON.stringify({ ...cardOf(find(id)), ...card }))),
    rename: (id, name) => rowOf(change(id, 'name', name)),
    archive: (id, archived) => void change(id, 'archived', archived ? 1 : 0),
    addCheck: (id, check) =>
      void db.run(
        'INSERT INTO dataset_checks (dataset, created, body) VALUES (?, ?, ?)',
        ...[find(id).id, check.created, JSON.stringify(check)],
      ),
    checks: (id) =>
      db
        .all<{ body: string }>(
          'SELECT body FROM dataset_checks WHERE dataset = ? ORDER BY number DESC',
          find(id).id,
        )
        .map(({ body }) => JSON.parse(body) as DatasetCheck),
    addLook: (id, look) =>
      void db.run('INSERT INTO audit_looks (dataset, body) VALUES (?, ?)', find(id).id, JSON.stringify(look)),
  };
}

/** Answers the id of the new or the equal existing row; an archived equal one comes back. */
function create(db: WorkspaceDatabase, host: StoreHost, dataset: ImportedDataset): DatasetId {
  const { name, card, ...body } = dataset;
  const identity = digestOfValue({
    digest: dataset.digest,
    // The same people under another key are another data set: its names are of that key.
    ...(dataset.manifest.subjects.key === undefined ? {} : { key: dataset.manifest.subjects.key }),
    reader: dataset.reader,
    options: dataset.options,
  });
  const present = db.get<{ id: DatasetId }>('SELECT id FROM datasets WHERE identity = ?', identity);
  if (present) {
    db.run('UPDATE datasets SET archived = 0 WHERE id = ?', present.id);
    return present.id;
  }
  const id = host.newId('dataset');
  db.run(
    `INSERT INTO datasets (id, number, identity, name, created, card, body)
      VALUES (?, (SELECT coalesce(max(number), 0) + 1 FROM datasets), ?, ?, ?, ?, ?)`,
    ...[id, identity, name, host.now(), JSON.stringify(card), JSON.stringify(body)],
  );
  for (const digest of digestsOf(dataset.manifest))
    db.run('INSERT OR IGNORE INTO dataset_artefacts (digest, dataset) VALUES (?, ?)', digest, id);
  return id;
}

function digestsOf(manifest: DatasetManifest): readonly Digest[] {
  return [
    manifest.samples,
    ...manifest.targets.map((target) => target.digest),
    ...manifest.sensitive.map((feature) => feature.digest),
    manifest.subjects.digest,
    ...(manifest.subjects.names === undefined ? [] : [manifest.subjects.names]),
    manifest.names,
    ...furtherDigestsOf(manifest),
    ...Object.values(manifest.splits),
  ];
}

/** Puts turned names in place of others; answers the artefacts that the data set has left. */
function rekey(
  db: WorkspaceDatabase,
  row: Row,
  change: Pick<Body, 'manifest' | 'report'>,
): readonly Digest[] {
  const before = bodyOf(row);
  const left = digestsOf(before.manifest).filter((digest) => !digestsOf(change.manifest).includes(digest));
  return db.transaction(() => {
    db.run('UPDATE datasets SET body = ? WHERE id = ?', JSON.stringify({ ...before, ...change }), row.id);
    for (const digest of left)
      db.run('DELETE FROM dataset_artefacts WHERE digest = ? AND dataset = ?', digest, row.id);
    for (const digest of digestsOf(change.manifest))
      db.run('INSERT OR IGNORE INTO dataset_artefacts (digest, dataset) VALUES (?, ?)', digest, row.id);
    return left;
  });
}

function bodyOf(row: Row): Body {
  return JSON.parse(row.body) as Body;
}

function cardOf(row: Row): DatasetCard {
  return JSON.parse(row.card) as DatasetCard;
}

function rowOf(row: Row): DatasetRow {
  const { id, name, created, archived } = row;
  const {
    reader,
    modality,
    count,
    shape,
    primaryTarget,
    targets,
    sensitive,
    subjects,
    splits,
    digest,
    size,
    report,
    options,
  } = bodyOf(row);
  return {
    ...{
      id,
      name,
      reader,
      modality,
      count,
      shape,
      primaryTarget,
      targets,
      sensitive,
      subjects,
      splits,
      digest,
      size,
    },
    ...(options.transductive === true ? { transductive: true as const } : {}),
    created,
    archived: archived === 1,
    rejected: report.rejected.length + report.moreRejected,
  };
}

function detailOf(db: WorkspaceDatabase, row: Row): DatasetDetail {
  const { source, options, groups, report } = bodyOf(row);
  const looks = db.all<{ body: string }>(
    'SELECT body FROM audit_looks WHERE dataset = ? ORDER BY number',
    row.id,
  );
  const auditLooks = looks.map(({ body }) => JSON.parse(body) as AuditLook);
  return { ...rowOf(row), card: cardOf(row), source, options, groups, report, auditLooks };
}
