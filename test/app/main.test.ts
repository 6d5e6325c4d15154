import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Bridge } from '../../preload/contract/bridge.ts';
import { createFakeElectron, frame } from './fakeElectron.ts';

const folder = mkdtempSync(join(tmpdir(), 'pretext-main-'));
const fake = createFakeElectron(folder);
const { app } = fake.electron;
const own = { url: 'app://pretext/index.html', parent: null };

beforeAll(async () => {
  vi.doMock('electron', () => fake.electron);
  // Unbuilt, main/ is the folder of the main script, so that the renderer is looked for beside it.
  app.switches.set('workspace', join(folder, 'workspace'));
  await import('../../main/index.ts');
  expect(fake.schemes).toHaveLength(1);
  expect(fake.windows).toEqual([]);
  app.becomeReady();
  await vi.waitFor(() => expect(fake.windows).toHaveLength(1));
  await import('../../preload/index.ts');
});
afterAll(async () => {
  app.askToQuit();
  await vi.waitFor(() => expect(app.exits).toEqual([0]));
  rmSync(folder, { recursive: true });
});

const bridge = (): Bridge => fake.exposed.get('pretext') as Bridge;
const theWindow = () => {
  const [window] = fake.windows;
  if (!window) throw new Error('There is no window.');
  return window;
};

