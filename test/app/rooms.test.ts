import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunRow, TourState } from '../../preload/contract/vocabulary.ts';
import { createEventHub } from '../../main/api/eventHub.ts';
import { createFakeElectron } from './fakeElectron.ts';

const folder = mkdtempSync(join(tmpdir(), 'pretext-app-'));
afterAll(() => rmSync(folder, { recursive: true }));

let fake: ReturnType<typeof createFakeElectron>;
beforeEach(() => {
  fake = createFakeElectron(folder);
  vi.resetModules();
  vi.doMock('electron', () => fake.electron);
});

const row = (id: string, status: RunRow['status'], reason: string | null = null): RunRow =>
  ({ id, name: `run ${id}`, status, reason, method: 'simclr', datasetName: 'digits' }) as unknown as RunRow;
const events = () => createEventHub(vi.fn());

describe('the place of the window', () => {
  const screens = [{ x: 0, y: 0, width: 1920, height: 1080 }];
  const first = { width: 1360, height: 880, maximized: false };
  const file = join(folder, 'deep', 'window.json');

  it('is remembered', async () => {
    const { readWindowState, writeWindowState } = await import('../../main/app/windowState.ts');
    const state = { x: 50, y: 60, width: 1000, height: 700, maximized: true };
    writeWindowState(file, state);
    // Numbers alone are read back: true is 1.
    expect(readWindowState(file, screens)).toEqual(state);
  });

  it.each([
    ['nothing is remembered', null, first],
    ['the file is damaged', '{"width": 10', first],
    ['the file holds something else', '[]', first],
    ['the window was tiny', '{"width": 10, "height": 10}', first],
    [
      'the screen is gone',
      '{"x": 5000, "y": 0, "width": 900, "height": 600}',
      { width: 900, height: 600, maximized: false },
    ],
    [
      'the title bar was above the screen',
      '{"x": 0, "y": -500, "width": 900, "height": 600}',
      { width: 900, height: 600, maximized: false },
    ],
  ])('is the first one or leaves the position to the system where %s', async (_when, text, expected) => {
    const { readWindowState } = await import('../../main/app/windowState.ts');
    const place = join(folder, 'other.json');
    rmSync(place, { force: true });
    if (text !== null) writeFileSync(place, text);
    expect(readWindowState(place, screens)).toEqual(expected);
  });
});

describe('wakefulness', () => {
  it('lasts exactly while something trains', async () => {
    const { setupWakefulness } = await import('../../main/app/wakefulness.ts');
    const { powerSaveBlocker } = fake.electron;
    const hub = events();
    setupWakefulness(hub);
    hub.announce('run.changed', row('a', 'queued'));
    expect(powerSaveBlocker.start).not.toHaveBeenCalled();
    hub.announce('run.changed', row('a', 'running'));
    hub.announce('run.changed', row('b', 'starting'));
    expect(powerSaveBlocker.start.mock.calls).toEqual([['prevent-app-suspension']]);
    hub.announce('run.changed', row('a', 'finished'));
    expect(powerSaveBlocker.stop).not.toHaveBeenCalled();
    hub.announce('run.removed', { id: 'b' });
    expect(powerSaveBlocker.stop.mock.calls).toEqual([[7]]);
  });
});

describe('notices', () => {
  it('tell the end of runs that were seen alive, and lead to the window', async () => {
    const { setupNotices } = await import('../../main/app/notices.ts');
    const hub = events();
    const open = vi.fn();
    setupNotices(hub, open);
    hub.announce('run.changed', row('old', 'finished'));
    hub.announce('run.changed', row('a', 'running'));
    hub.announce('run.changed', row('a', 'crashed', 'It was killed.'));
    hub.announce('run.changed', row('a', 'crashed', 'It was killed.'));
    expect(fake.notices.map(({ options }) => options)).toEqual([
      { title: 'run a crashed', body: 'It was killed.' },
    ]);
    expect(fake.notices[0]?.show).toHaveBeenCalledOnce();
    fake.notices[0]?.emit('click');
    expect(open).toHaveBeenCalledOnce();
  });
});

