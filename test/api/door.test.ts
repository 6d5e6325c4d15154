import { describe, expect, it, vi } from 'vitest';
import { calls } from '../../preload/contract/calls.ts';
import { AppError } from '../../preload/contract/errors.ts';
import { createDoor } from '../../main/api/door.ts';
import { scriptedHandlers } from '../support/scriptedHandlers.ts';

function doorOf(written: Parameters<typeof scriptedHandlers>[0], readOnly: string | null = null) {
  const onFault = vi.fn();
  const door = createDoor({ handlers: scriptedHandlers(written), readOnlyReason: () => readOnly, onFault });
  return { door, onFault };
}

describe('the door', () => {
  it('hands the handler its arguments with every default filled in', async () => {
    const list = vi.fn(() => []);
    const { door } = doorOf({ 'runs.list': list });
    expect(await door.ask('runs.list', {})).toEqual({ ok: true, value: [] });
    expect(list).toHaveBeenCalledWith({ archived: false, experiment: null });
  });

  it.each([
    ['runs.lst', {}, 'There is no call "runs.lst".', 'Did you mean runs.list?'],
    ['toString', {}, 'There is no call "toString".', 'See preload/contract/calls.ts.'],
    [
      'runs.get',
      {},
      'runs.get: id was refused: invalid input: expected string, received undefined.',
      'Correct id.',
    ],
    [
      'runs.get',
      null,
      'runs.get: id was refused: invalid input: expected string, received undefined.',
      'Correct id.',
    ],
    [
      'runs.get',
      'run-1',
      'runs.get: the argument was refused: invalid input: expected object, received string.',
      'Correct the argument.',
    ],
    ['runs.get', { id: 'a', ID: 'b' }, 'runs.get: unknown argument ID.', 'Did you mean id?'],
    ['runs.get', { id: 'a', zzzzzz: 1 }, 'runs.get: unknown argument zzzzzz.', 'Known here: id.'],
    [
      'runs.logs',
      { id: 'a', limit: 1e9 },
      'runs.logs: limit was refused: too big: expected number to be <=5000.',
      'Correct limit.',
    ],
    [
      'runs.update',
      { id: 'a', tags: ['x', 7] },
      'runs.update: tags.1 was refused: invalid input: expected string, received number.',
      'Correct tags.1.',
    ],
    [
      'audits.create',
      { runs: ['a'], options: { features: ['f'], metrics: ['accuracy'], spilt: 'audit' } },
      'audits.create: unknown argument options.spilt.',
      'Did you mean split?',
    ],
    [
      'datasets.import',
      { path: 'x', options: { correlaton: 0.5 } },
      'datasets.import: unknown argument options.correlaton.',
      'Did you mean correlation?',
    ],
  ])('refuses %s %j', async (name, args, message, hint) => {
    const { door } = doorOf({});
    expect(await door.ask(name, args)).toEqual({ ok: false, error: { code: 'usage', message, hint } });
  });

  it('refuses every call that writes, and only those, where the workspace is read-only', async () => {
    const { door } = doorOf({ 'runs.pause': () => undefined }, 'process 7 has it open.');
    expect(await door.ask('runs.pause', { ids: ['a'] })).toEqual({
      ok: false,
      error: {
        code: 'readOnly',
        message: 'runs.pause would change the workspace, which is open read-only: process 7 has it open.',
        hint: 'Close the other process, or use another workspace.',
      },
    });
    const { door: reading } = doorOf({ 'jobs.list': () => [] }, 'process 7 has it open.');
    expect(await reading.ask('jobs.list', {})).toEqual({ ok: true, value: [] });
    expect(
      Object.entries(calls)
        .filter(([, call]) => call.writes)
        .map(([name]) => name),
    ).toContain('runs.pause');
  });

  it('passes a sentence on as it is, and reports faults of its own to the log', async () => {
    const refusal = new AppError({ code: 'notFound', message: 'No run a.', hint: 'List them.' });
    const { door, onFault } = doorOf({
      'runs.get': () => Promise.reject(refusal),
      'runs.metrics': () => {
        throw new TypeError('x is not a function');
      },
    });
    expect(await door.ask('runs.get', { id: 'a' })).toEqual({ ok: false, error: refusal.toPlain() });
    expect(onFault).not.toHaveBeenCalled();
    expect(await door.ask('runs.metrics', { id: 'a' })).toMatchObject({
      ok: false,
      error: { code: 'internal', message: 'x is not a function' },
    });
    expect(onFault).toHaveBeenCalledWith('runs.metrics', expect.any(TypeError));
  });
});