describe('main/index.ts and the preload, wired to a stand-in of Electron', () => {
  it('serves the interface by its own secure scheme', () => {
    expect(fake.schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    ]);
    expect(theWindow().loaded).toEqual(['app://pretext/index.html']);
  });

  it('opens one isolated, sandboxed window and shows it when it is painted', () => {
    const window = theWindow();
    expect(window.options['webPreferences']).toEqual({
      preload: resolve('preload/index.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    });
    expect(window.options['show']).toBe(false);
    window.emit('ready-to-show');
    expect(window.show).toHaveBeenCalledOnce();
  });

  it('sends its pages with a strict policy, and nothing outside its folder', async () => {
    const { setupAppProtocol } = await import('../../main/app/appProtocol.ts');
    const pages = join(folder, 'pages');
    mkdirSync(join(pages, 'assets'), { recursive: true });
    writeFileSync(join(pages, 'index.html'), '<title>Pretext</title>');
    writeFileSync(join(folder, 'secret.json'), '{}');
    setupAppProtocol(pages);
    const page = await fake.request('app://pretext/index.html');
    expect(await page.text()).toBe('<title>Pretext</title>');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    for (const address of [
      'app://pretext/..%2fsecret.json',
      'app://pretext/assets/none.js',
      'app://other/index.html',
    ])
      expect((await fake.request(address)).status, address).toBe(404);
    expect((await fake.request('app://pretext/index.html', { method: 'POST' })).status).toBe(404);
  });

  it.each([
    ['will-navigate', 'https://evil.example/', false],
    ['will-navigate', 'file:///etc/passwd', false],
    ['will-navigate', 'app://evil/index.html', false],
    ['will-navigate', 'app://pretext.evil/index.html', false],
    ['will-navigate', 'app://pretext/index.html#runs', true],
    ['will-redirect', 'https://evil.example/', false],
    ['will-frame-navigate', 'data:text/html,x', false],
    ['will-attach-webview', '', false],
  ])('%s to %s is allowed: %s', (event, url, allowed) => {
    expect(theWindow().webContents.allows(event, url)).toBe(allowed);
  });

  it('opens no other window and grants no permission but writing to the clipboard', () => {
    expect(theWindow().webContents.openHandler?.({ url: 'https://example.org/' })).toEqual({
      action: 'deny',
    });
    const granted = (permission: string): boolean[] => {
      const answers: boolean[] = [];
      fake.permissions.request?.(null, permission, (answer) => answers.push(answer));
      return [...answers, fake.permissions.check?.(null, permission) ?? true];
    };
    for (const permission of [
      'media',
      'geolocation',
      'notifications',
      'clipboard-read',
      'openExternal',
      'fileSystem',
    ])
      expect(granted(permission), permission).toEqual([false, false]);
    expect(granted('clipboard-sanitized-write')).toEqual([true, true]);
    expect(fake.permissions.device?.()).toBe(false);
  });

  it('tells the page where a dropped file lies, and nothing of anything else', () => {
    const pathOf = bridge().pathOf;
    expect(pathOf?.(new File([], 'faces', { type: 'dropped' }))).toBe('/home/ada/faces');
    expect(pathOf?.(new File([], 'made by the page'))).toBeNull();
    for (const other of [{}, { path: '/etc/passwd' }, [], null as never]) expect(pathOf?.(other)).toBeNull();
  });

  it('gives the page a bridge of three functions, and answers its questions', async () => {
    expect([...fake.exposed.keys()]).toEqual(['pretext']);
    expect(Object.keys(bridge())).toEqual(['call', 'on', 'pathOf']);
    const info = await bridge().call('workspace.info', {});
    expect(info).toMatchObject({
      ok: true,
      value: { host: 'electron', readOnly: false, path: join(folder, 'workspace') },
    });
    expect(await bridge().call('runs.get', { id: 'nothing' })).toMatchObject({
      ok: false,
      error: { code: 'notFound' },
    });
    expect(await bridge().call('runs.get', {} as never)).toMatchObject({
      ok: false,
      error: { code: 'usage' },
    });
    expect(await bridge().call('files.choose', { kind: 'folder' })).toEqual({ ok: true, value: '/chosen' });
    expect(fake.electron.dialog.showOpenDialog).toHaveBeenCalledWith(expect.anything(), {
      properties: ['openDirectory'],
    });
  });

  it.each([
    ['a foreign page', { url: 'https://evil.example/', parent: null }],
    ['a file', { url: 'file:///tmp/index.html', parent: null }],
    ['a page of another host of the scheme', { url: 'app://evil/index.html', parent: null }],
    ['a frame inside our page', { url: 'app://pretext/index.html', parent: own }],
    ['a page that is gone', null],
  ])('refuses %s', async (_who, sender) => {
    frame.current = sender;
    const answer = await bridge().call('workspace.info', {});
    frame.current = own;
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'forbidden', message: expect.stringMatching(/may not use Pretext\.$/) },
    });
  });

  it('forwards events to the window, until it stops listening', async () => {
    const heard: string[] = [];
    const leave = bridge().on('job.changed', (job) => heard.push(job.state));
    const answer = await bridge().call('datasets.import', { path: '/nowhere/at/all' });
    expect(answer.ok).toBe(true);
    await vi.waitFor(() => expect(heard).toContain('failed'));
    leave();
    const before = heard.length;
    await bridge().call('datasets.import', { path: '/nowhere/at/all' });
    await new Promise((done) => setTimeout(done, 400));
    expect(heard).toHaveLength(before);
  });

  it('starts trainers as utility processes beside the main script', async () => {
    const asked = bridge().call('engines.report', { fresh: true });
    await vi.waitFor(() => expect(fake.utilities).toHaveLength(1));
    const [utility] = fake.utilities;
    expect(relative(resolve('main'), utility?.entry ?? '')).toBe('trainer.js');
    utility?.emit('message', { type: 'ready' });
    await vi.waitFor(() => expect(utility?.posted).toMatchObject([{ type: 'job', job: { kind: 'doctor' } }]));
    const [{ job }] = utility?.posted as [{ job: { id: string } }];
    utility?.emit('message', { type: 'diagnosed', job: job.id, engines: [] });
    expect(await asked).toEqual({ ok: true, value: [] });
    utility?.emit('exit', 0);
  });

  it('remembers the place of its window, and comes to the front when started again', () => {
    const window = theWindow();
    window.minimized = true;
    app.emit('second-instance');
    return vi.waitFor(() => {
      expect(fake.windows).toHaveLength(1);
      expect(window.restore).toHaveBeenCalledOnce();
      expect(window.focus).toHaveBeenCalledOnce();
    });
  });
});

describe('a second start', () => {
  it('leaves at once', async () => {
    vi.resetModules();
    const second = createFakeElectron(folder);
    second.electron.app.first = false;
    vi.doMock('electron', () => second.electron);
    await import('../../main/index.ts');
    expect(second.electron.app.quit).toHaveBeenCalledOnce();
    second.electron.app.becomeReady();
    await new Promise((done) => setTimeout(done, 20));
    expect(second.windows).toEqual([]);
  });
});
