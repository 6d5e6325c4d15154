import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Params, RunId } from '../../preload/contract/vocabulary.ts';
import { createRunService, type RunService } from '../../main/runs/index.ts';
import { openStore, type Store } from '../../main/store/index.ts';
import { testFolder } from '../store/support/testFolder.ts';
import { countingHost } from '../store/support/workspace.ts';
import { expectedPoints } from './support/fakePoints.ts';
import { fakeConfig, hostOf, until, withService } from './support/service.ts';

const SLOW = { steps: 100_000, batch: 10, pauseMs: 5, every: 20 };

type Opened = { readonly store: Store; readonly service: RunService; readonly crashed: readonly RunId[] };

/** Opens a workspace of the test's own, again and again; what is open at its end is closed and removed. */
function reopening(name: string): () => Promise<Opened> {
  const path = join(testFolder(name), 'w');
  return async () => {
    const store = openStore(path, countingHost(Math.floor(performance.now())));
    const service = createRunService(hostOf(store));
    onTestFinished(async () => {
      await service.shutdown('pause');
      store.close();
    });
    const { crashed } = await service.start();
    return { store, service, crashed };
  };
}

function enqueue(store: Store, service: RunService, steps: number, change: Params = {}): RunId {
  const config = fakeConfig(store, { ...SLOW, steps, ...change });
  return service.launch(config, { seeds: [1], experiment: null, name: null })[0] ?? '';
}

describe('closing with pause', () => {
  it('leaves a queue that survives; what was under way goes on first', async () => {
    const open = reopening('queue');
    const { store, service } = await open();
    const [first, second] = [enqueue(store, service, 300), enqueue(store, service, 20)];
    await until(() => store.runs.get(first).checkpoints.length > 0, 'a checkpoint was kept');
    await service.shutdown('pause');
    expect(store.runs.queue()).toEqual([first, second]);
    store.close();

    const next = await open();
    expect(next.crashed).toEqual([]);
    await Promise.all([first, second].map((id) => next.service.whenEnded(id)));
    expect([...next.store.points.all(first)]).toEqual(expectedPoints(1, 300));
    expect(next.store.logs.tail(first, 9).at(-1)?.text).toMatch(/begins at step [1-9]/);
  });

  it('saves where a run stands, far from its last checkpoint: nothing is computed twice', async () => {
    const open = reopening('leave');
    const { store, service } = await open();
    const id = enqueue(store, service, 400, { every: 1_000_000 });
    await until(() => store.points.count(id) > 50, 'points came');
    await service.shutdown('pause');
    expect(store.runs.row(id)).toMatchObject({
      status: 'queued',
      reason: 'Left when Pretext was closed; it goes on from where it stood.',
    });
    const saved = store.runs.get(id).checkpoints.at(-1)?.step ?? 0;
    expect([...store.points.all(id)]).toEqual(expectedPoints(1, saved));
    store.close();
    const next = await open();
    expect((await next.service.whenEnded(id)).status).toBe('finished');
    expect(next.store.logs.tail(id, 9).at(-1)?.text).toBe(`begins at step ${saved}`);
    expect([...next.store.points.all(id)]).toEqual(expectedPoints(1, 400));
  });

  it('does not wait for ever: then the last checkpoint has to do', () =>
    withService(
      async ({ store, service, launch }) => {
        const id = launch({ ...SLOW, deaf: true });
        await until(() => store.runs.get(id).checkpoints.length > 0, 'a checkpoint was kept');
        const start = performance.now();
        await service.shutdown('pause');
        expect(performance.now() - start).toBeGreaterThan(290);
        expect(store.runs.row(id)).toMatchObject({
          status: 'queued',
          reason: expect.stringMatching(/goes on from its last checkpoint/) as string,
        });
      },
      { timing: { flush: 20, save: 300 } },
    ));

  it('counts a trainer that dies meanwhile as left, not as crashed', () =>
    withService(async ({ store, service, launch }) => {
      const id = launch({ ...SLOW, deaf: true, steps: 60, at: 60, how: 'exit 3' });
      await until(() => store.runs.row(id).status === 'running', 'it ran');
      await service.shutdown('pause');
      expect(store.runs.row(id).status).toBe('queued');
    }));

  it('leaves to the user what the user holds: a paused run does not go on by itself', () =>
    withService(async ({ store, service, launch }) => {
      const id = launch(SLOW);
      await until(() => store.points.count(id) > 20, 'points came');
      service.pause([id]);
      await until(() => store.runs.row(id).status === 'paused', 'it paused');
      await service.shutdown('pause');
      expect(store.runs.row(id)).toMatchObject({
        status: 'stopped',
        resumable: true,
        reason: expect.stringMatching(/^It was paused .* from where it stood/) as string,
      });
    }));

  it('lets a run that is being stopped end, and none that was stopped train again', () =>
    withService(async ({ store, service, launch }) => {
      const [soon, never] = [launch(SLOW), launch(SLOW)];
      await until(() => store.points.count(soon) > 20, 'points came');
      service.stop([soon]);
      service.stop([never]);
      await service.shutdown('pause');
      expect(store.runs.row(soon)).toMatchObject({
        status: 'stopped',
        reason: 'Stopped by the user; the work until then is kept.',
      });
      expect(store.runs.get(soon).checkpoints.at(-1)?.kind).toBe('stopped');
      expect(store.runs.queue()).toEqual([]);
    }));

  it('before a trainer is ready puts the run back as it was', () =>
    withService(async ({ store, service, launch }) => {
      const [first, second] = [launch(SLOW), launch(SLOW)];
      await service.shutdown('pause');
      expect(store.runs.queue()).toEqual([first, second]);
      expect(store.points.count(first)).toBe(0);
    }));
});