describe('quitting', () => {
  async function setup(active: readonly RunRow[], response = 3) {
    const { setupQuitting } = await import('../../main/app/quitting.ts');
    fake.electron.dialog.showMessageBox.mockResolvedValue({ response });
    const shutdown = vi.fn(() => Promise.resolve());
    const running = [...active];
    const hub = events();
    const jobs = { busy: false };
    const busy = (): boolean => running.length > 0 || jobs.busy;
    setupQuitting({ events: hub, activeRuns: () => running, busy, shutdown });
    return { shutdown, running, jobs, hub, app: fake.electron.app };
  }

  it('asks nothing where nothing trains, and closes the workspace first', async () => {
    const { app, shutdown } = await setup([]);
    expect(app.askToQuit()).toBe(false);
    await vi.waitFor(() => expect(app.exits).toEqual([0]));
    expect(shutdown).toHaveBeenCalledWith('pause');
    expect(fake.electron.dialog.showMessageBox).not.toHaveBeenCalled();
  });

  it.each([
    [1, 'pause'],
    [2, 'stop'],
  ])('answer %i ends with %s', async (response, how) => {
    const { app, shutdown } = await setup([row('a', 'running')], response);
    app.askToQuit();
    await vi.waitFor(() => expect(app.exits).toEqual([0]));
    expect(shutdown).toHaveBeenCalledWith(how);
    expect(fake.electron.dialog.showMessageBox).toHaveBeenCalledWith(
      expect.objectContaining({ message: 'run a is training.', cancelId: 3 }),
    );
  });

  it('can be taken back', async () => {
    const { app, shutdown } = await setup([row('a', 'running'), row('b', 'running')], 3);
    app.askToQuit();
    await vi.waitFor(() => expect(fake.electron.dialog.showMessageBox).toHaveBeenCalled());
    await Promise.resolve();
    expect(shutdown).not.toHaveBeenCalled();
    expect(app.exits).toEqual([]);
  });

  it('asks once, however often the user quits meanwhile', async () => {
    const { app } = await setup([row('a', 'running')], 3);
    app.askToQuit();
    app.askToQuit();
    await vi.waitFor(() => expect(fake.electron.dialog.showMessageBox).toHaveBeenCalledOnce());
    await new Promise((done) => setTimeout(done, 10));
    app.askToQuit();
    await vi.waitFor(() => expect(fake.electron.dialog.showMessageBox).toHaveBeenCalledTimes(2));
  });

  it('leaves also where the workspace cannot be closed in order, and says so', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { app, shutdown } = await setup([]);
    shutdown.mockRejectedValue(new Error('disk gone'));
    app.askToQuit();
    await vi.waitFor(() => expect(app.exits).toEqual([1]));
    expect(said).toHaveBeenCalledWith('Fault in closing:', new Error('disk gone'));
    said.mockRestore();
  });

  it('in the background closes the windows, trains on, and leaves when nothing is left to do', async () => {
    const { app, shutdown, running, jobs, hub } = await setup([row('a', 'running')], 0);
    const window = new fake.electron.BrowserWindow({});
    app.askToQuit();
    await vi.waitFor(() => expect(window.destroyed).toBe(true));
    app.emit('window-all-closed');
    expect(app.quit).not.toHaveBeenCalled();
    expect(shutdown).not.toHaveBeenCalled();
    running.length = 0;
    jobs.busy = true;
    hub.announce('run.changed', row('a', 'finished'));
    await new Promise((done) => setTimeout(done, 700));
    expect(shutdown).not.toHaveBeenCalled();
    jobs.busy = false;
    hub.announce('tour.changed', {} as TourState);
    await vi.waitFor(() => expect(app.exits).toEqual([0]), 2000);
  });

  it('follows the last window, as on every system', async () => {
    const { app } = await setup([]);
    app.emit('window-all-closed');
    await vi.waitFor(() => expect(app.exits).toEqual([0]));
  });
});

describe('trainers as utility processes', () => {
  async function launch() {
    const { utilityLauncher } = await import('../../main/app/utilityLauncher.ts');
    const port = utilityLauncher('/app/trainer.js').launch('run-1');
    const child = fake.utilities[0];
    if (!child) throw new Error('Nothing was forked.');
    return { port, child };
  }

  it('speak and end like any trainer, with their last words', async () => {
    const { port, child } = await launch();
    expect([child.entry, child.options]).toEqual([
      '/app/trainer.js',
      { serviceName: 'Pretext run-1', stdio: ['ignore', 'ignore', 'pipe'] },
    ]);
    const heard = vi.fn();
    const ended = vi.fn();
    port.onMessage(heard);
    port.onExit(ended);
    port.send({ type: 'pause' });
    child.emit('message', { type: 'ready' });
    child.stderr.emit('data', Buffer.from('first\nsec'));
    child.stderr.emit('data', Buffer.from('ond\n'));
    child.emit('exit', 134);
    expect(child.posted).toEqual([{ type: 'pause' }]);
    expect(heard).toHaveBeenCalledWith({ type: 'ready' });
    const exit = { code: 134, signal: null, tail: ['first', 'second'] };
    expect(ended).toHaveBeenCalledWith(exit);
    const late = vi.fn();
    port.onExit(late);
    expect(late).toHaveBeenCalledWith(exit);
    port.send({ type: 'pause' });
    expect(child.posted).toHaveLength(1);
    await port.stop(10);
  });

  it('are asked to leave, and killed after the grace', async () => {
    const { port, child } = await launch();
    const stubborn = spawn(process.execPath, [
      '-e',
      "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)",
    ]);
    child.pid = stubborn.pid;
    stubborn.once('exit', () => child.emit('exit', 137));
    await port.stop(50);
    expect(child.posted).toEqual([{ type: 'exit' }]);
    expect(stubborn.signalCode).toBe('SIGKILL');
  });
});
