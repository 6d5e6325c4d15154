/** `npm run package`: builds the app and makes its installers for this system; arguments go to electron-builder. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const OFFLINE =
  /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH)\b[^\n]*?(?= {2}|$)/m;

/** One sentence for what electron-builder said before it failed, and what to do. */
export function whyPackagingFailed(output: string): string {
  const offline = OFFLINE.exec(output)?.[0].trim();
  if (offline !== undefined)
    return `No installer was made: Electron’s binaries are not in the cache and could not be fetched (${offline}). Run it once with access to the network, or name a mirror in ELECTRON_MIRROR.`;
  const said = /⨯ ([^\n]+?)(?: {2}|\n|$)/.exec(output)?.[1] ?? 'it gave no reason';
  return `No installer was made: electron-builder says: ${said.replace(/\.$/, '')}.`;
}

/** Runs a program of node_modules/.bin; answers its exit code and what it printed, which is shown unless it is `quiet`. */
function runProgram(
  program: string,
  args: readonly string[],
  quiet: RegExp,
): Promise<{ readonly code: number; readonly output: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let output = '';
    for (const input of [child.stdout, child.stderr])
      createInterface({ input }).on('line', (line) => {
        output += `${line}\n`;
        if (!quiet.test(line)) process.stderr.write(`${line}\n`);
      });
    child.on('error', (cause) => resolve({ code: 1, output: `⨯ ${cause.message}` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** A failure's stack is of no use to who packages; its sentence follows. */
const STACK = /^\s+at |⨯ |stackTrace=/;

async function packageApp(args: readonly string[]): Promise<number> {
  const build = await runProgram(
    'electron-vite',
    ['build', '-c', 'electron.config.ts', '--logLevel', 'warn'],
    /^$/,
  );
  if (build.code !== 0) return build.code;
  const made = await runProgram('electron-builder', args, STACK);
  if (made.code !== 0) process.stderr.write(`${whyPackagingFailed(made.output)}\n`);
  return made.code;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.exitCode = await packageApp(process.argv.slice(2));
