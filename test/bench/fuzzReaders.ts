import { parseArgs } from 'node:util';
import { fuzzCases } from '../data/fuzz/cases.ts';
import { fuzzInThread } from '../data/fuzz/inThread.ts';

/** Damages sources of every reader (10,000 times each if nothing else is said); stops at the first that ends in neither rows nor a sentence. */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    stall: { type: 'string', default: '5000' },
  },
});

for (const { name } of await fuzzCases()) {
  if (values.only !== undefined && name !== values.only) continue;
  const start = performance.now();
  const outcome = await fuzzInThread(name, Number(values.rounds), Number(values.seed), Number(values.stall));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(`${name}: ${outcome.partial} imported in part, ${outcome.refused} refused, ${outcome.stopped} stopped, ${seconds} s, peak ${peak} MiB`); // prettier-ignore
}
