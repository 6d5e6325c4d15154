import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../preload/contract/errors.ts';
import type { ArtefactRow, CheckpointRow, Digest, RunId, RunRow } from '../../preload/contract/vocabulary.ts';
import type { Bound, WorkspaceDatabase } from './database.ts';
import { twoWordName } from './names.ts';
import { purgeUnreferenced, type Arrivals } from './references.ts';
import { runRowOf, SELECT_RUNS, storedRunOf, type RunRecord } from './runRow.ts';
import type { NewRun, RunChange, RunStore, StoreHost } from './store.ts';

/** Colours of the series palette, given to runs in turn. */
const PALETTE = 8;

/** Runs: one row each, with what belongs to it. */
export function runStore(
  db: WorkspaceDatabase,
  host: StoreHost,
  workspace: string,
  arrivals: Arrivals,
): RunStore {
  const row = (id: RunId): RunRow => {
    const record = db.get<RunRecord>(`${SELECT_RUNS} WHERE runs.id = ?`, id);
    if (record) return runRowOf(record);
    throw new AppError({
      code: 'notFound',
      message: `There is no run ${id} in this workspace.`,
      hint: 'List runs with: pretext runs list.',
    });
  };
  return {
    create: (run) => db.transaction(() => row(create(db, host, run))),
    list: (filter = {}) => list(db, filter),
    row,
    get: (id) => storedRunOf(db, row(id)),
    change: (id, change) =>
      db.transaction(() => {
        row(id);
        apply(db, id, change);
        return row(id);
      }),
    queue: () =>
      db
        .all<{ id: RunId }>("SELECT id FROM runs WHERE status = 'queued' ORDER BY queued, number")
        .map(({ id }) => id),
    addCheckpoint: (id, checkpoint, keep) => {
      const dropped = db.transaction(() => addCheckpoint(db, row(id).id, checkpoint, keep));
      arrivals.settle(checkpoint.digest);
      purgeUnreferenced(db, workspace, dropped, arrivals);
    },
    addArtefact: (id, artefact) => {
      const replaced = db.transaction(() => addArtefact(db, row(id).id, artefact));
      arrivals.settle(artefact.digest);
      purgeUnreferenced(db, workspace, replaced, arrivals);
    },
    purge: async (ids) => purge(db, workspace, ids.map(row), arrivals),
    directory: (id) => {
      const folder = join(workspace, 'runs', id);
      if (!db.readOnly) mkdirSync(folder, { recursive: true, mode: 0o700 });
      return folder;
    },
  };
}

