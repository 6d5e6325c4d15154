import { fork, type ChildProcess } from 'node:child_process';
import { LineTail } from './lineTail.ts';
import type { FromTrainer, ToTrainer, TrainerExit, TrainerLauncher, TrainerPort } from './protocol.ts';

/** What a forked trainer gets besides its entry. */
export interface ForkOptions {
  readonly execArgv?: readonly string[];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

const TAIL_LINES = 200;
/** A grandchild that holds the pipes open must not keep the end of a trainer unseen. */
const LAST_WORDS_MS = 500;

/** Starts trainers as forked Node processes of the current executable; `entry` is the trainer's file. */
export function forkLauncher(entry: string, options: ForkOptions = {}): TrainerLauncher {
  return { kind: 'fork', launch: () => portOf(start(entry, options)) };
}

function start(entry: string, options: ForkOptions): ChildProcess {
  return fork(entry, [], {
    execArgv: [...(options.execArgv ?? [])],
    env: { ...process.env, ...options.env },
    // Structured clone: typed arrays and NaN survive.
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: false,
  });
}

function portOf(child: ChildProcess): TrainerPort {
  const tail = new LineTail(TAIL_LINES);
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => tail.add(text));
  const ended = whenEnded(child, tail);
  return {
    pid: child.pid ?? null,
    send: (message) => send(child, message),
    onMessage: (listener) => void child.on('message', (message) => listener(message as FromTrainer)),
    onExit: (listener) => void ended.then(listener),
    stop: async (graceMs) => {
      send(child, { type: 'exit' });
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** A message to a process that is just ending is no error: its end is reported anyway. */
function send(child: ChildProcess, message: ToTrainer): void {
  if (child.connected) child.send(message, () => undefined);
}

/** Resolves when the process is gone and everything it said has been read: `exit` alone may overtake its last messages. */
function whenEnded(child: ChildProcess, tail: LineTail): Promise<TrainerExit> {
  return new Promise((resolve) => {
    child.on('error', (cause) => {
      tail.add(`${cause.message}\n`);
      if (child.pid === undefined) resolve({ code: null, signal: null, tail: tail.lines() });
    });
    child.once('exit', (code, signal) => {
      const end = (): void => resolve({ code, signal, tail: tail.lines() });
      const timer = setTimeout(end, LAST_WORDS_MS);
      child.once('close', () => {
        clearTimeout(timer);
        setImmediate(end);
      });
    });
  });
}
