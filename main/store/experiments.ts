import { AppError } from '../../preload/contract/errors.ts';
import type { ExperimentId, ExperimentRow } from '../../preload/contract/vocabulary.ts';
import type { WorkspaceDatabase } from './database.ts';
import type { ExperimentStore, StoreHost } from './store.ts';

type Row = Omit<ExperimentRow, 'archived'> & { readonly archived: number };

const SELECT = `SELECT id, name, notes, created, archived,
  (SELECT count(*) FROM runs WHERE runs.experiment = experiments.id) AS runs FROM experiments`;

/** Experiments: named groups of runs. */
export function experimentStore(db: WorkspaceDatabase, host: StoreHost): ExperimentStore {
  const get = (id: ExperimentId): ExperimentRow => {
    const row = db.get<Row>(`${SELECT} WHERE id = ?`, id);
    if (row) return plain(row);
    throw new AppError({
      code: 'notFound',
      message: `There is no experiment ${id} in this workspace.`,
      hint: 'Choose one of the experiments that are listed.',
    });
  };
  return {
    list: () => db.all<Row>(`${SELECT} ORDER BY number DESC`).map(plain),
    get,
    create: ({ name, notes }) => {
      const id = host.newId('experiment');
      db.run(
        `INSERT INTO experiments (id, number, name, notes, created)
          VALUES (?, (SELECT coalesce(max(number), 0) + 1 FROM experiments), ?, ?, ?)`,
        ...[id, name, notes, host.now()],
      );
      return get(id);
    },
    update: (id, change) => {
      db.assertWritable();
      const row = { ...get(id), ...withoutUndefined(change) };
      db.run(
        'UPDATE experiments SET name = ?, notes = ?, archived = ? WHERE id = ?',
        ...[row.name, row.notes, row.archived ? 1 : 0, id],
      );
      return get(id);
    },
  };
}

function plain(row: Row): ExperimentRow {
  return { ...row, archived: row.archived === 1 };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(change: T): Defined<T> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Defined<T>;
}
