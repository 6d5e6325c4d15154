import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunRow } from '../../preload/contract/vocabulary.ts';
import { AppError } from '../../preload/contract/errors.ts';
import { expectedPoints } from './support/fakePoints.ts';
import { fakeConfig, until, withService } from './support/service.ts';

const QUICK = { steps: 300, batch: 10, pauseMs: 0, every: 100 };
const SLOW = { steps: 100_000, batch: 10, pauseMs: 5, every: 20 };

describe('the life of a run', () => {
  it('goes queued, starting, running, finished, and everything is kept', () =>
    withService(async ({ store, service, heard, launch }) => {
      const id = launch(QUICK);
      const row = await service.whenEnded(id);
      expect(heard.statuses(id)).toEqual(['queued', 'starting', 'running', 'finished']);
      expect(row).toMatchObject({
        reason: null,
        resumable: false,
        progress: { step: 300 },
        cost: { deviceSeconds: 1 },
      });
      expect([...store.points.all(id)]).toEqual(expectedPoints(1, 300));
      const run = store.runs.get(id);
      expect(run.checkpoints.map(({ kind, step }) => `${kind} ${step}`)).toEqual([
        'periodic 200',
        'final 300',
        'periodic 300',
      ]);
      for (const { digest } of run.checkpoints) expect(await store.artefacts.verify(digest)).toBe(true);
      expect(run.results?.linearAccuracy).toBe(0.6);
      expect(store.logs.tail(id, 5).map((line) => line.text)).toEqual(['begins at step 0']);
      expect(existsSync(join(store.path, 'runs', id))).toBe(false);
    }));

  it('pauses, stands still, and goes on', () =>
    withService(async ({ store, service, heard, launch }) => {
      const id = launch({ ...SLOW, steps: 400 });
      await until(() => store.points.count(id) > 0, 'points came');
      service.pause([id]);
      await until(() => store.runs.row(id).status === 'paused', 'it paused');
      const still = store.points.count(id);
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(store.points.count(id)).toBe(still);
      await service.resume([id]);
      expect((await service.whenEnded(id)).status).toBe('finished');
      expect(heard.statuses(id)).toEqual(['queued', 'starting', 'running', 'paused', 'running', 'finished']);
      expect([...store.points.all(id)]).toEqual(expectedPoints(1, 400));
    }));

  it('stops and keeps the work, and is resumed to the same points as an uninterrupted run', () =>
    withService(async ({ store, service, launch }) => {
      const id = launch({ ...SLOW, steps: 500 });
      await until(() => store.points.count(id) > 50, 'points came');
      service.stop([id]);
      const row = await service.whenEnded(id);
      expect(row).toMatchObject({
        status: 'stopped',
        resumable: true,
        reason: expect.stringContaining('kept') as string,
      });
      expect(store.runs.get(id).checkpoints.at(-1)?.kind).toBe('stopped');
      await service.resume([id]);
      await until(() => store.runs.row(id).status === 'finished', 'it finished');
      expect([...store.points.all(id)]).toEqual(expectedPoints(1, 500));
      expect(store.logs.tail(id, 9).at(-1)?.text).toMatch(/begins at step [1-9]/);
    }));

  it('stops while paused, while queued and before it began', () =>
    withService(async ({ store, service, launch }) => {
      const [first, second] = [launch(SLOW), launch(SLOW)];
      service.stop([second]);
      expect(store.runs.row(second)).toMatchObject({ status: 'stopped', reason: 'Taken out of the queue.' });
      await until(() => store.runs.row(first).status === 'running', 'it ran');
      service.pause([first]);
      await until(() => store.runs.row(first).status === 'paused', 'it paused');
      service.stop([first]);
      expect((await service.whenEnded(first)).status).toBe('stopped');
      const third = launch(SLOW);
      service.stop([third]);
      expect((await service.whenEnded(third)).status).toBe('stopped');
    }));

  it.each([
    ['pause', 'finished'],
    ['pause', 'queued'],
    ['resume', 'finished'],
    ['resume', 'running'],
    ['stop', 'finished'],
  ] as const)('refuses to %s a run that is %s, and touches none of the others', (verb, status) =>
    withService(async ({ store, service, launch }) => {
      const done = launch(QUICK);
      await service.whenEnded(done);
      const running = launch(SLOW);
      const queued = launch(SLOW);
      await until(() => store.runs.row(running).status === 'running', 'it ran');
      const wrong = { finished: done, queued, running }[status];
      await expect((async () => service[verb]([running, wrong]))()).rejects.toMatchObject({
        code: 'conflict',
      });
      expect(store.runs.row(running).status).toBe('running');
    }),
  );

  const deaths: readonly (readonly [string, RunRow['status'], RegExp])[] = [
    ['exit 0', 'crashed', /without finishing/],
    ['exit 3', 'crashed', /exit code 3/],
    ['throw', 'crashed', /exit code 1: RangeError: the loss ran away/],
    ['abort', 'crashed', /native code \(SIGABRT\)/],
    ['kill', 'crashed', /SIGKILL.*out of memory/],
    ['terminate', 'crashed', /ended from outside \(SIGTERM\)/],
    ['torn', 'crashed', /SIGKILL/],
    ['silence', 'crashed', /no sign of life/],
    ['failed', 'failed', /The loss is NaN at step 50\. Lower the learning rate\./],
    ['bad point', 'failed', /could not keep what the trainer sent/],
  ];
  it.each(deaths)('says what happened after: %s', (how, status, reason) =>
    withService(
      async ({ store, service, launch }) => {
        const id = launch({ ...QUICK, every: 20, at: 50, how });
        const row = await service.whenEnded(id);
        expect(row).toMatchObject({
          status,
          reason: expect.stringMatching(reason) as string,
          resumable: true,
        });
        expect(row.ended).not.toBeNull();
        expect(
          [...store.points.all(id)].filter((point) => point.metric === 'loss').length,
        ).toBeGreaterThanOrEqual(50);
        expect(store.logs.tail(id, 200).map((line) => line.text)).toContain('begins at step 0');
        if (how === 'throw')
          expect(store.logs.tail(id, 200).some((line) => line.level === 'error')).toBe(true);
        expect(store.check()).toEqual([]);
      },
      { timing: { flush: 20, silence: how === 'silence' ? 3000 : 60_000, grace: 1000 } },
    ),
  );

  it('takes in points that were journaled but never sent', () =>
    withService(async ({ store, service, launch }) => {
      const id = launch({ ...QUICK, at: 50, how: 'unsent' });
      await service.whenEnded(id);
      expect([...store.points.all(id)].filter((point) => point.metric === 'unsent')).toHaveLength(2);
    }));

  it('fails a run whose data set or launcher does not work', () =>
    withService(
      async ({ service, launch }) => {
        expect(await service.whenEnded(launch(QUICK))).toMatchObject({
          status: 'failed',
          reason: 'The data set is gone. Import it.',
        });
      },
      {
        datasetFilesOf: () => {
          throw new AppError({ code: 'notFound', message: 'The data set is gone.', hint: 'Import it.' });
        },
      },
    ));

  it('goes back to an older checkpoint if the newest is damaged', () =>
    withService(async ({ store, service, launch }) => {
      const id = launch({ ...QUICK, every: 20, at: 90, how: 'kill' });
      await service.whenEnded(id);
      const newest = store.runs.get(id).checkpoints.at(-1);
      const { writeFileSync } = await import('node:fs');
      writeFileSync(store.artefacts.find(newest?.digest ?? '').path, 'damaged');
      await service.resume([id]);
      await until(
        () => store.runs.row(id).status === 'crashed' && store.logs.tail(id, 9).length > 1,
        'it crashed again',
      );
      expect(store.logs.tail(id, 9).map((line) => line.text)).toContain('begins at step 60');
    }));

  it('announces at most about ten times a second', () =>
    withService(
      async ({ heard, service, launch }) => {
        const start = performance.now();
        const id = launch({ ...QUICK, steps: 3000, batch: 5, pauseMs: 1 });
        await service.whenEnded(id);
        const seconds = (performance.now() - start) / 1000;
        const points = heard.events.filter(({ name }) => name === 'run.points');
        expect(points.length).toBeGreaterThan(2);
        expect(points.length).toBeLessThan(11 * seconds + 10);
      },
      { timing: { flush: 100 } },
    ));
});

