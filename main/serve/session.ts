import type { Bridge } from '../../preload/contract/bridge.ts';
import type { CallInput, CallName, CallValue } from '../../preload/contract/calls.ts';
import { AppError, type ErrorCode } from '../../preload/contract/errors.ts';
import type { JobRow, RunRow } from '../../preload/contract/vocabulary.ts';
import { duration, readable, toJsonText, type Terminal } from './terminal.ts';

/** What a command works with: questions that throw, results printed as asked for, and waiting for long work. */
export interface Session {
  /** @throws AppError, whatever the answer's error is */
  ask<N extends CallName>(name: N, args: CallInput<N>): Promise<CallValue<N>>;
  /** The result: one JSON value with --json, the words otherwise. */
  print(value: unknown, words: () => string): void;
  /** A line for the person who waits; never on standard output. */
  say(line: string): void;
  /** Waits for a job, telling its progress; answers what it made. @throws AppError if it fails or is cancelled */
  finishJob(id: string): Promise<string>;
  /** Waits until none of these runs is queued or training; answers their rows. */
  finishRuns(ids: readonly string[]): Promise<readonly RunRow[]>;
  readonly terminal: Terminal;
}

/** Time between two lines about the same thing. */
const SAY_EVERY_MS = 2000;

export function createSession(bridge: Bridge, terminal: Terminal, json: boolean): Session {
  const ask: Session['ask'] = async (name, args) => {
    const answer = await bridge.call(name, args);
    if (answer.ok) return answer.value;
    throw new AppError(answer.error);
  };
  const say = (line: string): void => terminal.err(`${line}\n`);
  return {
    ask,
    say,
    terminal,
    print: (value, words) => terminal.out(json ? toJsonText(value) : words()),
    finishJob: (id) => finishJob(bridge, ask, id, throttled(say)),
    finishRuns: (ids) => finishRuns(bridge, ask, ids, throttled(say)),
  };
}

/** At most one line per thing and interval; lines marked as last always pass. */
function throttled(say: (line: string) => void): (about: string, line: string, last: boolean) => void {
  const said = new Map<string, number>();
  return (about, line, last) => {
    const now = performance.now();
    if (!last && now - (said.get(about) ?? -Infinity) < SAY_EVERY_MS) return;
    said.set(about, now);
    say(line);
  };
}

type Say = ReturnType<typeof throttled>;

async function finishJob(bridge: Bridge, ask: Session['ask'], id: string, say: Say): Promise<string> {
  const row = await settled<JobRow>(
    (listener) => bridge.on('job.changed', (job) => job.id === id && listener(job)),
    () => ask('jobs.get', { id }),
    (job) => {
      const done = !['queued', 'running'].includes(job.state);
      if (!done) say(id, jobLine(job), false);
      return done;
    },
  );
  if (row.state === 'finished') return row.result ?? '';
  const { code, message, hint } = row.error ?? {
    code: 'cancelled',
    message: `${row.title} was cancelled.`,
    hint: '',
  };
  throw new AppError({ code: code as ErrorCode, message, hint });
}

/** Waits for the first row of which `done` holds, among those asked for and those announced. */
async function settled<T>(
  listen: (listener: (row: T) => void) => () => void,
  look: () => Promise<T>,
  done: (row: T) => boolean,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const see = (row: T): void => {
    if (done(row)) resolve(row);
  };
  const leave = listen(see);
  look().then(see, reject);
  return promise.finally(leave);
}

function jobLine({ title, detail, progress, etaSeconds }: JobRow): string {
  const share = progress === null ? '' : `${Math.floor(progress * 100)}%`;
  const left = etaSeconds === null ? '' : `, ${duration(etaSeconds)} left`;
  const state = [share, detail].filter((part) => part !== '').join(' ');
  return `${title}: ${state === '' ? 'started' : state}${left}`;
}

const ALIVE: readonly RunRow['status'][] = ['queued', 'starting', 'running'];

async function finishRuns(
  bridge: Bridge,
  ask: Session['ask'],
  ids: readonly string[],
  say: Say,
): Promise<readonly RunRow[]> {
  const wait = (id: string): Promise<RunRow> =>
    settled<RunRow>(
      (listener) => bridge.on('run.changed', (row) => row.id === id && listener(row)),
      () => ask('runs.get', { id }),
      (row) => {
        const done = !ALIVE.includes(row.status);
        if (row.progress !== null || done) say(id, runLine(row), done);
        return done;
      },
    );
  return Promise.all(ids.map(wait));
}

/** One line about a run: where it stands, how fast, how long still. */
export function runLine({ name, status, reason, progress }: RunRow): string {
  if (!ALIVE.includes(status) || progress === null)
    return `${name}: ${status}${reason === null ? '' : `: ${reason}`}`;
  const speed =
    progress.samplesPerSecond === null
      ? ''
      : `, ${readable(Math.round(progress.samplesPerSecond))} samples/s`;
  const left = progress.etaSeconds === null ? '' : `, ${duration(progress.etaSeconds)} left`;
  const share = progress.totalSteps === 0 ? 0 : Math.floor((100 * progress.step) / progress.totalSteps);
  return `${name}: ${progress.phase}, epoch ${progress.epoch} of ${progress.totalEpochs}, ${share}%${speed}${left}`;
}
