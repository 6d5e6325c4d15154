import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { RunId } from '../../preload/contract/vocabulary.ts';
import { WorkspaceDatabase } from '../../main/store/database.ts';
import { DATABASE_FILE, openStore, type Store } from '../../main/store/index.ts';
import { sweep } from '../../main/store/sweep.ts';
import { testFolder } from './support/testFolder.ts';
import { addRun, countingHost } from './support/workspace.ts';

const created = '2026-01-01';
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
/** Longer than the steps of the clocks that date files. */
const TICK = 30;

let path = '';
let opened = 0;
beforeEach(() => (path = join(testFolder('sweep'), 'workspace')));

function open(): Store {
  const store = openStore(path, countingHost(1000 * opened++));
  onTestFinished(() => store.close());
  return store;
}

/** Closes, lets the clock move on, and opens again. */
async function reopen(store: Store): Promise<Store> {
  store.close();
  await wait(TICK);
  return open();
}

async function addFile(store: Store, run: RunId, text: string): Promise<string> {
  const file = await store.artefacts.put(bytes(text));
  store.runs.addArtefact(run, { ...file, kind: 'k', name: text, created });
  return file.path;
}

function leave(...parts: readonly string[]): string {
  const file = join(path, ...parts);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, 'left');
  return file;
}

describe('what a kill left', () => {
  it('is swept at the next start: artefacts without a row, halves, folders of no run; what has a row stays', async () => {
    const store = open();
    const run = addRun(store);
    const kept = await addFile(store, run, 'kept');
    const own = join(store.runs.directory(run), 'points.journal');
    writeFileSync(own, '');
    const orphan = (await store.artefacts.put(bytes('no row'))).path;
    const left = [
      orphan,
      leave('artefacts', 'incoming', 'half'),
      leave('incoming', 'half'),
      leave('runs', 'run-gone', 'points.journal'),
      leave('runs', 'predict-1', 'predictions.bin'),
    ];
    const again = await reopen(store);
    expect(left.filter((file) => existsSync(file))).toEqual([]);
    expect([kept, own].filter((file) => !existsSync(file))).toEqual([]);
    expect(again.check()).toEqual([]);
  });

  it('is not swept by a reader', async () => {
    const store = open();
    const orphan = (await store.artefacts.put(bytes('no row'))).path;
    await wait(TICK);
    expect(open().readOnly).toBe(true);
    expect(existsSync(orphan)).toBe(true);
  });

  it('stays if it is not older than the place of the writer', async () => {
    const store = open();
    const files = [(await store.artefacts.put(bytes('no row'))).path, leave('artefacts', 'incoming', 'half')];
    store.close();
    const changed = Math.min(...files.map((file) => statSync(file).ctimeMs));
    const db = new WorkspaceDatabase(join(path, DATABASE_FILE), null);
    onTestFinished(() => db.close());
    sweep(db, path, changed);
    expect(files.map((file) => existsSync(file))).toEqual([true, true]);
    sweep(db, path, Date.now() + 1000);
    expect(files.map((file) => existsSync(file))).toEqual([false, false]);
  });

  it('stays if the database was put back from a copy or made anew, which knows less than there is', async () => {
    let store = await reopen(open());
    store.close();
    copyFileSync(join(path, DATABASE_FILE), join(path, 'copy.sqlite'));
    store = open();
    const newer = await addFile(store, addRun(store), 'newer than the copy');
    store.close();
    copyFileSync(join(path, 'copy.sqlite'), join(path, DATABASE_FILE));
    await wait(TICK);
    store = await reopen(await reopen(open()));
    expect(store.runs.list()).toEqual([]);
    expect(existsSync(newer)).toBe(true);
    // What comes later is swept again.
    const orphan = (await store.artefacts.put(bytes('no row'))).path;
    store = await reopen(store);
    expect([existsSync(orphan), existsSync(newer)]).toEqual([false, true]);
    store.close();
    rmSync(join(path, DATABASE_FILE));
    await reopen(await reopen(open()));
    expect(existsSync(newer)).toBe(true);
  });

  it('is swept in the end, however often the start itself is killed, and nothing else is', async () => {
    const store = open();
    const run = addRun(store);
    const kept = await Promise.all(Array.from({ length: 40 }, (_, i) => addFile(store, run, `kept ${i}`)));
    const orphans = await Promise.all(
      Array.from({ length: 400 }, async (_, i) => (await store.artefacts.put(bytes(`no row ${i}`))).path),
    );
    store.close();
    await wait(TICK);
    const remaining = (): number => orphans.filter((file) => existsSync(file)).length;
    for (let kill = 0; kill < 5; kill++) {
      const app = spawn(process.execPath, ['--input-type=module', '-e', OPENER, path]);
      // As soon as one more is gone, it is in the midst of it.
      for (const before = remaining(); app.exitCode === null && remaining() === before;) await wait(1);
      app.kill('SIGKILL');
      await new Promise((resolve) =>
        (app.exitCode ?? app.signalCode) === null ? app.once('exit', resolve) : resolve(null),
      );
      expect(kept.filter((file) => !existsSync(file))).toEqual([]);
    }
    await wait(TICK);
    const last = open();
    expect(remaining()).toBe(0);
    expect(last.check()).toEqual([]);
    for (const { digest } of last.runs.get(run).artefacts)
      expect(await last.artefacts.verify(digest)).toBe(true);
  });
});

