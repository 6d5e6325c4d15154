import { AppError, toPlainError } from '../../../preload/contract/errors.ts';
import type { Subscribe } from '../../../preload/contract/events.ts';
import type { RunId, RunRow, TourState, TourStep } from '../../../preload/contract/vocabulary.ts';
import { auditRuns } from '../audits/runs.ts';
import { readConfig } from '../configs.ts';
import { isoNow, type ApiContext } from '../context.ts';
import { importDataset } from '../importDataset.ts';
import { keptIn } from '../ownSettings.ts';
import { tourAnswer } from './answer.ts';
import { TOUR_AUDIT, TOUR_IMPORT, TOUR_PARTS, tourConfig } from './plan.ts';
import { IDLE, readTourState } from './state.ts';

/** The built-in experiment from import to audit. It is main's: windows only look at it, and closing Pretext only interrupts it. */
export interface Tour {
  state(): TourState;
  /** @throws AppError conflict while it is under way */
  start(): TourState;
  /** Ends it where it is, keeping what it made; one that is not under way stays as it is. */
  cancel(): TourState;
  /** Goes on where the last process left it; call once, when runs were put right. */
  goOn(): void;
  /** Lets go without changing where it stands. */
  close(): void;
}

const OVER: readonly RunRow['status'][] = ['finished', 'stopped', 'failed', 'crashed'];

export interface TourHost {
  readonly context: ApiContext;
  readonly on: Subscribe;
  readonly onFault: (cause: unknown) => void;
}

/** The tour of a workspace. */
export function createTour({ context, on, onFault }: TourHost): Tour {
  const { store, announce, host } = context;
  const kept = keptIn(store, 'tour');
  let state = readTourState(kept.read());
  /** Aborted when this process shall not go on with it. */
  let leaving = new AbortController();
  const change = (fields: Partial<TourState>): TourState => {
    state = { ...state, ...fields };
    announce('tour.changed', state);
    kept.write(state);
    return state;
  };
  const end = (fields: Partial<TourState>): TourState =>
    change({ job: null, ended: isoNow(host), ...fields });
  const fail = (cause: unknown): void => {
    if (!(cause instanceof AppError)) onFault(cause);
    const error = toPlainError(cause);
    end(error.code === 'cancelled' ? { status: 'cancelled' } : { status: 'failed', error });
    stopRuns(context, state);
  };
  const work = async (resuming: boolean): Promise<void> => {
    leaving = new AbortController();
    const { signal } = leaving;
    try {
      const found = await advance({ context, on, signal, resuming, state: () => state, change });
      end({ status: 'finished', ...found });
    } catch (cause) {
      if (!signal.aborted) fail(cause);
    }
  };
  return {
    state: () => state,
    start() {
      if (state.status === 'running')
        throw new AppError({
          code: 'conflict',
          message: 'The tour is under way already.',
          hint: 'Look at it on Home.',
        });
      change({ ...IDLE, status: 'running', step: 'importing', started: isoNow(host) });
      work(false).catch(onFault);
      return state;
    },
    cancel() {
      if (state.status !== 'running') return state;
      leaving.abort();
      if (state.job !== null) cancelJob(context, state.job);
      stopRuns(context, state);
      return end({ status: 'cancelled' });
    },
    goOn() {
      if (!store.readOnly && state.status === 'running') work(true).catch(onFault);
    },
    close: () => leaving.abort(),
  };
}

interface TourWork {
  readonly context: ApiContext;
  readonly on: Subscribe;
  readonly signal: AbortSignal;
  /** True if an earlier process began it. */
  readonly resuming: boolean;
  readonly state: () => TourState;
  readonly change: (fields: Partial<TourState>) => TourState;
}