describe('the queue', () => {
  it('runs one per device at once, in order, and as many as the setting says', () =>
    withService(async ({ store, service, heard, launch }) => {
      let most = 0;
      const ids = [1, 2, 3].map((seed) => launch(QUICK, { seed }));
      for (const id of ids) void service.whenEnded(id).then(() => (most = Math.max(most, service.active())));
      expect(service.active()).toBe(1);
      await Promise.all(ids.map((id) => service.whenEnded(id)));
      const starts = heard.events.filter(({ payload }) => (payload as RunRow).status === 'starting');
      expect([...new Set(starts.map(({ payload }) => (payload as RunRow).id))]).toEqual(ids);
      store.settings.set({ maxConcurrent: 2 });
      const more = [launch(SLOW), launch(SLOW), launch(SLOW)];
      expect(service.active()).toBe(2);
      const elsewhere = launch(SLOW, { engine: { id: 'tensorflow', device: 'gpu', threads: 0 } });
      expect(service.active()).toBe(3);
      service.stop([...more, elsewhere]);
      await Promise.all(more.map((id) => service.whenEnded(id)));
      expect(most).toBeLessThanOrEqual(1);
    }));

  it('is left alone where it is not to be worked; what else there is to do is done', () =>
    withService(
      async ({ store, service, launch }) => {
        const [first, second] = [launch(QUICK), launch(QUICK)];
        store.runs.change(second, { status: 'crashed' });
        await service.resume([second]);
        await new Promise((resolve) => setTimeout(resolve, 200));
        expect(service.active()).toBe(0);
        expect(store.runs.queue()).toEqual([first, second]);
        service.stop([first]);
        expect((await service.whenEnded(first)).status).toBe('stopped');
        expect(await service.doctor()).toEqual([]);
      },
      {},
      {},
      { workQueue: false },
    ));

  it('stops and keeps what trains when asked to at the end', () =>
    withService(async ({ store, service, launch }) => {
      const [first, second] = [launch(SLOW), launch(SLOW)];
      await until(() => store.runs.row(first).status === 'running', 'it ran');
      await service.shutdown('stop');
      expect(store.runs.row(first).status).toBe('stopped');
      expect(store.runs.row(second).status).toBe('queued');
    }));
});

