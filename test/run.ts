/** `npm test`: static checks, then every suite; the last line sums what all of them ran. A suite without tests is a failure. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { runChecks } from './check.ts';
import { runConformance } from './compiler/conformance/run.ts';

interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const SUITES = [
  { name: 'unit and integration', config: 'vitest.config.ts' },
  { name: 'end to end, in a browser', config: 'vitest.e2e.config.ts' },
  { name: 'Electron', config: 'vitest.electron.config.ts' },
] as const;

const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  success: z.boolean(),
});

/** Runs a program in the foreground; answers its exit code. */
function run(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32',
    });
    child.on('error', (error) => {
      console.error(`${program}: ${error.message}`);
      resolve(1);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}

async function runSuite(name: string, config: string, folder: string): Promise<Tally> {
  console.log(`\n== ${name}`);
  const file = join(folder, `${config}.json`);
  const code = await run('vitest', [
    'run',
    '--config',
    config,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]);
  const result = readReport(file);
  if (!result) {
    console.error(`${name}: no report was written; the suite did not run.`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const skipped = result.numPendingTests + result.numTodoTests;
  const ran = result.numPassedTests + result.numFailedTests + skipped;
  if (ran === 0) console.error(`${name}: ran no test.`);
  // A suite may fail outside any test (a broken import, an unhandled error): that counts as one failure.
  const outside = ran === 0 || (code !== 0 && result.numFailedTests === 0) ? 1 : 0;
  return { passed: result.numPassedTests, failed: result.numFailedTests + outside, skipped };
}

function readReport(file: string): z.infer<typeof report> | null {
  try {
    return report.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'pretext-test-'));
const tallies: Tally[] = [];
console.log('== static checks');
const checks = await runChecks();
tallies.push({ passed: checks.passed, failed: checks.failed.length, skipped: 0 });
console.log('\n== build');
const built = await run('electron-vite', ['build', '-c', 'electron.config.ts', '--logLevel', 'warn']);
tallies.push({ passed: built === 0 ? 1 : 0, failed: built === 0 ? 0 : 1, skipped: 0 });
console.log('\n== conformance with TensorFlow.js');
tallies.push(await runConformance());
for (const suite of SUITES) tallies.push(await runSuite(suite.name, suite.config, folder));
rmSync(folder, { recursive: true });

const sum = (key: keyof Tally): number => tallies.reduce((total, tally) => total + tally[key], 0);
process.exitCode = sum('failed') > 0 ? 1 : 0;
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
