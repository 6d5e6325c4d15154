import type {
  Alarm, ArtefactRow, Audit, AuditChainReport, AuditId, AuditLink, AuditLook, AuditNotes, AuditRow, CheckpointRow, ComputeCost, ConsentExclusion, ConsentRecord, DatasetCard, DatasetCheck, DatasetDetail, DatasetId, DatasetRow, Digest,
  ExperimentId, ExperimentRow, ImportReport, LogLine, MetricPoint, RunConfig, RunId, RunProgress, RunProvenance, RunResults, RunRow, RunStatus, Series, SplitRole,
} from '../../preload/contract/vocabulary.ts'; // prettier-ignore
import type { PolicyStore } from './policies.ts';
import type { RepresentationStore } from './representations.ts';
import type { ArtefactFile, ArtefactWriter, DatasetManifest, ImportedDataset } from '../core/datasetFiles.ts';

/** A workspace opened by this process. Every method throws AppError readOnly if it writes and the workspace is read-only. */
export interface Store {
  /** Absolute folder of the workspace. */
  readonly path: string;
  readonly readOnly: boolean;
  /** One sentence why, such as who else has it open; null if writable. */
  readonly readOnlyReason: string | null;
  readonly schemaVersion: number;
  readonly artefacts: ArtefactStore;
  readonly experiments: ExperimentStore;
  readonly runs: RunStore;
  readonly points: PointStore;
  readonly logs: LogStore;
  readonly datasets: DatasetStore;
  readonly audits: AuditStore;
  readonly representations: RepresentationStore;
  readonly policies: PolicyStore;
  readonly consent: ConsentStore;
  readonly settings: SettingsStore;
  /** All of `work` or nothing of it, in one commit. `work` must not be asynchronous. */
  transaction<T>(work: () => T): T;
  /**
   * Deletes what no row refers to any more so that none of it is left: those of some artefacts, what earlier imports remember, and what
   * the database kept of changed rows. Answers the backups, which are not touched, by their names.
   */
  forget(artefacts: readonly Digest[]): readonly string[];
  /** Problems found in the database itself, as sentences; empty if none. Reads everything. */
  check(): readonly string[];
  /** Bytes used by the workspace and bytes free on its disk. */
  usage(): Promise<{ readonly sizeBytes: number; readonly freeBytes: number }>;
  close(): void;
}

export interface ArtefactStore extends ArtefactWriter {
  put(content: Uint8Array): Promise<ArtefactFile>;
  /** Moves a finished file into the store under its digest; the original is gone afterwards unless `keep` is set. */
  adopt(path: string, options?: { readonly keep: boolean }): Promise<ArtefactFile>;
  /** @throws AppError notFound, naming the digest */
  find(digest: Digest): ArtefactFile;
  /** Recomputes the digest of the stored bytes. */
  verify(digest: Digest): Promise<boolean>;
}

export interface ExperimentStore {
  list(): readonly ExperimentRow[];
  get(id: ExperimentId): ExperimentRow;
  create(row: { readonly name: string; readonly notes: string }): ExperimentRow;
  update(
    id: ExperimentId,
    change: {
      readonly name?: string | undefined;
      readonly notes?: string | undefined;
      readonly archived?: boolean | undefined;
    },
  ): ExperimentRow;
}

export interface NewRun {
  readonly experiment: ExperimentId;
  readonly name: string;
  readonly config: RunConfig;
  readonly configHash: Digest;
  readonly provenance: RunProvenance;
}

/** What changes while a run lives; fields left out stay. */
export interface RunChange {
  readonly status?: RunStatus;
  /** With status `queued`: ahead of all others that wait, not behind them. */
  readonly first?: true;
  readonly reason?: string | null;
  readonly started?: string;
  readonly ended?: string | null;
  readonly progress?: RunProgress | null;
  readonly cost?: ComputeCost;
  readonly results?: RunResults;
  readonly provenance?: RunProvenance;
  readonly alarm?: Alarm;
  readonly name?: string;
  readonly tags?: readonly string[];
  readonly notes?: string;
  readonly pinned?: boolean;
  readonly colour?: number;
  readonly archived?: boolean;
  readonly experiment?: ExperimentId;
}

/** A run without what other stores hold (log tail). */
export interface StoredRun extends RunRow {
  readonly config: RunConfig;
  readonly provenance: RunProvenance;
  readonly results: RunResults | null;
  readonly checkpoints: readonly CheckpointRow[];
  readonly artefacts: readonly ArtefactRow[];
}

export interface RunStore {
  create(run: NewRun): RunRow;
  list(filter?: {
    readonly archived?: boolean;
    readonly experiment?: ExperimentId | null;
    readonly statuses?: readonly RunStatus[];
  }): readonly RunRow[];
  row(id: RunId): RunRow;
  get(id: RunId): StoredRun;
  change(id: RunId, change: RunChange): RunRow;
  /** Queue order: runs with status queued, oldest request first. */
  queue(): readonly RunId[];
  addCheckpoint(id: RunId, checkpoint: CheckpointRow, keep: number): void;
  addArtefact(id: RunId, artefact: ArtefactRow): void;
  /** Deletes runs and whatever artefacts nothing else refers to. */
  purge(ids: readonly RunId[]): Promise<void>;
  /** Folder of the run for its trainer; made if missing. */
  directory(id: RunId): string;
}

