import { utilityProcess, type UtilityProcess } from 'electron';
import { LineTail } from '../runs/lineTail.ts';
import type { FromTrainer, TrainerExit, TrainerLauncher, TrainerPort } from '../runs/protocol.ts';

/** Lines of a dead trainer's standard error that are kept. */
const TAIL_LINES = 200;

/** Starts trainers as Electron's utility processes: each has its own memory, and its death takes nothing with it. */
export function utilityLauncher(trainerEntry: string): TrainerLauncher {
  return {
    kind: 'utility',
    launch: (name) =>
      portOf(
        utilityProcess.fork(trainerEntry, [], {
          serviceName: `Pretext ${name}`,
          stdio: ['ignore', 'ignore', 'pipe'],
        }),
      ),
  };
}

function portOf(child: UtilityProcess): TrainerPort {
  const tail = new LineTail(TAIL_LINES);
  let exit: TrainerExit | null = null;
  const exitListeners: ((exit: TrainerExit) => void)[] = [];
  child.stderr?.on('data', (chunk: Buffer) => tail.add(chunk.toString('utf8')));
  child.on('error', (type, location) => tail.add(`${type} at ${location}\n`));
  child.once('exit', (code) => {
    exit = { code, signal: null, tail: tail.lines() };
    for (const listener of exitListeners) listener(exit);
  });
  return {
    get pid() {
      return child.pid ?? null;
    },
    send: (message) => {
      if (exit === null) child.postMessage(message);
    },
    onMessage: (listener) => void child.on('message', (message: FromTrainer) => listener(message)),
    onExit: (listener) => {
      if (exit) listener(exit);
      else exitListeners.push(listener);
    },
    stop: (graceMs) => stop(child, graceMs, () => exit !== null),
  };
}

/** Asks the process to leave, and ends it after the grace. */
function stop(child: UtilityProcess, graceMs: number, gone: () => boolean): Promise<void> {
  if (gone()) return Promise.resolve();
  return new Promise((resolve) => {
    const ending = setTimeout(() => endNow(child), graceMs);
    child.once('exit', () => {
      clearTimeout(ending);
      resolve();
    });
    child.postMessage({ type: 'exit' });
  });
}

/** SIGKILL, because a trainer inside native code does not hear SIGTERM. */
function endNow(child: UtilityProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(child.pid, 'SIGKILL');
  } catch {
    // It has ended in the meantime; its exit is on the way.
  }
}
