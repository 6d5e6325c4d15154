import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Bridge } from '../../preload/contract/bridge.ts';
import type { CallInput, CallName, CallValue } from '../../preload/contract/calls.ts';
import type { TourState } from '../../preload/contract/vocabulary.ts';
import { createMemoryBridge } from '../../main/api/memoryBridge.ts';
import { readTourState } from '../../main/api/tour/state.ts';
import { createServices, type Services } from '../../main/services.ts';
import { openStore } from '../../main/store/index.ts';
import { scriptedTrainers, type Script } from './support/scriptedTrainer.ts';

/** A busy machine needs many times as long for an audit as an idle one. */
const PATIENT = { timeout: 150_000, interval: 20 };
vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });
const eventually = (look: () => Promise<void>): Promise<void> => vi.waitFor(look, PATIENT);

let workspace: string;
let script: Script;
let faults: unknown[];
const opened: Services[] = [];

beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'pretext-tour-'));
  script = { pretrained: () => Promise.resolve('finished') };
  faults = [];
});
afterEach(async () => {
  for (const services of opened.splice(0)) await services.shutdown('pause');
  rmSync(workspace, { recursive: true });
  expect(faults).toEqual([]);
});

interface Opened {
  readonly services: Services;
  readonly bridge: Bridge;
  ask<N extends CallName>(name: N, args: CallInput<N>): Promise<CallValue<N>>;
  /** The state once the tour is no longer under way. */
  ended(): Promise<TourState>;
  reached(holds: (state: TourState) => boolean): Promise<TourState>;
}

/** Opens the workspace as an app with windows does. */
async function open(windows = true): Promise<Opened> {
  const services = createServices({
    launcher: scriptedTrainers(script),
    paths: { workspace },
    kind: 'serve',
    onFault: (where, cause) => faults.push([where, cause]),
    timing: { flush: 10, grace: 200, idle: 1000 },
  });
  opened.push(services);
  await services.start({ windows });
  const bridge = createMemoryBridge(services.door, services.events);
  const ask: Opened['ask'] = async (name, args) => {
    const answer = await bridge.call(name, args);
    if (answer.ok) return answer.value;
    throw new Error(answer.error.message);
  };
  const reached: Opened['reached'] = async (holds) => {
    await eventually(async () => expect(holds(await ask('tour.state', {}))).toBe(true));
    return ask('tour.state', {});
  };
  return { services, bridge, ask, reached, ended: () => reached(({ status }) => status !== 'running') };
}

const training = ({ step, runs }: TourState): boolean => step === 'training' && runs.length === 3;
/** A trainer that trains until the test lets go. */
function held(): { readonly letGo: () => void } {
  const { promise, resolve } = Promise.withResolvers<'finished'>();
  script.pretrained = () => promise;
  return { letGo: () => resolve('finished') };
}