const OPENER = `
  import { openStore } from ${JSON.stringify(join(import.meta.dirname, '../../main/store/index.ts'))};
  openStore(process.argv[1], { now: () => 'then', newId: (prefix) => prefix }).close();`;

describe('deleting runs', () => {
  it('gives the room of their points back to the disk', async () => {
    const store = open();
    const [gone, stays] = [addRun(store), addRun(store)];
    const points = Array.from({ length: 150_000 }, (_, seq) => ({
      ...{ seq, metric: 'loss', step: seq, epoch: Math.sqrt(seq) },
      ...{ time: Math.cbrt(seq), value: Math.sin(seq) },
    }));
    store.points.append(gone, points);
    store.points.append(stays, points.slice(0, 3000));
    const size = async (): Promise<number> => (await store.usage()).sizeBytes;
    const before = await size();
    await store.runs.purge([gone]);
    // 150,000 points of three 64-bit columns and their tiers.
    expect(before - (await size())).toBeGreaterThan(150_000 * 24);
    expect(await size()).toBeLessThan(1_000_000);
    expect([...store.points.all(stays)]).toHaveLength(3000);
    expect(store.check()).toEqual([]);
  });

  it('never takes a file that another run is just taking in', async () => {
    const store = open();
    const [first, second] = [addRun(store), addRun(store)];
    const path = await addFile(store, first, 'shared');
    const taken = await store.artefacts.put(bytes('shared'));
    await store.runs.purge([first]);
    expect(existsSync(path)).toBe(true);
    store.runs.addArtefact(second, { ...taken, kind: 'k', name: 'shared', created });
    expect(await store.artefacts.verify(taken.digest)).toBe(true);
    await store.runs.purge([second]);
    expect(existsSync(path)).toBe(false);
  });

  it('that is undone with its transaction leaves the files', async () => {
    const store = open();
    const run = addRun(store);
    const checkpoint = async (step: number) => {
      const file = await store.artefacts.put(bytes(`checkpoint ${step}`));
      return { ...file, step, epoch: step, kind: 'periodic', created } as const;
    };
    const [one, two] = [await checkpoint(1), await checkpoint(2)];
    store.runs.addCheckpoint(run, one, 1);
    const replace = (): void => store.runs.addCheckpoint(run, two, 1);
    expect(() => store.transaction(() => (replace(), fail()))).toThrow('undone');
    expect(await store.artefacts.verify(one.digest)).toBe(true);
    expect(store.runs.get(run).checkpoints.map(({ step }) => step)).toEqual([1]);
    store.transaction(replace);
    expect([existsSync(one.path), existsSync(two.path)]).toEqual([false, true]);
  });
});

function fail(): never {
  throw new Error('undone');
}
