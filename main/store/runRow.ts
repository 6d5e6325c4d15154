import type {
  Alarm,
  ArtefactRow,
  CheckpointRow,
  RunConfig,
  RunId,
  RunProvenance,
  RunResults,
  RunRow,
  RunStatus,
} from '../../preload/contract/vocabulary.ts';
import type { WorkspaceDatabase } from './database.ts';
import type { StoredRun } from './store.ts';

/** A row of the table `runs` as SQLite gives it; JSON columns are text. */
export interface RunRecord {
  readonly id: RunId;
  readonly experiment: string;
  readonly experimentName: string;
  readonly name: string;
  readonly status: RunStatus;
  readonly reason: string | null;
  readonly method: string;
  readonly encoder: string;
  readonly dataset: string;
  readonly datasetName: string;
  readonly seed: number;
  readonly configHash: string;
  readonly created: string;
  readonly started: string | null;
  readonly ended: string | null;
  readonly progress: string | null;
  readonly metrics: string;
  readonly cost: string | null;
  readonly tags: string;
  readonly notes: string;
  readonly colour: number;
  readonly pinned: number;
  readonly archived: number;
  readonly resumable: number;
  readonly alarms: string;
}

/** Every column of the Runs table, without the large ones. */
export const SELECT_RUNS = `SELECT runs.id, experiment, experiments.name AS experimentName, runs.name, status, reason, method, encoder, dataset,
  coalesce(datasets.name, dataset) AS datasetName, seed, config_hash AS configHash, runs.created, started, ended, progress, metrics, cost, tags,
  runs.notes, colour, pinned, runs.archived, alarms,
  status IN ('stopped', 'failed', 'crashed') AND EXISTS (SELECT 1 FROM checkpoints WHERE checkpoints.run = runs.id) AS resumable
  FROM runs JOIN experiments ON experiments.id = runs.experiment LEFT JOIN datasets ON datasets.id = runs.dataset`;

/** The row as every window sees it. */
export function runRowOf(record: RunRecord): RunRow {
  return {
    ...record,
    progress: parse(record.progress),
    metrics: JSON.parse(record.metrics) as RunRow['metrics'],
    cost: parse(record.cost),
    tags: record.tags === '[]' ? [] : (JSON.parse(record.tags) as readonly string[]),
    pinned: record.pinned === 1,
    archived: record.archived === 1,
    resumable: record.resumable === 1,
    alarms: record.alarms === '[]' ? [] : (JSON.parse(record.alarms) as readonly Alarm[]),
  };
}

/** The row with its config, provenance, results, checkpoints and artefacts. */
export function storedRunOf(db: WorkspaceDatabase, row: RunRow): StoredRun {
  const large = db.get<{ config: string; provenance: string; results: string | null }>(
    'SELECT config, provenance, results FROM runs WHERE id = ?',
    row.id,
  );
  const checkpoints = db.all<CheckpointRow>(
    'SELECT digest, step, epoch, kind, size, created FROM checkpoints WHERE run = ? ORDER BY step, kind',
    row.id,
  );
  const artefacts = db.all<ArtefactRow>(
    'SELECT digest, kind, name, size, created FROM run_artefacts WHERE run = ? ORDER BY created, kind, name',
    row.id,
  );
  return {
    ...row,
    config: JSON.parse(large?.config ?? 'null') as RunConfig,
    provenance: JSON.parse(large?.provenance ?? 'null') as RunProvenance,
    results: parse<RunResults>(large?.results ?? null),
    checkpoints,
    artefacts,
  };
}

function parse<T>(text: string | null): T | null {
  return text === null ? null : (JSON.parse(text) as T);
}
