import type { FromTrainer, ToTrainer, TrainerExit, TrainerLauncher, TrainerPort } from './protocol.ts';

/** What a trainer inside this process sees of main. */
export interface InlineTrainer {
  send(message: FromTrainer): void;
  onMessage(listener: (message: ToTrainer) => void): void;
  /** Ends as a process would. Nothing said afterwards arrives. */
  exit(exit?: Partial<TrainerExit>): void;
}

/** Runs trainers inside this process, for tests. Messages are copied and arrive later, as between processes. */
export function inlineLauncher(run: (trainer: InlineTrainer) => void): TrainerLauncher {
  return { kind: 'inline', launch: () => startInline(run) };
}

function startInline(run: (trainer: InlineTrainer) => void): TrainerPort {
  const toMain = new Set<(message: FromTrainer) => void>();
  const toTrainer = new Set<(message: ToTrainer) => void>();
  const ends = new Set<(exit: TrainerExit) => void>();
  let ended: TrainerExit | null = null;
  const exit = (how: Partial<TrainerExit> = {}): void => {
    if (ended) return;
    ended = { code: 0, signal: null, tail: [], ...how };
    setImmediate((end: TrainerExit) => ends.forEach((listener) => listener(end)), ended);
  };
  const deliver = <M>(listeners: Set<(message: M) => void>, message: M): void => {
    if (ended) return;
    const copy = structuredClone(message);
    setImmediate(() => listeners.forEach((listener) => listener(copy)));
  };
  const port: TrainerPort = {
    pid: null,
    send: (message) => deliver(toTrainer, message),
    onMessage: (listener) => void toMain.add(listener),
    onExit: (listener) => void ends.add(listener),
    stop: async (graceMs) => {
      const gone = new Promise<void>((resolve) => (ended ? resolve() : ends.add(() => resolve())));
      deliver(toTrainer, { type: 'exit' });
      const timer = setTimeout(() => exit({ code: null, signal: 'SIGKILL' }), graceMs);
      await gone;
      clearTimeout(timer);
    },
  };
  setImmediate(() =>
    run({
      send: (message) => deliver(toMain, message),
      onMessage: (listener) => void toTrainer.add(listener),
      exit,
    }),
  );
  return port;
}
