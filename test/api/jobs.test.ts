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