describe('the tour', () => {
  it('goes from the import to the audit without anybody looking, and tells what was found', async () => {
    const { ask, ended } = await open();
    expect(await ask('tour.state', {})).toMatchObject({ status: 'idle', step: null });
    expect(await ask('tour.start', {})).toMatchObject({ status: 'running', step: 'importing' });
    await expect(ask('tour.start', {})).rejects.toThrow('The tour is under way already.');
    const state = await ended();
    expect(state).toMatchObject({ status: 'finished', step: 'auditing', job: null, error: null });
    expect(state.runs.map(({ part }) => part)).toEqual(['kept', 'changed', 'twin']);
    const configs = await Promise.all(
      state.runs.map(async ({ run }) => (await ask('runs.get', { id: run })).config),
    );
    expect(configs.map(({ method, views }) => [method.id, views.map(({ id }) => id)])).toEqual([
      ['simclr', ['resizedCrop']],
      ['simclr', ['resizedCrop', 'colourJitter', 'grayscale']],
      ['supervised', ['resizedCrop']],
    ]);
    const audit = await ask('audits.get', { id: state.audit ?? '' });
    expect(audit.models.map(({ run }) => run)).toEqual(state.runs.map(({ run }) => run));
    expect(audit.models[0]?.overall.metrics['accuracy']?.value).toBeCloseTo(0.75, 2);
    const { kept, changed, twin, difference } = state.answer ?? {};
    expect([kept, changed, twin]).toEqual(
      audit.models.map(
        ({ primary }) => primary && { value: primary.value, low: primary.low, high: primary.high },
      ),
    );
    // The scripted trainers all predict the same.
    expect(difference).toMatchObject({ value: 0, low: null, reason: expect.stringContaining('every draw') });
  });

  it('announces every step, and goes on when the window that started it is closed', async () => {
    const { letGo } = held();
    const { bridge, ask, reached, ended } = await open();
    const heard: string[] = [];
    const closeWindow = bridge.on('tour.changed', ({ status, step }) =>
      heard.push(`${status} ${step ?? ''}`),
    );
    await ask('tour.start', {});
    await reached(training);
    closeWindow();
    letGo();
    expect((await ended()).status).toBe('finished');
    expect([...new Set(heard)]).toEqual(['running importing', 'running training']);
  });

  it('goes on after the app was closed halfway', async () => {
    held();
    const first = await open();
    await first.ask('tour.start', {});
    const before = await first.reached(training);
    await first.services.shutdown('pause');
    script.pretrained = () => Promise.resolve('finished');
    const second = await open();
    const state = await second.ended();
    expect(state).toMatchObject({ status: 'finished', runs: before.runs, started: before.started });
    expect(await second.ask('runs.list', {})).toHaveLength(3);
    expect(await second.ask('audits.list', {})).toHaveLength(1);
  });

  it('goes on after the app was killed halfway: what crashed with it is resumed', async () => {
    held();
    const first = await open();
    await first.ask('tour.start', {});
    const { runs } = await first.reached(training);
    await first.services.shutdown('pause');
    // What the next start finds after a kill: a run that nobody trains, which it calls crashed.
    const store = openStore(workspace, {
      now: () => new Date().toISOString(),
      newId: (prefix) => `${prefix}-1`,
    });
    store.runs.change(runs[0]?.run ?? '', { status: 'running' });
    store.close();
    script.pretrained = () => Promise.resolve('finished');
    const second = await open();
    expect((await second.ended()).status).toBe('finished');
    expect((await second.ask('runs.list', {})).map(({ status }) => status)).toEqual([
      'finished',
      'finished',
      'finished',
    ]);
  });

  it('closed during its import, imports again and tells nobody of a lost job', async () => {
    const first = await open();
    await first.ask('tour.start', {});
    expect(await first.ask('tour.state', {})).toMatchObject({ step: 'importing', status: 'running' });
    await first.services.shutdown('pause');
    const second = await open();
    expect((await second.ended()).status).toBe('finished');
    expect((await second.ask('jobs.list', {})).map(({ state }) => state)).toEqual(['finished', 'finished']);
    expect(await second.ask('datasets.list', {})).toHaveLength(1);
  });

  it('stays as it is while a command without windows has the workspace', async () => {
    held();
    const first = await open();
    await first.ask('tour.start', {});
    await first.reached(training);
    await first.services.shutdown('pause');
    script.pretrained = () => Promise.resolve('finished');
    const command = await open(false);
    await eventually(async () =>
      expect((await command.ask('runs.list', {})).every(({ status }) => status === 'finished')).toBe(true),
    );
    expect(await command.ask('tour.state', {})).toMatchObject({ status: 'running', step: 'training' });
    expect(await command.ask('jobs.list', {})).toEqual([]);
    await command.services.shutdown('pause');
    expect((await (await open()).ended()).status).toBe('finished');
  });

  it('ends with the reason of a run that failed, and stops the others', async () => {
    script.pretrained = ({ config }) =>
      config.views.length > 1 ? Promise.resolve('failed') : Promise.resolve('finished');
    const { ask, ended } = await open();
    await ask('tour.start', {});
    const state = await ended();
    expect(state).toMatchObject({ status: 'failed', step: 'training', audit: null, answer: null });
    expect(state.error).toMatchObject({
      code: 'engine',
      message: expect.stringMatching(
        /^The run “Tour: SimCLR, colours changed” failed: The loss is not a number\./,
      ),
      hint: expect.stringContaining('Start the tour again'),
    });
    await eventually(async () =>
      expect((await ask('runs.list', {})).map(({ status }) => status).sort()).toEqual([
        'failed',
        'finished',
        'stopped',
      ]),
    );
    script.pretrained = () => Promise.resolve('finished');
    await ask('tour.start', {});
    expect(await ended()).toMatchObject({ status: 'finished', error: null });
  });

  it('ends when one of its runs is stopped by hand', async () => {
    held();
    const { ask, reached, ended } = await open();
    await ask('tour.start', {});
    const { runs } = await reached(training);
    await ask('runs.stop', { ids: [runs[2]?.run ?? ''] });
    expect(await ended()).toMatchObject({ status: 'cancelled', step: 'training', error: null });
  });

  it('is cancelled while it trains: its runs are stopped, what they have is kept', async () => {
    held();
    const { ask, reached } = await open();
    await ask('tour.start', {});
    await reached(training);
    expect(await ask('tour.cancel', {})).toMatchObject({ status: 'cancelled', step: 'training' });
    const { runs } = await ask('tour.state', {});
    await eventually(async () => {
      const rows = await ask('runs.list', {});
      expect(rows.filter(({ status }) => ['queued', 'starting', 'running'].includes(status))).toEqual([]);
    });
    expect(runs).toHaveLength(3);
    expect(await ask('tour.cancel', {})).toMatchObject({ status: 'cancelled' });
  });

  it('is cancelled while it imports, by itself or by its job', async () => {
    const { ask, reached, ended } = await open();
    await ask('tour.start', {});
    const { job } = await reached((state) => state.job !== null);
    expect(await ask('tour.cancel', {})).toMatchObject({ status: 'cancelled', step: 'importing' });
    await eventually(async () => expect((await ask('jobs.get', { id: job ?? '' })).state).toBe('cancelled'));
    await ask('tour.start', {});
    await ask('jobs.cancel', { id: (await reached((state) => state.job !== null)).job ?? '' });
    expect(await ended()).toMatchObject({ status: 'cancelled', step: 'importing', dataset: null });
    expect(await ask('datasets.list', {})).toEqual([]);
  });
});

describe('what is kept of the tour', () => {
  it('is hidden from windows, and cannot be written by them', async () => {
    const { ask } = await open();
    await ask('tour.start', {});
    await ask('tour.cancel', {});
    expect(await ask('settings.get', {})).toEqual({});
    await expect(
      ask('settings.set', { values: { 'internal.tour': { status: 'finished' } } }),
    ).rejects.toThrow('The setting "internal.tour" is Pretext\'s own and cannot be written.');
  });

  it.each([undefined, null, 'x', { status: 'running' }, { status: 'walking' }])(
    '%j counts as no tour',
    (kept) => {
      expect(readTourState(kept)).toMatchObject({ status: 'idle', runs: [] });
    },
  );
});
