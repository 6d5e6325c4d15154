import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createRunService, inlineLauncher, type FromTrainer } from '../../main/runs/index.ts';
import { expectCode } from '../store/support/expectCode.ts';
import { withStore } from '../store/support/workspace.ts';
import { fakeConfig, hostOf, sampleDataset, withService } from './support/service.ts';

/** The fake trainer waits `seed` milliseconds and answers with its process id; it dies for a count of 4. */
const request = { dataset: 'any', indices: [0], views: [], count: 2, seed: 0 };

describe('the warm trainer', () => {
  it('answers one question after the other from one process', () =>
    withService(async ({ service }) => {
      const answers = await Promise.all([30, 0, 10].map((seed) => service.preview({ ...request, seed })));
      expect(new Set(answers.map((answer) => answer.milliseconds)).size).toBe(1);
      expect(await service.doctor()).toEqual([]);
    }));

  it('is started again after it died, and says why it did', () =>
    withService(async ({ service }) => {
      const before = await service.preview(request);
      await expect(service.preview({ ...request, count: 4 })).rejects.toMatchObject({
        ...{ code: 'engine', message: expect.stringContaining('SIGKILL') as string },
      });
      expect((await service.preview(request)).milliseconds).not.toBe(before.milliseconds);
    }));

  it('passes on what the trainer says is wrong', () =>
    withService(async ({ store, service }) => {
      const asked = service.estimate(fakeConfig(store, {}), false);
      await expect(asked).rejects.toMatchObject({
        code: 'engine',
        message: 'No such device.',
        hint: 'Choose cpu.',
      });
    }));

  it('cancels at once; the process lives on and the next answer is its own', () =>
    withService(async ({ service }) => {
      const before = await service.preview(request);
      const cancel = new AbortController();
      const slow = service.preview({ ...request, seed: 300 }, cancel.signal);
      const queued = service.preview({ ...request, seed: 300 }, cancel.signal);
      const next = service.preview(request);
      setTimeout(() => cancel.abort(), 20);
      await expectCode(slow, 'cancelled');
      await expectCode(queued, 'cancelled');
      expect((await next).milliseconds).toBe(before.milliseconds);
      await expectCode(service.preview(request, cancel.signal), 'cancelled');
    }));

  it('ends a trainer that takes too long', () =>
    withService(
      async ({ service }) => {
        await expect(service.preview({ ...request, seed: 600_000 })).rejects.toMatchObject({
          code: 'engine',
          message: expect.stringContaining('within') as string,
        });
        expect((await service.preview(request)).views).toEqual([]);
      },
      { timing: { answer: 4000 } },
    ));

  it('leaves when there is nothing to do', () =>
    withService(
      async ({ service }) => {
        const before = await service.preview(request);
        await new Promise((resolve) => setTimeout(resolve, 300));
        expect((await service.preview(request)).milliseconds).not.toBe(before.milliseconds);
      },
      { timing: { idle: 50 } },
    ));

  it('kills a long job that is cancelled', () =>
    withStore(async (store) => {
      const started: string[] = [];
      const launcher = inlineLauncher((trainer) => {
        trainer.onMessage((message) => message.type === 'job' && started.push(message.job.kind));
        trainer.send({ type: 'ready' });
      });
      const service = createRunService(hostOf(store, { launcher, timing: { grace: 10 } }));
      const cancel = new AbortController();
      const asked = service.estimate(fakeConfig(store, {}), true, cancel.signal);
      setTimeout(() => cancel.abort(), 30);
      await expectCode(asked, 'cancelled');
      const again = service.doctor();
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(started).toEqual(['estimate', 'doctor']);
      await Promise.all([expectCode(again, 'engine'), service.shutdown('stop')]);
    }));
});

describe('predictions', () => {
  const finished = { steps: 20, batch: 10, pauseMs: 0, every: 100 };

  it('become artefacts of the run, and are not computed twice', () =>
    withService(async ({ store, service, launch }) => {
      const id = launch(finished);
      await service.whenEnded(id);
      const wanted = {
        run: id,
        dataset: null,
        split: 'validation',
        representations: false,
        look: null,
      } as const;
      const first = await service.predict(wanted);
      expect(readFileSync(first.predictions.path, 'utf8')).toBe('validation of 20\n');
      expect(store.runs.get(id).artefacts.map(({ kind, digest }) => [kind, digest])).toEqual([
        ['predictions', first.predictions.digest],
      ]);
      expect(await service.predict(wanted)).toEqual(first);
      expect(store.runs.get(id).artefacts).toHaveLength(1);
    }));

  it('of the audit split ask for a purpose, and every look is recorded', () =>
    withService(async ({ store, service, launch }) => {
      const id = launch(finished);
      await service.whenEnded(id);
      const wanted = { run: id, dataset: null, split: 'audit', representations: false } as const;
      await expectCode(service.predict({ ...wanted, look: null }), 'usage');
      expect(store.datasets.get('digits').auditLooks).toEqual([]);
      for (const purpose of ['first', 'second'])
        await service.predict({ ...wanted, look: { audit: null, purpose } });
      expect(store.datasets.get('digits').auditLooks.map((look) => look.purpose)).toEqual([
        'first',
        'second',
      ]);
    }));

  it('are refused without a probed checkpoint', () =>
    withService(async ({ service, launch }) => {
      const id = launch({ ...finished, at: 10, how: 'exit 3' });
      await service.whenEnded(id);
      const wanted = {
        run: id,
        dataset: null,
        split: 'validation',
        representations: false,
        look: null,
      } as const;
      await expectCode(service.predict(wanted), 'conflict');
    }));
});

it('an inline trainer lives the same life', () =>
  withStore(async (store) => {
    store.datasets.create(sampleDataset());
    const launcher = inlineLauncher((trainer) => {
      const say = (message: FromTrainer): void => trainer.send(message);
      trainer.onMessage((message) => {
        if (message.type === 'exit') return trainer.exit();
        if (message.type !== 'job') return;
        const job = message.job.id;
        say({ type: 'state', job, state: 'running' });
        say({
          type: 'points',
          job,
          points: [{ seq: 0, metric: 'loss', step: 0, epoch: 0, time: 0, value: 1 }],
        });
        say({ type: 'failed', job, error: { code: 'engine', message: 'No.', hint: '' } });
      });
      say({ type: 'ready' });
    });
    const service = createRunService(hostOf(store, { launcher }));
    await service.start();
    const [id = ''] = service.launch(fakeConfig(store, {}), { seeds: [], experiment: null, name: 'inline' });
    expect(await service.whenEnded(id)).toMatchObject({ name: 'inline', status: 'failed', reason: 'No.' });
    expect(store.points.count(id)).toBe(1);
    await service.shutdown('stop');
  }));
