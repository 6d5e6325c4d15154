/**
 * Measures how often 95% intervals hold the truth: `node test/bench/coverage.ts [--sets 1000] [--draws 2000]`. The test suite does the same with
 * fewer draws.
 */
import { parseArgs } from 'node:util';
import { coverageOf, nullPs, WORLDS } from '../fairness/coverage.ts';

const { values: flags } = parseArgs({
  options: { sets: { type: 'string', default: '1000' }, draws: { type: 'string', default: '2000' } },
});
const [sets, draws] = [Number(flags.sets), Number(flags.draws)];
const percent = (share: number): string => `${(share * 100).toFixed(1)}%`.padStart(9);

process.stdout.write(
  `${sets} data sets, ${draws} draws\n${'world'.padEnd(50)}     rate     diff      BCa together\n`,
);
for (const world of WORLDS) {
  const { rate, difference, bca, together } = coverageOf(world, sets, draws, 1);
  process.stdout.write(
    `${world.name.padEnd(50)}${[rate, difference, bca, together].map(percent).join('')}\n`,
  );
}
const world = { name: 'no effect', rates: [0.5, 0.5, 0.5], subjects: 30, rows: 5, spread: 0.3 };
const ps = nullPs(world, sets, 999, 3);
for (const level of [0.01, 0.05, 0.1])
  process.stdout.write(
    `shuffle p <= ${level} without an effect: ${percent(ps.filter((p) => p <= level).length / sets)}\n`,
  );