describe('launching', () => {
  it('makes one run per seed, in an experiment named after the data set', () =>
    withService(async ({ store, service }) => {
      const config = fakeConfig(store, SLOW);
      const ids = service.launch(config, { seeds: [4, 5], experiment: null, name: 'twins' });
      const rows = ids.map((id) => store.runs.row(id));
      expect(rows.map((row) => [row.name, row.seed, row.experimentName])).toEqual([
        ['twins seed 4', 4, 'digits'],
        ['twins seed 5', 5, 'digits'],
      ]);
      expect(rows[0]?.configHash).not.toBe(rows[1]?.configHash);
      const again = service.clone(ids[0] ?? '', 9);
      expect(store.runs.row(again)).toMatchObject({ seed: 9, experimentName: 'digits', status: 'queued' });
      expect(store.experiments.list()).toHaveLength(1);
      expect(store.runs.get(again).provenance).toMatchObject({
        codeVersion: 'test',
        datasetDigest: 'a'.repeat(64),
      });
    }));

  it('adds none of several runs if something is wrong', () =>
    withService(async ({ store, service }) => {
      const config = fakeConfig(store, SLOW);
      expect(() => service.launch(config, { seeds: [1, 2], experiment: 'none', name: null })).toThrow(
        /no experiment/,
      );
      expect(() =>
        service.launch({ ...config, dataset: 'none' }, { seeds: [], experiment: null, name: null }),
      ).toThrow(/no data set/);
      expect(store.runs.list()).toEqual([]);
    }));

  it('extends a finished run from its last checkpoint, with its points', () =>
    withService(async ({ store, service, launch }) => {
      const id = launch(QUICK);
      await service.whenEnded(id);
      expect(() => service.extend(id, 4)).toThrow(/adds none/);
      const longer = service.extend(id, 8);
      await service.whenEnded(longer);
      expect(store.logs.tail(longer, 1)[0]?.text).toBe('begins at step 300');
      expect([...store.points.all(longer)]).toEqual(expectedPoints(1, 300));
      await store.runs.purge([id]);
      for (const { digest } of store.runs.get(longer).checkpoints)
        expect(await store.artefacts.verify(digest)).toBe(true);
    }));
});

describe('a full disk', () => {
  it('pauses the run with the reason; with room again it goes on and no point is missing', () => {
    let free = Infinity;
    return withService(
      async ({ store, service, launch }) => {
        const id = launch({ ...SLOW, steps: 600 });
        await until(() => store.points.count(id) > 20, 'points came');
        free = 1000;
        await until(() => store.runs.row(id).status === 'paused', 'it paused');
        expect(store.runs.row(id).reason).toMatch(/^Paused: No room for points/);
        await expect(service.resume([id])).rejects.toMatchObject({ code: 'diskFull' });
        free = Infinity;
        await service.resume([id]);
        expect((await service.whenEnded(id)).reason).toBeNull();
        expect([...store.points.all(id)]).toEqual(expectedPoints(1, 600));
      },
      {},
      { freeBytes: () => free },
    );
  });
});
