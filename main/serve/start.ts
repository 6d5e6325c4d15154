/** `npm start`: the app in Electron where its binary is there, otherwise the same interface in a browser. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { toPlainError } from '../../preload/contract/errors.ts';
import { buildIfStale } from './build.ts';
import { runPretext } from './cli.ts';
import { projectFolder } from './places.ts';

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** User id, or null where there are none. */
  readonly user: number | null;
}

/** Electron's binary in a project, or the sentence why the browser is used instead. Downloads nothing. */
export function findElectron(
  folder: string,
  machine: Machine,
): { readonly binary: string } | { readonly why: string } {
  const home = join(folder, 'node_modules', 'electron');
  const binary = join(
    machine.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(home, 'dist'),
    binaryName(home, machine.platform),
  );
  if (!existsSync(binary))
    return { why: 'Electron’s binary is not here (get it with: npx install-electron)' };
  if (machine.user === 0) return { why: 'Electron does not run as root' };
  const display = machine.env['DISPLAY'] ?? machine.env['WAYLAND_DISPLAY'] ?? '';
  if (machine.platform === 'linux' && display === '') return { why: 'there is no display for Electron' };
  return { binary };
}

function binaryName(home: string, platform: NodeJS.Platform): string {
  const file = join(home, 'path.txt');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  if (platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return platform === 'win32' ? 'electron.exe' : 'electron';
}

/** Electron's binary in this project, or why the browser is used instead. */
export function electronHere(): ReturnType<typeof findElectron> {
  const user = process.getuid?.() ?? null;
  return findElectron(projectFolder(), { platform: process.platform, env: process.env, user });
}

/** Starts the app; answers the exit code. */
export async function start(args: readonly string[]): Promise<number> {
  const folder = projectFolder();
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const found = electronHere();
  const from = ['renderer', 'preload', 'package.json'];
  if ('binary' in found) {
    const command = [
      'node_modules/electron-vite/bin/electron-vite.js',
      'build',
      '-c',
      'electron.config.ts',
      '--logLevel',
      'warn',
    ];
    await buildIfStale(
      folder,
      { made: 'out/main/index.js', from: [...from, 'main', 'electron.config.ts'], command },
      say,
    );
    const child = spawn(found.binary, [folder, ...args], { stdio: 'inherit' });
    return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
  }
  const command = [
    'node_modules/vite/bin/vite.js',
    'build',
    '--config',
    'renderer/vite.config.ts',
    '--logLevel',
    'warn',
  ];
  await buildIfStale(folder, { made: 'out/renderer/index.html', from, command }, say);
  say(`Pretext runs in your browser: ${found.why}.`);
  return runPretext(['serve', ...args]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    process.exitCode = await start(process.argv.slice(2));
  } catch (cause) {
    process.stderr.write(`${toPlainError(cause).message}\n`);
    process.exitCode = 1;
  }
}
