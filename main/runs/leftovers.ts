import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { RunId } from '../../preload/contract/vocabulary.ts';
import type { Store } from '../store/index.ts';
import { parseCheckpointFileName, type CheckpointName } from './checkpointName.ts';

/**
 * Takes one checkpoint file into the store. The original goes last: whenever the app is killed in between, the next start finds the file again.
 * @param now ISO 8601
 */
export async function adoptCheckpoint(
  store: Store,
  run: RunId,
  path: string,
  name: CheckpointName,
  now: string,
): Promise<void> {
  const { digest, size } = await store.artefacts.adopt(path, { keep: true });
  const { keep } = store.runs.get(run).config.checkpoint;
  store.runs.addCheckpoint(run, { digest, size, ...name, created: now }, keep);
  await rm(path, { force: true });
}

/** Takes in the checkpoints that a dead trainer or app left in a run's directory, oldest first; what it had only half written goes. */
export async function adoptLeftCheckpoints(store: Store, run: RunId, now: string): Promise<void> {
  const directory = store.runs.directory(run);
  const files = readdirSync(directory);
  for (const half of files.filter((file) => file.endsWith('.tmp')))
    rmSync(join(directory, half), { force: true });
  const found = files
    .map((file) => ({ file, name: parseCheckpointFileName(file) }))
    .filter((entry): entry is { file: string; name: CheckpointName } => entry.name !== null)
    .toSorted((a, b) => a.name.step - b.name.step);
  for (const { file, name } of found) await adoptCheckpoint(store, run, join(directory, file), name, now);
}

const PROCESS_FILE = 'trainer.json';

/** Notes which process works in a run's directory. */
export function noteTrainer(directory: string, pid: number | null): void {
  if (pid === null) return;
  writeFileSync(join(directory, PROCESS_FILE), JSON.stringify({ pid, start: startOf(pid) }));
}

/** The trainer of that directory is gone. */
export function forgetTrainer(directory: string): void {
  rmSync(join(directory, PROCESS_FILE), { force: true });
}

/**
 * Ends a trainer that outlived its app, so that it does not write into a journal that is being read. Where the system tells when a process
 * started, only that very process is killed; elsewhere it gets time to notice by itself that main is gone.
 */
export async function endOrphan(directory: string, patienceMs = 3000): Promise<void> {
  const file = join(directory, PROCESS_FILE);
  if (!existsSync(file)) return;
  const { pid, start } = readNote(file);
  const alive = (): boolean => pid !== null && isAlive(pid) && (start === null || startOf(pid) === start);
  if (pid !== null && start !== null && alive()) kill(pid);
  for (let waited = 0; alive() && waited < patienceMs; waited += 20) await wait(20);
  rmSync(file, { force: true });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}

function readNote(file: string): { readonly pid: number | null; readonly start: string | null } {
  try {
    const note = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const { pid, start } = note;
    const fits = typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 1;
    return { pid: fits ? pid : null, start: typeof start === 'string' ? start : null };
  } catch {
    return { pid: null, start: null };
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Start time of a process in clock ticks since boot (field 22 of Linux's stat) with its state; null where the system does not tell. */
function startOf(pid: number): string | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    // A zombie writes nothing any more.
    return fields[0] === 'Z' ? 'gone' : (fields[19] ?? null);
  } catch {
    return null;
  }
}
