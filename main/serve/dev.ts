/** `npm run dev`: the app built again at each change; in a browser where Electron cannot run. */
import { spawn, type ChildProcess } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { toPlainError } from '../../preload/contract/errors.ts';
import { runPretext } from './cli.ts';
import { projectFolder } from './places.ts';
import { electronHere } from './start.ts';

function runNode(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, args, { cwd: projectFolder(), stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Develops until interrupted; arguments go to `pretext serve` or to electron-vite. Answers the exit code. */
async function develop(args: readonly string[]): Promise<number> {
  const found = electronHere();
  if ('binary' in found) {
    const program = ['node_modules/electron-vite/bin/electron-vite.js', 'dev', '-c', 'electron.config.ts'];
    const child = spawn(process.execPath, [...program, ...args], { cwd: projectFolder(), stdio: 'inherit' });
    return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
  }
  const words =
    'The interface is built again at each change: reload the page. Changes of main need a new start.';
  process.stderr.write(`Pretext runs in your browser: ${found.why}. ${words}\n`);
  const vite = 'node_modules/vite/bin/vite.js';
  const watching = runNode([
    vite,
    'build',
    '--watch',
    '--config',
    'renderer/vite.config.ts',
    '--logLevel',
    'warn',
  ]);
  try {
    return await runPretext(['serve', ...args]);
  } finally {
    watching.kill();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    process.exitCode = await develop(process.argv.slice(2));
  } catch (cause) {
    process.stderr.write(`${toPlainError(cause).message}\n`);
    process.exitCode = 1;
  }
}
