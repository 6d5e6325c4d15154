import { describe, expect, it, vi } from 'vitest';
import type { JobRow, LogLine, MetricPoint } from '../../preload/contract/vocabulary.ts';
import { createCoalescer } from '../../main/api/coalescer.ts';
import { createEventHub } from '../../main/api/eventHub.ts';

const job = (id: string, progress: number): JobRow => ({
  id, kind: 'import', title: 'Import', state: 'running', progress, detail: '', etaSeconds: null,
  started: '2026-11-22T10:00:00.000Z', result: null, error: null,
}); // prettier-ignore
const point = (step: number): MetricPoint => ({
  metric: 'loss',
  step,
  epoch: 0,
  time: step,
  value: 1 / step,
});
const line = (seq: number): LogLine => ({ seq, time: '2026-11-22T10:00:00.000Z', level: 'info', text: 'x' });

describe('event hub', () => {
  it('tells only those who listen to a name, until they leave', () => {
    const hub = createEventHub(vi.fn());
    const heard = vi.fn();
    const leave = hub.on('job.changed', heard);
    hub.announce('run.removed', { id: 'a' });
    hub.announce('job.changed', job('j', 0.5));
    leave();
    hub.announce('job.changed', job('j', 1));
    expect(heard.mock.calls).toEqual([[job('j', 0.5)]]);
  });

  it('keeps one listener from harming another', () => {
    const onFault = vi.fn();
    const hub = createEventHub(onFault);
    const heard = vi.fn();
    hub.onAny(() => {
      throw new Error('closed window');
    });
    hub.onAny(heard);
    hub.announce('run.removed', { id: 'a' });
    expect(heard).toHaveBeenCalledWith({ name: 'run.removed', payload: { id: 'a' } });
    expect(onFault).toHaveBeenCalledWith('run.removed', new Error('closed window'));
  });
});

describe('coalescer', () => {
  it('keeps the latest row of each thing and joins points and lines of each run', () => {
    const waiting = createCoalescer();
    waiting.add({ name: 'job.changed', payload: job('a', 0.1) });
    waiting.add({ name: 'run.points', payload: { run: 'r', points: [point(1)] } });
    waiting.add({ name: 'job.changed', payload: job('b', 0.2) });
    waiting.add({ name: 'run.points', payload: { run: 's', points: [point(9)] } });
    waiting.add({ name: 'run.log', payload: { run: 'r', lines: [line(1)] } });
    waiting.add({ name: 'run.points', payload: { run: 'r', points: [point(2), point(3)] } });
    waiting.add({ name: 'run.log', payload: { run: 'r', lines: [line(2)] } });
    waiting.add({ name: 'job.changed', payload: job('a', 0.9) });
    expect(waiting.empty).toBe(false);
    expect(waiting.take()).toEqual({
      lagged: false,
      events: [
        { name: 'job.changed', payload: job('a', 0.9) },
        { name: 'run.points', payload: { run: 'r', points: [point(1), point(2), point(3)] } },
        { name: 'job.changed', payload: job('b', 0.2) },
        { name: 'run.points', payload: { run: 's', points: [point(9)] } },
        { name: 'run.log', payload: { run: 'r', lines: [line(1), line(2)] } },
      ],
    });
    expect(waiting.empty).toBe(true);
  });

  it('drops points beyond its bound, says so once, and still passes rows', () => {
    const waiting = createCoalescer(2);
    for (const step of [1, 2, 3])
      waiting.add({ name: 'run.points', payload: { run: 'r', points: [point(step)] } });
    waiting.add({ name: 'run.removed', payload: { id: 'x' } });
    const taken = waiting.take();
    expect(taken.lagged).toBe(true);
    expect(taken.events).toEqual([
      { name: 'run.points', payload: { run: 'r', points: [point(1), point(2)] } },
      { name: 'run.removed', payload: { id: 'x' } },
    ]);
    expect(waiting.take()).toEqual({ events: [], lagged: false });
  });
});
