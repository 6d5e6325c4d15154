import { AppError, toPlainError } from '../../preload/contract/errors.ts';
import type { Announce } from '../../preload/contract/events.ts';
import type { JobId, JobRow } from '../../preload/contract/vocabulary.ts';

/** What the work of a job is given. */
export interface JobControl {
  readonly id: JobId;
  /** Aborted when the user cancels. */
  readonly signal: AbortSignal;
  /** `share` of the work that is done, 0..1, or null while unknown. */
  progress(share: number | null, detail: string): void;
}

/** Long work other than training. Jobs live as long as the process: what they made is in the store. */
export interface Jobs {
  /** Starts work at once; it answers the id of what it made. */
  start(kind: JobRow['kind'], title: string, work: (job: JobControl) => Promise<string | null>): JobId;
  /** Newest first. */
  list(): readonly JobRow[];
  /** @throws AppError notFound */
  get(id: JobId): JobRow;
  /** @throws AppError notFound, conflict if it has ended */
  cancel(id: JobId): void;
  /** Cancels what runs and waits until it has ended. */
  stopAll(): Promise<void>;
}

export interface JobsHost {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: (prefix: string) => string;
  readonly announce: Announce;
  readonly onFault: (job: JobRow, cause: unknown) => void;
}

/** Time between two announcements of one job's progress. */
const ANNOUNCE_MS = 150;
/** Ended jobs that are remembered. */
const REMEMBERED = 100;
/** Below this share the remaining time is a guess not worth showing. */
const ETA_FROM_SHARE = 0.02;

interface Entry {
  row: JobRow;
  announced: number;
  readonly startedAt: number;
  readonly cancelling: AbortController;
  ended: Promise<void>;
}

/** The jobs of one process. */
export function createJobs(host: JobsHost): Jobs {
  const entries = new Map<JobId, Entry>();
  const find = (id: JobId): Entry => {
    const entry = entries.get(id);
    if (entry) return entry;
    throw new AppError({
      code: 'notFound',
      message: `There is no job ${JSON.stringify(id)}.`,
      hint: 'Jobs are forgotten when Pretext ends.',
    });
  };
  return {
    start(kind, title, work) {
      const entry = openEntry(host, kind, title);
      entries.set(entry.row.id, entry);
      forgetOldest(entries);
      host.announce('job.changed', entry.row);
      entry.ended = carryOut(host, entry, work);
      return entry.row.id;
    },
    list: () => [...entries.values()].map(({ row }) => row).reverse(),
    get: (id) => find(id).row,
    cancel(id) {
      const entry = find(id);
      if (entry.row.state !== 'running')
        throw new AppError({
          code: 'conflict',
          message: `${entry.row.title} is already ${entry.row.state}.`,
        });
      entry.cancelling.abort();
    },
    async stopAll() {
      for (const { cancelling } of entries.values()) cancelling.abort();
      await Promise.all([...entries.values()].map(({ ended }) => ended));
    },
  };
}

function openEntry(host: JobsHost, kind: JobRow['kind'], title: string): Entry {
  const startedAt = host.now();
  const row: JobRow = {
    id: host.newId('job'),
    kind,
    title,
    state: 'running',
    progress: null,
    detail: '',
    etaSeconds: null,
    started: new Date(startedAt).toISOString(),
    result: null,
    error: null,
  };
  return {
    row,
    announced: startedAt,
    startedAt,
    cancelling: new AbortController(),
    ended: Promise.resolve(),
  };
}

function forgetOldest(entries: Map<JobId, Entry>): void {
  for (const [id, { row }] of entries) {
    if (entries.size <= REMEMBERED) return;
    if (row.state !== 'running') entries.delete(id);
  }
}

async function carryOut(
  host: JobsHost,
  entry: Entry,
  work: (job: JobControl) => Promise<string | null>,
): Promise<void> {
  const { signal } = entry.cancelling;
  const progress: JobControl['progress'] = (share, detail) => {
    if (entry.row.state !== 'running') return;
    entry.row = {
      ...entry.row,
      progress: share,
      detail,
      etaSeconds: secondsLeft(share, (host.now() - entry.startedAt) / 1000),
    };
    if (host.now() - entry.announced < ANNOUNCE_MS) return;
    entry.announced = host.now();
    host.announce('job.changed', entry.row);
  };
  const end = (change: Partial<JobRow>): void => {
    entry.row = { ...entry.row, etaSeconds: null, ...change };
    host.announce('job.changed', entry.row);
  };
  try {
    const result = await work({ id: entry.row.id, signal, progress });
    end({ state: 'finished', progress: 1, result });
  } catch (cause) {
    const error = toPlainError(cause);
    const cancelled = signal.aborted || error.code === 'cancelled';
    if (!cancelled && !(cause instanceof AppError)) host.onFault(entry.row, cause);
    end(cancelled ? { state: 'cancelled' } : { state: 'failed', error });
  }
}

function secondsLeft(share: number | null, elapsed: number): number | null {
  return share === null || share < ETA_FROM_SHARE ? null : (elapsed * (1 - share)) / share;
}
