import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { JobRow } from '../../preload/contract/vocabulary.ts';
import { AppError } from '../../preload/contract/errors.ts';
import { createJobRecord } from '../../main/api/jobRecord.ts';
import { createJobs, type JobControl, type Jobs } from '../../main/api/jobs.ts';

let now: number;
let announced: JobRow[];
let faults: unknown[];
let jobs: Jobs;
beforeEach(() => {
  now = Date.parse('2026-11-22T10:00:00.000Z');
  announced = [];
  faults = [];
  let count = 0;
  jobs = createJobs({
    now: () => now,
    newId: (prefix) => `${prefix}-${++count}`,
    announce: (name, payload) => {
      if (name === 'job.changed') announced.push(payload as JobRow);
    },
    onFault: (_job, cause) => faults.push(cause),
    record: createJobRecord(null),
  });
});

/** A job whose work the test ends. */
function start(): {
  id: string;
  job: JobControl;
  finish: (result: string) => void;
  fail: (cause: unknown) => void;
} {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let control: JobControl | null = null;
  const id = jobs.start('import', 'Import x', (job) => {
    control = job;
    job.signal.addEventListener('abort', () => reject(new Error('aborted')));
    return promise;
  });
  if (control === null) throw new Error('The work did not start.');
  return { id, job: control, finish: resolve, fail: reject };
}

describe('jobs', () => {
  it('tell their progress at most every so often, with the time that is left', async () => {
    const { id, job, finish } = start();
    expect(announced).toMatchObject([
      { id: 'job-1', state: 'running', progress: null, started: '2026-11-22T10:00:00.000Z' },
    ]);
    now += 10;
    job.progress(0.01, 'looking');
    expect(announced).toHaveLength(1);
    expect(jobs.get(id)).toMatchObject({ progress: 0.01, detail: 'looking', etaSeconds: null });
    now += 29_990;
    job.progress(0.25, 'reading');
    expect(announced.at(-1)).toMatchObject({ progress: 0.25, detail: 'reading', etaSeconds: 90 });
    finish('ds-1');
    await vi.waitFor(() =>
      expect(jobs.get(id)).toMatchObject({
        state: 'finished',
        progress: 1,
        result: 'ds-1',
        etaSeconds: null,
      }),
    );
    expect(announced.at(-1)?.state).toBe('finished');
    job.progress(0.5, 'late');
    expect(jobs.get(id).progress).toBe(1);
  });

  it('fail with their sentence; only faults of Pretext itself are reported', async () => {
    const refused = start();
    refused.fail(new AppError({ code: 'invalidData', message: 'No image.', hint: 'Choose another.' }));
    const broken = start();
    broken.fail(new TypeError('x is undefined'));
    await vi.waitFor(() => expect(jobs.get(broken.id).state).toBe('failed'));
    expect(jobs.get(refused.id)).toMatchObject({
      state: 'failed',
      error: { code: 'invalidData', message: 'No image.', hint: 'Choose another.' },
    });
    expect(jobs.get(broken.id).error?.code).toBe('internal');
    expect(faults).toEqual([new TypeError('x is undefined')]);
  });

  it('are cancelled once', async () => {
    const { id } = start();
    jobs.cancel(id);
    await vi.waitFor(() => expect(jobs.get(id)).toMatchObject({ state: 'cancelled', error: null }));
    expect(() => jobs.cancel(id)).toThrow('Import x is already cancelled.');
    expect(() => jobs.cancel('job-9')).toThrow('There is no job "job-9".');
    expect(faults).toEqual([]);
  });

  it('end together before the workspace closes', async () => {
    const a = start();
    const b = start();
    await jobs.stopAll();
    expect([jobs.get(a.id).state, jobs.get(b.id).state]).toEqual(['cancelled', 'cancelled']);
  });

  it('are remembered, the newest first, up to a hundred that ended', async () => {
    const alive = start();
    for (let i = 0; i < 150; i++) start().finish('x');
    await vi.waitFor(() => expect(jobs.list().filter(({ state }) => state === 'running')).toHaveLength(1));
    start();
    const ids = jobs.list().map(({ id }) => id);
    expect(ids[0]).toBe('job-152');
    expect(ids).toContain(alive.id);
    expect(ids).toHaveLength(100);
  });
});

