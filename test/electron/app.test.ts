import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findElectron } from '../../main/serve/start.ts';

const project = process.cwd();
const found = findElectron(project, {
  platform: process.platform,
  env: process.env,
  user: process.getuid?.() ?? null,
});
const why = 'why' in found ? found.why : null;
if (why !== null) console.log(`Electron's tests are skipped: ${why}.`);

/** What the page's bridge answers; the page is the only place where it can be asked. */
const ask = (page: Page, name: string): Promise<unknown> =>
  page.evaluate(
    (call) =>
      (
        globalThis as unknown as { pretext: { call(name: string, args: object): Promise<unknown> } }
      ).pretext.call(call, {}),
    name,
  );

describe.skipIf(why !== null)(`the app in Electron${why === null ? '' : ` (skipped: ${why})`}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'pretext-electron-'));
  let app: ElectronApplication;
  let page: Page;

  beforeAll(async () => {
    if (!existsSync('out/main/index.js')) {
      const built = spawnSync(
        process.execPath,
        ['node_modules/electron-vite/bin/electron-vite.js', 'build', '-c', 'electron.config.ts'],
        { encoding: 'utf8' },
      );
      if (built.status !== 0) throw new Error(built.stderr);
    }
    app = await _electron.launch({
      args: [project, `--workspace=${join(folder, 'workspace')}`, `--user-data-dir=${join(folder, 'user')}`],
    });
    page = await app.firstWindow();
    await page.waitForLoadState();
  });
  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows the interface from its own scheme, without Node', async () => {
    expect(page.url()).toMatch(/^app:\/\/pretext\/index\.html/);
    expect(await page.title()).toContain('Pretext');
    expect(await page.evaluate(() => typeof (globalThis as { process?: unknown }).process)).toBe('undefined');
  });

  it('answers questions through the preload', async () => {
    expect(await ask(page, 'workspace.info')).toMatchObject({
      ok: true,
      value: { host: 'electron', readOnly: false },
    });
    expect(await ask(page, 'nothing')).toMatchObject({ ok: false, error: { code: 'usage' } });
  });

  it('trains in a utility process: the doctor answers', async () => {
    expect(await ask(page, 'engines.report')).toMatchObject({
      ok: true,
      value: expect.arrayContaining([expect.objectContaining({ id: 'onnx', works: true })]),
    });
  });

  it('neither navigates away nor opens windows', async () => {
    await page.evaluate(() => {
      globalThis.open('https://example.org/');
      globalThis.location.href = 'https://example.org/';
    });
    await page.waitForTimeout(300);
    expect(app.windows()).toHaveLength(1);
    expect(page.url()).toMatch(/^app:\/\/pretext\//);
  });
});
