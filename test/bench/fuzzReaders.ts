import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fuzzCases } from '../data/fuzz/cases.ts';
import { fuzzInThread } from '../data/fuzz/inThread.ts';

/**
 * Damages sources of every reader (10,000 times each if nothing else is said), each reader in a process of its own, so that the peak of
 * memory is its own; ends with 1 if a source ended in neither rows nor a sentence.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    stall: { type: 'string', default: '5000' },
  },
});

if (values.only === undefined) await everyCase();
else await oneCase(values.only);

async function everyCase(): Promise<void> {
  const script = fileURLToPath(import.meta.url);
  for (const { name } of await fuzzCases()) {
    const { status } = spawnSync(process.execPath, [script, ...process.argv.slice(2), '--only', name], { stdio: 'inherit' }); // prettier-ignore
    if (status !== 0) process.exitCode = 1;
  }
}

async function oneCase(name: string): Promise<void> {
  const start = performance.now();
  const outcome = await fuzzInThread(name, Number(values.rounds), Number(values.seed), Number(values.stall));
  const { user, system } = process.cpuUsage();
  const { maxRSS } = process.resourceUsage();
  console.log(
    `${name}: ${outcome.whole} whole, ${outcome.partial} in part, ${outcome.refused} refused, ${outcome.stopped} stopped, ` +
      `peak ${Math.round(maxRSS / 1024)} MiB, ${((performance.now() - start) / 1000).toFixed(0)} s (CPU ${((user + system) / 1e6).toFixed(0)} s)`,
  );
}
