import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MetricPoint, RunId } from '../../preload/contract/vocabulary.ts';
import { Rng } from '../../main/core/rng.ts';
import {
  createRunService,
  forkLauncher,
  type TrainerLauncher,
  type TrainerPort,
} from '../../main/runs/index.ts';
import { openStore, type Store } from '../../main/store/index.ts';
import { testFolder } from '../store/support/testFolder.ts';
import { expectedPoints, valueAt } from './support/fakePoints.ts';
import { readNotes } from './support/notes.ts';
import { FAKE_TRAINER, hostOf, until, withService } from './support/service.ts';

const KILLS = 20;
const SEED = Number(process.env['PRETEXT_KILL_SEED'] ?? 1);
/** Big batches, frequent padded checkpoints, no pauses to speak of: something is being written at nearly every moment. */
const BUSY = { steps: 10_000_000, batch: 200, pauseMs: 1, every: 2000, pad: 300_000 };

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Nothing lost, nothing twice, nothing changed: every noted point is stored, and every stored one is what was computed. */
function checkPoints(store: Store, run: RunId, notes: readonly string[]): number {
  const stored = [...store.points.all(run)];
  const names = new Set(stored.map(({ metric, step }) => `${metric} ${step}`));
  expect(names.size).toBe(stored.length);
  expect(notes.filter((note) => !names.has(note))).toEqual([]);
  expect(stored.filter((point) => !isRight(point))).toEqual([]);
  return stored.length;
}

function isRight({ metric, step, epoch, time, value }: MetricPoint): boolean {
  return epoch === step / 100 && time === step / 10 && value === valueAt(1, metric, step);
}

/** No damage: the database, every checkpoint and the chain of artefacts are whole. */
async function checkWorkspace(store: Store, run: RunId): Promise<void> {
  expect(store.check()).toEqual([]);
  for (const { digest } of store.runs.get(run).checkpoints)
    expect(await store.artefacts.verify(digest)).toBe(true);
}

/** Remembers the processes that were started. */
function watched(launcher: TrainerLauncher): TrainerLauncher & { readonly ports: TrainerPort[] } {
  const ports: TrainerPort[] = [];
  return {
    kind: launcher.kind,
    ports,
    launch: (name) => {
      const port = launcher.launch(name);
      ports.push(port);
      return port;
    },
  };
}

describe('kill -9', () => {
  it(`of the trainer, ${KILLS} times in one run: no point lost, resumable each time`, async () => {
    const notes = join(testFolder('notes'), 'notes');
    const launcher = watched(forkLauncher(FAKE_TRAINER, { env: { FAKE_TRAINER_NOTES: notes } }));
    const rng = Rng.stream(SEED, 'trainer kills');
    await withService(
      async ({ store, service, launch }) => {
        const id = launch(BUSY);
        for (let kill = 0; kill < KILLS; kill++) {
          await until(() => store.runs.row(id).status === 'running', 'it ran');
          await until(() => store.runs.get(id).checkpoints.length > 0, 'a checkpoint was kept');
          await wait(rng.below(250));
          process.kill(launcher.ports.at(-1)?.pid ?? 0, 'SIGKILL');
          const row = await service.whenEnded(id);
          expect(row).toMatchObject({
            status: 'crashed',
            resumable: true,
            reason: expect.stringMatching(/SIGKILL/) as string,
          });
          expect(store.logs.tail(id, 200).length).toBeGreaterThan(kill);
          checkPoints(store, id, readNotes(notes));
          await service.resume([id]);
        }
        await until(() => store.runs.row(id).status === 'running', 'it ran');
        service.stop([id]);
        await service.whenEnded(id);
        await checkWorkspace(store, id);
        const stored = [...store.points.all(id)];
        const steps = stored.filter((point) => point.metric === 'loss').length;
        expect(stored).toEqual(expectedPoints(1, steps));
      },
      { launcher, timing: { flush: 20, silence: 60_000, grace: 2000 } },
    );
  });

  it(`of the app, ${KILLS} times in one workspace, while it writes: no acknowledged or journaled point lost`, async () => {
    const folder = testFolder('killed');
    const workspace = join(folder, 'workspace');
    const [acknowledged, notes] = [join(folder, 'acknowledged'), join(folder, 'notes')];
    const rng = Rng.stream(SEED, 'app kills');
    let stored = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const app = startApp(workspace, acknowledged, notes);
      await new Promise((resolve) => app.once('message', resolve));
      await until(() => existsSync(acknowledged), 'points were acknowledged');
      await wait(rng.below(400));
      app.kill('SIGKILL');
      await new Promise((resolve) => app.once('exit', resolve));
      stored = await nextStart(workspace, [acknowledged, notes], stored);
    }
  });
});

function startApp(workspace: string, acknowledged: string, notes: string): ChildProcess {
  return fork(
    join(import.meta.dirname, 'support', 'killedApp.ts'),
    [workspace, JSON.stringify(BUSY), acknowledged],
    {
      execArgv: [],
      env: { ...process.env, FAKE_TRAINER_NOTES: notes },
    },
  );
}

/** What the app finds when it is started again. @returns how many points are stored */
async function nextStart(workspace: string, notes: readonly string[], before: number): Promise<number> {
  const store = openStore(workspace, { now: () => new Date().toISOString(), newId: (prefix) => prefix });
  try {
    expect(store.readOnlyReason).toBeNull();
    const report = await createRunService({ ...hostOf(store), launcher: noLauncher }).start();
    expect(report.problems).toEqual([]);
    const [row] = store.runs.list();
    if (!row) throw new Error('The run is gone.');
    expect(row).toMatchObject({
      status: 'crashed',
      reason: expect.stringMatching(/^Pretext ended while this run was/) as string,
    });
    expect(report.crashed).toEqual([row.id]);
    expect(store.logs.tail(row.id, 200).length).toBeGreaterThan(0);
    await checkWorkspace(store, row.id);
    const count = checkPoints(store, row.id, notes.flatMap(readNotes));
    expect(count).toBeGreaterThanOrEqual(before);
    return count;
  } finally {
    store.close();
  }
}

/** The next start only looks; nothing is queued. */
const noLauncher: TrainerLauncher = {
  kind: 'inline',
  launch: () => {
    throw new Error('Nothing was to be started.');
  },
};
