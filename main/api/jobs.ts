import { AppError, toPlainError } from '../../preload/contract/errors.ts';
import type { Announce } from '../../preload/contract/events.ts';
import type { JobId, JobRow } from '../../preload/contract/vocabulary.ts';
import type { JobRecord } from './jobRecord.ts';

/** What the work of a job is given. */
export interface JobControl {
  readonly id: JobId;
  /** Aborted when the user cancels. */
  readonly signal: AbortSignal;
  /** `share` of the work that is done, 0..1, or null while unknown. */
  progress(share: number | null, detail: string): void;
}

/** Long work other than training. What a job made is in the store; the record of jobs says which of them closing cut off. */
export interface Jobs {
  /** Starts work at once; it answers the id of what it made. */
  start(
    kind: JobRow['kind'],
    title: string,
    work: (job: JobControl) => Promise<string | null>,
    options?: JobOptions,
  ): JobId;
  /** Newest first; whoever asks has been told of jobs that were cut off. */
  list(): readonly JobRow[];
  /** @throws AppError notFound */
  get(id: JobId): JobRow;
  /** @throws AppError notFound, conflict if it has ended */
  cancel(id: JobId): void;
  /** Resolves with the row once the job is over, however it ended. @throws AppError notFound */
  ended(id: JobId): Promise<JobRow>;
  /** True while any works. */
  busy(): boolean;
  /** Closing: cuts off what runs and waits until it has ended. */
  stopAll(): Promise<void>;
}

export interface JobOptions {
  /** True for work that is done again by itself after the next start: nobody is told that it was cut off. */
  readonly repeats?: boolean;
}

export interface JobsHost {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: (prefix: string) => string;
  readonly announce: Announce;
  readonly onFault: (job: JobRow, cause: unknown) => void;
  /** What is known of jobs beyond the life of a process. */
  readonly record: JobRecord;
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
  readonly recorded: boolean;
  ended: Promise<void>;
}

/** The jobs of one process, after those that the last one left unfinished. */
export function createJobs(host: JobsHost): Jobs {
  const { record } = host;
  const entries = new Map(record.cutOff().map((row) => [row.id, endedEntry(row)]));
  const find = (id: JobId): Entry => {
    const entry = entries.get(id);
    if (entry) return entry;
    throw new AppError({
      code: 'notFound',
      message: `There is no job ${JSON.stringify(id)}.`,
      hint: 'Jobs that have ended are forgotten when Pretext ends.',
    });
  };
  let closing = false;
  const remember = (entry: Entry): void => {
    if (entry.recorded && !closing) record.keep(entry.row);
  };
  return {
    start(kind, title, work, { repeats = false } = {}) {
      const entry = openEntry(host, kind, title, !repeats);
      remember(entry);
      entries.set(entry.row.id, entry);
      forgetOldest(entries);
      host.announce('job.changed', entry.row);
      entry.ended = carryOut(host, entry, work, remember);
      return entry.row.id;
    },
    list: () => {
      record.told();
      return [...entries.values()].map(({ row }) => row).reverse();
    },
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
    async ended(id) {
      const entry = find(id);
      await entry.ended;
      return entry.row;
    },
    busy: () => [...entries.values()].some(({ row }) => row.state === 'running'),
    async stopAll() {
      closing = true;
      for (const { cancelling } of entries.values()) cancelling.abort();
      await Promise.all([...entries.values()].map(({ ended }) => ended));
    },
  };
}

/** A job of an earlier process. */
function endedEntry(row: JobRow): Entry {
  return {
    row,
    announced: 0,
    startedAt: 0,
    cancelling: new AbortController(),
    recorded: false,
    ended: Promise.resolve(),
  };
}

function openEntry(host: JobsHost, kind: JobRow['kind'], title: string, recorded: boolean): Entry {
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
    recorded,
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
  remember: (entry: Entry) => void,
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
    try {
      remember(entry);
    } catch (cause) {
      // On a full disk the note stays, and the next start says too much: never too little.
      host.onFault(entry.row, cause);
    }
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
