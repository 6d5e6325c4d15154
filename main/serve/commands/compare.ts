import type { Command } from 'commander';
import type { RunComparison } from '../../../preload/contract/vocabulary.ts';
import type { Work } from '../commandLine.ts';
import { readable, table } from '../terminal.ts';
import { runIdOf } from './options.ts';

/** `pretext compare`: only what differs in the configs, and every metric's last value. */
export function addCompare(program: Command, work: Work): void {
  program
    .command('compare <run> <run...>')
    .description('runs beside each other: the settings that differ, and the last value of every metric')
    .action((first: string, others: readonly string[], _options: unknown, command: Command) =>
      work(command, async (session) => {
        const ids = await Promise.all([first, ...others].map((text) => runIdOf(session, text)));
        const comparison = await session.ask('runs.compare', { ids });
        session.print(comparison, () => words(comparison));
      }),
    );
}

function words({ runs, configDiff, metrics }: RunComparison): string {
  const head = ['', ...runs.map((run) => run.name)];
  const settings = configDiff.map(({ path, values }) => [path, ...values.map((value) => value ?? '–')]);
  const values = metrics.map((row) => [row.metric, ...row.values.map(readable)]);
  return `${settings.length === 0 ? 'The configs are the same.\n' : table(head, settings)}\n${table(head, values)}`;
}