describe('jobs that the end of the process cut off', () => {
  let kept: unknown;
  const open = (writable = true): Jobs =>
    createJobs({
      now: () => now,
      newId: (prefix) => `${prefix}-${Math.random()}`,
      announce: () => undefined,
      onFault: (_job, cause) => faults.push(cause),
      record: createJobRecord(
        writable ? { read: () => kept, write: (value) => (kept = structuredClone(value)) } : null,
      ),
    });
  const untilAborted = ({ signal }: JobControl): Promise<null> =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
  beforeEach(() => (kept = undefined));

  it.each([
    [
      'import',
      'Import faces',
      'Import faces was cut off when Pretext ended: nothing was imported.',
      'Import it again.',
    ],
    [
      'audit',
      'Audit a, b',
      'Audit a, b was cut off when Pretext ended: no audit was made.',
      'Run the audit again.',
    ],
  ] as const)(
    'by closing or by a kill, a %s is stated after the next start',
    async (kind, title, message, hint) => {
      const killed = open();
      const id = killed.start(kind, title, untilAborted);
      const stated = {
        id,
        kind,
        title,
        state: 'failed',
        result: null,
        error: { code: 'cancelled', message, hint },
      };
      expect(open().get(id)).toMatchObject(stated);
      await killed.stopAll();
      const next = open();
      expect(next.list()).toEqual([expect.objectContaining(stated)]);
      expect(next.busy()).toBe(false);
      expect(() => next.cancel(id)).toThrow(`${title} is already failed.`);
    },
  );

  it('is stated until somebody has asked, and through a process that nobody asks', async () => {
    const killed = open();
    killed.start('import', 'Import faces', untilAborted);
    await open().stopAll();
    const seen = open();
    expect(seen.list()).toHaveLength(1);
    expect(seen.list()).toHaveLength(1);
    expect(open().list()).toEqual([]);
    await killed.stopAll();
  });

  it('says nothing of jobs that ended, were cancelled by hand, or repeat by themselves', async () => {
    const first = open();
    await first.ended(first.start('import', 'Import a', () => Promise.resolve('ds-1')));
    await first.ended(
      first.start('import', 'Import b', () =>
        Promise.reject(new AppError({ code: 'invalidData', message: 'No.' })),
      ),
    );
    const cancelled = first.start('import', 'Import c', untilAborted);
    first.cancel(cancelled);
    expect((await first.ended(cancelled)).state).toBe('cancelled');
    first.start('import', 'Import d', untilAborted, { repeats: true });
    await first.stopAll();
    expect(open().list()).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('is left to the process that writes the workspace', async () => {
    const writing = open();
    writing.start('import', 'Import faces', untilAborted);
    expect(open(false).list()).toEqual([]);
    await writing.stopAll();
  });

  it.each([null, 'x', [{ id: 1 }]])('a record that is %j counts as empty', (value) => {
    kept = value;
    expect(open().list()).toEqual([]);
  });

  it('a full disk keeps a job from starting, and never from ending', async () => {
    let full = false;
    const write = (): void => {
      if (full) throw new AppError({ code: 'diskFull', message: 'The disk is full.' });
    };
    const host = { now: () => now, newId: (prefix: string) => prefix, announce: () => undefined };
    const onFault = (_job: JobRow, cause: unknown): void => void faults.push(cause);
    const tight = createJobs({ ...host, onFault, record: createJobRecord({ read: () => null, write }) });
    const id = tight.start('import', 'Import a', () => Promise.resolve('ds-1'));
    full = true;
    expect((await tight.ended(id)).state).toBe('finished');
    expect(faults).toEqual([expect.objectContaining({ code: 'diskFull' })]);
    expect(() => tight.start('import', 'Import b', untilAborted)).toThrow('The disk is full.');
    expect(tight.busy()).toBe(false);
  });
});
