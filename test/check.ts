/** Static checks: one TypeScript project per room, Svelte's own checker, lint. `npm run check` runs them all and says which failed. */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';

export interface Check {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

/** Every static check of the project. */
export function listChecks(): readonly Check[] {
  const rooms = globSync([
    'tsconfig.json',
    'main/tsconfig.json',
    'main/*/tsconfig.json',
    'preload/**/tsconfig.json',
    'test/tsconfig.json',
  ]).sort();
  return [
    { name: 'eslint', command: ['eslint', '.', '--max-warnings', '0'] },
    {
      name: 'svelte-check',
      command: [
        'svelte-check',
        '--tsconfig',
        'renderer/tsconfig.json',
        '--fail-on-warnings',
        '--output',
        'human',
      ],
    },
    {
      name: 'svelte-check of the tests',
      command: ['svelte-check', '--tsconfig', 'test/renderer/tsconfig.json', '--fail-on-warnings', '--output', 'human'],
    },
    ...rooms.map((file): Check => ({ name: `tsc ${file}`, command: ['tsc', '-p', file] })),
  ];
}

/** Runs a command of node_modules/.bin; answers whether it passed and what it printed. */
export function runCheck(check: Check): Promise<{ readonly passed: boolean; readonly output: string }> {
  const [program, ...args] = check.command;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', (error) => resolve({ passed: false, output: error.message }));
    child.on('close', (code) => resolve({ passed: code === 0, output }));
  });
}

/** Runs every check, as many at once as there are cores; answers the names that failed. */
export async function runChecks(): Promise<{ readonly passed: number; readonly failed: readonly string[] }> {
  const waiting = [...listChecks()];
  const failed: string[] = [];
  let passed = 0;
  const work = async (): Promise<void> => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const result = await runCheck(check);
      console.log(`${result.passed ? 'ok  ' : 'FAIL'} ${check.name}`);
      if (result.passed) passed++;
      else {
        failed.push(check.name);
        console.log(result.output.trimEnd());
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, work));
  return { passed, failed };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { passed, failed } = await runChecks();
  console.log(
    `${passed} checks passed, ${failed.length} failed${failed.length > 0 ? `: ${failed.join(', ')}` : ''}`,
  );
  process.exitCode = failed.length > 0 ? 1 : 0;
}
