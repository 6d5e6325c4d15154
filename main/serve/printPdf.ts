import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { AppError } from '../../preload/contract/errors.ts';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
];
/** A page with thousands of tables takes a browser tens of seconds on a slow machine. */
const TIMEOUT_MS = 180_000;

/** The browser that prints reports where there is no Electron: the one named by PRETEXT_BROWSER, else an installed Chromium; null without one. */
export function installedBrowser(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
): string | null {
  const named = env['PRETEXT_BROWSER'];
  return (
    [...(named ? [named] : []), ...usualPlaces(env, platform)].find((place) => existsSync(place)) ?? null
  );
}

function usualPlaces(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): readonly string[] {
  if (platform === 'darwin')
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
    );
  if (platform === 'win32')
    return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
      .flatMap((name) => env[name] ?? [])
      .flatMap((root) => [
        join(root, 'Google/Chrome/Application/chrome.exe'),
        join(root, 'Microsoft/Edge/Application/msedge.exe'),
      ]);
  return (env['PATH'] ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
}

/** Prints pages with an installed browser without a window; null where there is none. */
export function browserPrinter(
  browser = installedBrowser(),
  env: Readonly<Record<string, string | undefined>> = process.env,
): ((html: Uint8Array) => Promise<Uint8Array>) | null {
  return browser === null ? null : (html) => print(browser, html, env);
}

async function print(
  browser: string,
  html: Uint8Array,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'pretext-print-'));
  try {
    const [page, paper] = [join(folder, 'report.html'), join(folder, 'report.pdf')];
    await writeFile(page, html, { mode: 0o600 });
    await runBrowser(browser, env, [
      '--headless',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-pdf-header-footer',
      `--user-data-dir=${join(folder, 'profile')}`,
      `--print-to-pdf=${paper}`,
      pathToFileURL(page).href,
    ]);
    return new Uint8Array(
      await readFile(paper).catch(() => Promise.reject(failed(browser, 'it wrote no file'))),
    );
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Root, and containers without user namespaces, have no sandbox: the page is Pretext's own, runs no script and asks for nothing. */
async function runBrowser(
  browser: string,
  env: Readonly<Record<string, string | undefined>>,
  args: readonly string[],
): Promise<void> {
  const run = (more: readonly string[]): Promise<unknown> =>
    promisify(execFile)(browser, [...more, ...args], {
      timeout: TIMEOUT_MS,
      maxBuffer: 2 ** 26,
      env: { ...env },
    });
  if (process.getuid?.() === 0) {
    await run(['--no-sandbox']).catch((cause: unknown) => Promise.reject(failed(browser, reasonOf(cause))));
    return;
  }
  await run([])
    .catch((cause: unknown) =>
      /sandbox/i.test(reasonOf(cause)) ? run(['--no-sandbox']) : Promise.reject(cause),
    )
    .catch((cause: unknown) => Promise.reject(failed(browser, reasonOf(cause))));
}

function reasonOf(cause: unknown): string {
  const { stderr = '', message = String(cause) } = cause as { stderr?: string; message?: string };
  return (stderr || message).slice(-2000);
}

function failed(browser: string, reason: string): AppError {
  return new AppError({
    code: 'internal',
    message: `The report could not be printed by ${browser}: ${reason.trim().split('\n').at(-1) ?? ''}.`,
    hint: 'Name another browser with PRETEXT_BROWSER, or export HTML and print it.',
  });
}
