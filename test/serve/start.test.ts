import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openerFor } from '../../main/serve/browser.ts';
import { buildIfStale } from '../../main/serve/build.ts';
import { findElectron } from '../../main/serve/start.ts';
import { defaultWorkspace } from '../../main/services.ts';

const folder = mkdtempSync(join(tmpdir(), 'pretext-start-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('Electron', () => {
  const home = join(folder, 'node_modules', 'electron');
  const linux = { platform: 'linux', env: { DISPLAY: ':0' }, user: 1000 } as const;

  it('is not used where its binary is not there, and nothing is fetched', () => {
    expect(findElectron(folder, linux)).toEqual({
      why: 'Electron’s binary is not here (get it with: npx install-electron)',
    });
  });

  it('is used where it can run, and otherwise one sentence says why not', () => {
    mkdirSync(join(home, 'dist'), { recursive: true });
    writeFileSync(join(home, 'path.txt'), 'electron');
    writeFileSync(join(home, 'dist', 'electron'), '');
    chmodSync(join(home, 'dist', 'electron'), 0o755);
    expect(findElectron(folder, linux)).toEqual({ binary: join(home, 'dist', 'electron') });
    expect(findElectron(folder, { ...linux, env: { WAYLAND_DISPLAY: 'wayland-0' } })).toHaveProperty(
      'binary',
    );
    expect(findElectron(folder, { ...linux, env: {} })).toEqual({ why: 'there is no display for Electron' });
    expect(findElectron(folder, { ...linux, user: 0 })).toEqual({ why: 'Electron does not run as root' });
    expect(
      findElectron(folder, { ...linux, env: { DISPLAY: ':0', ELECTRON_OVERRIDE_DIST_PATH: '/elsewhere' } }),
    ).toHaveProperty('why');
  });
});

describe('the browser', () => {
  it.each([
    ['darwin', {}, ['open']],
    ['win32', {}, ['rundll32', 'url.dll,FileProtocolHandler']],
    ['linux', { DISPLAY: ':0' }, ['xdg-open']],
    ['linux', { WAYLAND_DISPLAY: 'w' }, ['xdg-open']],
    ['linux', {}, null],
    ['linux', { DISPLAY: ':10', SSH_CONNECTION: 'x' }, null],
  ] as const)('on %s with %j is opened by %j', (platform, env, opener) =>
    expect(openerFor(platform, env)).toEqual(opener),
  );
});

describe("the user's own workspace", () => {
  it.each([
    ['linux', {}, '/home/ada/.local/share/pretext/workspace'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/data/pretext/workspace'],
    ['linux', { XDG_DATA_HOME: 'relative' }, '/home/ada/.local/share/pretext/workspace'],
    ['darwin', {}, '/home/ada/Library/Application Support/Pretext/workspace'],
  ] as const)('on %s with %j is %s', (platform, env, path) =>
    expect(defaultWorkspace(platform, env, '/home/ada')).toBe(path),
  );
});

describe('building', () => {
  const project = join(folder, 'project');
  const script = "require('node:fs').writeFileSync('made.txt', String(Date.now()))";
  const build = { made: 'made.txt', from: ['sources', 'one.json', 'absent'], command: ['-e', script] };
  const said: string[] = [];
  const run = async (): Promise<number> => {
    said.length = 0;
    await buildIfStale(project, build, (line) => said.push(line));
    return said.length;
  };

  it('happens when something is missing or newer, and only then', async () => {
    mkdirSync(join(project, 'sources', 'deep'), { recursive: true });
    const source = join(project, 'sources', 'deep', 'a.ts');
    writeFileSync(source, '');
    writeFileSync(join(project, 'one.json'), '');
    expect(await run()).toBe(1);
    expect(await run()).toBe(0);
    const later = new Date(Date.now() + 60_000);
    utimesSync(source, later, later);
    expect(await run()).toBe(1);
  });

  it("that fails shows the builder's words", async () => {
    const failing = {
      ...build,
      made: 'never.txt',
      command: ['-e', "console.error('no such plugin'); process.exit(3)"],
    };
    await expect(buildIfStale(project, failing, () => undefined)).rejects.toMatchObject({
      message: 'The interface could not be built:\nno such plugin',
      hint: 'Install again with: npm ci.',
    });
  });
});
