import { join } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../../preload/contract/errors.ts';
import { intervalWords } from '../auditText.ts';
import { withHouse, type CommandLine } from '../commandLine.ts';
import { runDemo, type DemoResult } from '../demo.ts';
import { duration, table } from '../terminal.ts';
import { seedsOf } from './options.ts';

const SEEDS: readonly number[] = [1, 2, 3];

/** `pretext demo`: the main job without a window, on built-in data whose answer is known. */
export function addDemo(program: Command, line: CommandLine): void {
  program
    .command('demo')
    .description('import, pretrain, probe, audit and report on built-in data whose answer is known')
    .option(
      '--out <folder>',
      'folder of the reports and, without --workspace, of the workspace',
      'pretext-demo',
    )
    .option('--seeds <seeds>', 'seeds, such as 1,2,3', seedsOf, SEEDS)
    .action(({ out, seeds }: { out: string; seeds: readonly number[] }, command: Command) =>
      withHouse(
        command,
        line,
        async (session) => {
          const result = await runDemo(session, seeds, out);
          session.print(result, () => words(result));
          if (!result.answers.every(({ excludesZero }) => excludesZero))
            throw new AppError({
              code: 'internal',
              message: 'The known answer was not found in every seed.',
              hint: 'See the report.',
            });
        },
        { trains: true, workspace: join(out, 'workspace') },
      ),
    );
}

function words({ answers, files, workspace, seconds }: DemoResult): string {
  const rows = answers.map(({ seed, correlated, independent, difference, excludesZero }) => [
    String(seed),
    correlated === null ? '–' : intervalWords(correlated),
    independent === null ? '–' : intervalWords(independent),
    intervalWords(difference),
    excludesZero ? 'yes' : 'no',
  ]);
  return [
    'Accuracy on aligned minus conflicting examples, SimCLR, with 95% intervals:\n\n',
    table(
      ['seed', 'colour correlated in training', 'colour independent', 'difference (paired)', 'excludes 0'],
      rows,
    ),
    `\nReports: ${files.join(', ')}\nWorkspace: ${workspace}\nDone in ${duration(seconds)}.\n`,
  ].join('');
}