export interface PointStore {
  /** One transaction. Points whose seq or (metric, step) is stored already are ignored, so that replays are harmless. */
  append(run: RunId, points: readonly (MetricPoint & { readonly seq: number })[]): void;
  nextSeq(run: RunId): number;
  metrics(run: RunId): readonly string[];
  series(query: {
    readonly runs: readonly RunId[];
    readonly metrics: readonly string[];
    readonly buckets: number;
    readonly from: number | null;
    readonly to: number | null;
  }): readonly Series[];
  /** Every point of a run, in order, metric by metric. */
  all(run: RunId): Iterable<MetricPoint>;
  count(run: RunId): number;
}

export interface LogStore {
  append(run: RunId, lines: readonly Omit<LogLine, 'seq'>[]): readonly LogLine[];
  read(run: RunId, after: number, limit: number): readonly LogLine[];
  tail(run: RunId, count: number): readonly LogLine[];
}

export interface DatasetStore {
  /** Importing the same content under the same options again answers the existing row. */
  create(dataset: ImportedDataset): DatasetRow;
  list(archived?: boolean): readonly DatasetRow[];
  /** By id or, failing that, by name (the newest). @throws AppError notFound */
  row(idOrName: string): DatasetRow;
  get(idOrName: string): DatasetDetail;
  manifest(id: DatasetId): DatasetManifest;
  /** Puts names that a key turned in place of others, in the manifest and the report; answers the artefacts it no longer refers to. */
  rekey(
    id: DatasetId,
    change: { readonly manifest: DatasetManifest; readonly report: ImportReport },
  ): readonly Digest[];
  setCard(id: DatasetId, card: Partial<DatasetCard>): DatasetDetail;
  rename(id: DatasetId, name: string): DatasetRow;
  archive(id: DatasetId, archived: boolean): void;
  addLook(id: DatasetId, look: AuditLook): void;
  addCheck(id: DatasetId, check: DatasetCheck): void;
  /** Newest first. */
  checks(id: DatasetId): readonly DatasetCheck[];
}

/** The splits of a data set without the subjects whose consent does not hold. */
export interface ConsentSplits {
  readonly splits: Readonly<Record<SplitRole, Digest>>;
  readonly excluded: ConsentExclusion;
  /** Digest of the names of those left out. */
  readonly subjects: Digest;
}

export interface ConsentStore {
  /** Every record of a data set, by subject. */
  list(dataset: DatasetId): readonly ConsentRecord[];
  /** Writes records, each in place of the subject's old one. @throws AppError notFound */
  set(dataset: DatasetId, records: readonly ConsentRecord[]): void;
  /** Gives one data set the records of another, but for subjects that it has records of. */
  carryOver(from: DatasetId, to: DatasetId): void;
  /** The splits that hold now; null where nobody is left out. */
  splits(dataset: DatasetId): ConsentSplits | null;
  setSplits(dataset: DatasetId, splits: ConsentSplits | null): void;
  /** Writes records in place of all there are. */
  replace(dataset: DatasetId, records: readonly ConsentRecord[]): void;
}

export interface AuditStore {
  create(audit: Audit): AuditRow;
  list(archived?: boolean): readonly AuditRow[];
  get(id: AuditId): Audit;
  archive(id: AuditId, archived: boolean): void;
  /** Recomputes the chain of digests. */
  verify(): AuditChainReport;
  /** Where an audit stands in the chain. @throws AppError notFound */
  link(id: AuditId): AuditLink;
  /** What people added to the sections of its report. */
  notes(id: AuditId): AuditNotes;
  /** @throws AppError notFound */
  setNotes(notes: AuditNotes): void;
}

export interface SettingsStore {
  all(): Readonly<Record<string, unknown>>;
  /** Keeps the given values; a null removes its key. */
  set(values: Readonly<Record<string, unknown>>): void;
}

/** What may differ from the usual when a workspace is opened. */
export interface OpenOptions {
  /** Bytes free on the disk of a path; the system's answer if left out. */
  readonly freeBytes?: (path: string) => number;
  /** SQL from version i to i + 1; the app's own if left out. */
  readonly migrations?: readonly string[];
  /** Text of the system's table of mounts; read from the system if left out. */
  readonly mounts?: () => string;
  /** Never take the writer's place, even if it is free. */
  readonly readOnly?: boolean;
}

/** What the store needs from its host. */
export interface StoreHost {
  /** ISO 8601, UTC. */
  readonly now: () => string;
  /** A fresh, short, unique id with this prefix, such as `run-k3v9…`. */
  readonly newId: (prefix: string) => string;
}