function create(db: WorkspaceDatabase, host: StoreHost, run: NewRun): RunId {
  const id = host.newId('run');
  const { config } = run;
  const last = db.get<{ number: number; colour: number }>(
    'SELECT number, colour FROM runs ORDER BY number DESC LIMIT 1',
  );
  const number = (last?.number ?? 0) + 1;
  db.run(
    `INSERT INTO runs (id, number, experiment, name, status, method, encoder, dataset, seed, config_hash, created, queued, colour,
      config, provenance) VALUES (?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[id, number, run.experiment, run.name || freeName(db, id), config.method.id, config.encoder.id],
    ...[config.dataset, config.seed, run.configHash, host.now(), nextInQueue(db)],
    ...[((last?.colour ?? -1) + 1) % PALETTE, JSON.stringify(config), JSON.stringify(run.provenance)],
  );
  return id;
}

function freeName(db: WorkspaceDatabase, id: RunId): string {
  const name = twoWordName(id);
  let free = name;
  for (let n = 2; db.get('SELECT 1 FROM runs WHERE name = ?', free); n++) free = `${name}-${n}`;
  return free;
}

function nextInQueue(db: WorkspaceDatabase): number {
  return db.get<{ next: number }>('SELECT coalesce(max(queued), 0) + 1 AS next FROM runs')?.next ?? 1;
}

function firstInQueue(db: WorkspaceDatabase): number {
  return db.get<{ first: number }>('SELECT coalesce(min(queued), 0) - 1 AS first FROM runs')?.first ?? 0;
}

function list(
  db: WorkspaceDatabase,
  filter: NonNullable<Parameters<RunStore['list']>[0]>,
): readonly RunRow[] {
  const { archived = false, experiment = null, statuses } = filter;
  const records = db.all<RunRecord>(
    `${SELECT_RUNS} WHERE runs.archived <= ? AND (? IS NULL OR experiment = ?)
      AND (? IS NULL OR status IN (SELECT value FROM json_each(?))) ORDER BY runs.number DESC`,
    ...[archived ? 1 : 0, experiment, experiment],
    ...[statuses ? '' : null, JSON.stringify(statuses ?? [])],
  );
  return records.map(runRowOf);
}

const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
const plain = (value: Bound): Bound => value;
const flag = (value: boolean): Bound => (value ? 1 : 0);

/** How each field of a change becomes its column. */
const COLUMNS: { readonly [K in Exclude<keyof RunChange, 'alarm' | 'first'>]-?: (value: Exclude<RunChange[K], undefined>) => Bound } = {
  status: plain, reason: plain, started: plain, ended: plain, progress: json, cost: json, results: json, provenance: json,
  name: plain, tags: json, notes: plain, pinned: flag, colour: plain, archived: flag, experiment: plain,
}; // prettier-ignore

function apply(db: WorkspaceDatabase, id: RunId, change: RunChange): void {
  const { alarm, first, ...fields } = change;
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const toColumn = COLUMNS[key as keyof typeof COLUMNS] as (value: unknown) => Bound;
    db.run(`UPDATE runs SET ${key} = ? WHERE id = ?`, toColumn(value), id);
  }
  if (change.status === 'queued')
    db.run('UPDATE runs SET queued = ? WHERE id = ?', first ? firstInQueue(db) : nextInQueue(db), id);
  if (alarm)
    db.run(
      "UPDATE runs SET alarms = json_insert(alarms, '$[#]', json(?)) WHERE id = ?",
      JSON.stringify(alarm),
      id,
    );
}

/** Answers the digest of the artefact of that kind and name that is replaced. */
function addArtefact(db: WorkspaceDatabase, run: RunId, artefact: ArtefactRow): readonly Digest[] {
  const { kind, name, digest, size, created } = artefact;
  const replaced = db.all<{ digest: Digest }>(
    'SELECT digest FROM run_artefacts WHERE run = ? AND kind = ? AND name = ?',
    ...[run, kind, name],
  );
  db.run(
    'INSERT OR REPLACE INTO run_artefacts (run, kind, name, digest, size, created) VALUES (?, ?, ?, ?, ?, ?)',
    ...[run, kind, name, digest, size, created],
  );
  return replaced.map((row) => row.digest);
}

/** Answers the digests of checkpoints that go: the one of that step it replaces, and all periodic ones but the newest `keep`. */
function addCheckpoint(
  db: WorkspaceDatabase,
  run: RunId,
  checkpoint: CheckpointRow,
  keep: number,
): readonly Digest[] {
  const { step, kind, epoch, digest, size, created } = checkpoint;
  const replaced = db.all<{ digest: Digest }>(
    'SELECT digest FROM checkpoints WHERE run = ? AND step = ? AND kind = ?',
    ...[run, step, kind],
  );
  db.run(
    'INSERT OR REPLACE INTO checkpoints (run, step, kind, epoch, digest, size, created) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ...[run, step, kind, epoch, digest, size, created],
  );
  const old = db.all<{ step: number; digest: Digest }>(
    "SELECT step, digest FROM checkpoints WHERE run = ? AND kind = 'periodic' ORDER BY step DESC LIMIT -1 OFFSET ?",
    ...[run, keep],
  );
  for (const { step: at } of old)
    db.run("DELETE FROM checkpoints WHERE run = ? AND kind = 'periodic' AND step = ?", run, at);
  return [...replaced, ...old].map((row) => row.digest);
}

async function purge(
  db: WorkspaceDatabase,
  workspace: string,
  rows: readonly RunRow[],
  arrivals: Arrivals,
): Promise<void> {
  const active = rows.find((run) => ['starting', 'running', 'paused'].includes(run.status));
  if (active)
    throw new AppError({
      code: 'conflict',
      message: `Run ${active.name} is ${active.status} and cannot be deleted.`,
      hint: 'Stop it first.',
    });
  const digests = db.transaction(() => rows.flatMap((run) => remove(db, run.id)));
  purgeUnreferenced(db, workspace, digests, arrivals);
  for (const run of rows) await rm(join(workspace, 'runs', run.id), { recursive: true, force: true });
  while (db.shrink()) await setImmediate();
}

function remove(db: WorkspaceDatabase, run: RunId): readonly Digest[] {
  const used = db.all<{ digest: Digest }>(
    'SELECT digest FROM checkpoints WHERE run = ? UNION SELECT digest FROM run_artefacts WHERE run = ?',
    ...[run, run],
  );
  db.run('DELETE FROM runs WHERE id = ?', run);
  return used.map(({ digest }) => digest);
}
