import type { Command } from 'commander';
import type { FinetuneRow } from '../../../preload/contract/vocabulary.ts';
import type { Work } from '../commandLine.ts';
import type { Session } from '../session.ts';
import { readable, table } from '../terminal.ts';
import { collected, failIfAny, fractionsOf, listOf, runIdOf, seedsOf } from './options.ts';

interface FinetuneFlags {
  readonly strategies?: readonly string[];
  readonly labels?: readonly number[];
  readonly seeds?: readonly number[];
  readonly set: readonly string[];
  readonly table?: boolean;
  readonly purpose?: string;
  readonly override?: string;
}

/** `pretext finetune <run>`: one sweep over strategies from one pretrained encoder, and one table of it. */
export function addFinetune(program: Command, work: Work): void {
  program
    .command('finetune <run>')
    .description(
      'fine-tune a run’s encoder by several strategies and wait for the table; asked again, it goes on',
    )
    .option('--strategies <ids>', 'with commas between them; all that fit the encoder if left out', listOf)
    .option('--labels <shares>', 'shares of the labels, such as 0.01,0.1,1', fractionsOf)
    .option('--seeds <seeds>', 'one run each, such as 1,2,3; the run’s own if left out', seedsOf)
    .option('--set <key=value>', 'change the config, such as epochs=5; may be repeated', collected, [])
    .option('--table', 'print the table of what there is, training nothing')
    .option('--purpose <purpose>', 'what it is for; that of the run if left out')
    .option('--override <reason>', 'run although consent does not cover the purpose; the reason is recorded')
    .action((run: string, flags: FinetuneFlags, command: Command) =>
      work(command, (session) => finetune(session, run, flags), { trains: flags.table !== true }),
    );
}

async function finetune(session: Session, text: string, flags: FinetuneFlags): Promise<void> {
  const run = await runIdOf(session, text);
  if (flags.table !== true) {
    const launched = await session.ask('finetune.launch', {
      run,
      strategies: [...(flags.strategies ?? [])],
      ...(flags.labels ? { fractions: [...flags.labels] } : {}),
      seeds: [...(flags.seeds ?? [])],
      settings: [...flags.set],
      purpose: flags.purpose ?? null,
      override: flags.override ?? null,
    });
    const ended = await session.finishRuns(launched.runs);
    await printTable(session, run);
    return failIfAny(ended);
  }
  await printTable(session, run);
}

async function printTable(session: Session, run: string): Promise<void> {
  const rows = await session.ask('finetune.table', { run });
  session.print({ run, rows }, () => words(rows));
}

function words(rows: readonly FinetuneRow[]): string {
  if (rows.length === 0) return 'Nothing was fine-tuned from this run so far.\n';
  const head = ['strategy', 'labels', 'seed', 'status', 'accuracy', 'worst group', 'change', 'mean gap', 'change', 'trained', 'seconds', 'run']; // prettier-ignore
  return table(head, rows.map(cells));
}

function cells(row: FinetuneRow): string[] {
  const { results } = row;
  return [
    row.strategy,
    `${readable(100 * row.labelFraction)}%`,
    String(row.seed),
    row.status,
    readable(results?.accuracy ?? null),
    readable(row.worstGroup),
    signed(row.worstGroupChange),
    readable(row.meanGap),
    signed(row.meanGapChange),
    results ? `${(100 * results.trainedShare).toFixed(2)}%` : '–',
    readable(results ? Math.round(results.seconds) : null),
    row.run,
  ];
}

function signed(value: number | null): string {
  return value !== null && value > 0 ? `+${readable(value)}` : readable(value);
}