/** From wherever it stands to its end; answers what was found. Every step may be begun again. */
async function advance(work: TourWork): Promise<Pick<TourState, 'audit' | 'answer'>> {
  const { context, state, change } = work;
  const at = (step: TourStep): boolean => state().step === step && !work.signal.aborted;
  if (at('importing')) {
    const dataset = await finishJob(work, () => importDataset(context, TOUR_IMPORT, { repeats: true }));
    change({ step: 'training', job: null, dataset });
  }
  if (at('training')) {
    if (work.resuming) await resumeRuns(context, state());
    work.signal.throwIfAborted();
    launchMissing(work);
    await runsFinished(work);
    change({ step: 'auditing' });
  }
  const args = {
    ...TOUR_AUDIT,
    runs: state().runs.map(({ run }) => run),
    dataset: state().dataset,
  };
  const audit = await finishJob(work, () => auditRuns(context, args, { repeats: true }));
  return { audit, answer: tourAnswer(context.store.audits.get(audit), state().runs) };
}

/** Waits for a job of the tour. @throws its error, or AppError cancelled */
async function finishJob({ context, signal, change }: TourWork, start: () => string): Promise<string> {
  signal.throwIfAborted();
  const job = start();
  change({ job });
  const row = await context.jobs.ended(job);
  signal.throwIfAborted();
  if (row.state === 'finished' && row.result !== null) return row.result;
  const { message, hint } = row.error ?? { message: `${row.title} was ${row.state}.`, hint: '' };
  const code = row.state === 'cancelled' ? 'cancelled' : 'conflict';
  throw new AppError({ code, message, hint: `${hint} Then start the tour again.`.trim() });
}

/** Queues the runs that are not there yet. */
function launchMissing({ context, state, change }: TourWork): void {
  const { dataset } = state();
  if (dataset === null) throw new Error('The tour trains without a data set.');
  for (const part of TOUR_PARTS) {
    if (state().runs.some((run) => run.part === part.part)) continue;
    const { config } = readConfig(context, tourConfig(part, dataset));
    const [run] = context.runs.launch(config, { seeds: [], experiment: null, name: part.name });
    if (run !== undefined) change({ runs: [...state().runs, { part: part.part, run }] });
  }
}

/** Resolves when all of the tour's runs have finished. @throws AppError as soon as one ends otherwise, naming it */
async function runsFinished({ context, on, signal, state }: TourWork): Promise<void> {
  const { store } = context;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const look = (): void => {
    try {
      const rows = state().runs.map(({ run }) => store.runs.row(run));
      const bad = rows.find(({ status }) => OVER.includes(status) && status !== 'finished');
      if (bad) reject(endedBadly(bad));
      else if (rows.every(({ status }) => status === 'finished')) resolve();
    } catch (cause) {
      reject(cause);
    }
  };
  const own = (id: RunId): boolean => state().runs.some(({ run }) => run === id);
  const leave = [
    on('run.changed', (row) => own(row.id) && OVER.includes(row.status) && look()),
    on('run.removed', ({ id }) => own(id) && look()),
  ];
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  look();
  await promise.finally(() => leave.forEach((stop) => stop()));
}

function endedBadly({ name, status, reason }: RunRow): AppError {
  const code = status === 'stopped' ? 'cancelled' : 'engine';
  return new AppError({
    code,
    message: `The run “${name}” ${status === 'stopped' ? 'was stopped' : status}: ${reason ?? 'no reason was given.'}`,
    hint: 'Its page holds its log. Start the tour again when the cause is gone.',
  });
}

/** Runs that the end of the last process interrupted go on from their checkpoints. */
async function resumeRuns({ store, runs }: ApiContext, { runs: own }: TourState): Promise<void> {
  const known = new Map(store.runs.list({ statuses: ['crashed'] }).map((row) => [row.id, row]));
  const crashed = own.map(({ run }) => run).filter((run) => known.has(run));
  if (crashed.length > 0) await runs.resume(crashed);
}

/** Ends the tour's runs that have not ended; their work is kept. */
function stopRuns({ store, runs }: ApiContext, { runs: own }: TourState): void {
  const alive = store.runs
    .list({ archived: true, statuses: ['queued', 'starting', 'running', 'paused'] })
    .filter(({ id }) => own.some(({ run }) => run === id))
    .map(({ id }) => id);
  if (alive.length > 0) runs.stop(alive);
}

function cancelJob({ jobs }: ApiContext, id: string): void {
  try {
    jobs.cancel(id);
  } catch (cause) {
    // It has ended in the meantime.
    if (!(cause instanceof AppError)) throw cause;
  }
}
