import type { Command } from 'commander';
import type { Work } from '../commandLine.ts';
import { saveFile } from './options.ts';

/** `pretext report <audit>`: the audit as a file. */
export function addReport(program: Command, work: Work): void {
  program
    .command('report <audit>')
    .description('write an audit as one file')
    .requiredOption('--format <id>', 'file format, such as html, json or csv')
    .option('--out <file>', 'where to write; the name is chosen if left out')
    .option('--include-sensitive', 'keep rows per sample, subject ids and sensitive columns')
    .action(
      (
        audit: string,
        flags: { format: string; out?: string; includeSensitive?: boolean },
        command: Command,
      ) =>
        work(command, async (session) => {
          const { format, includeSensitive = false } = flags;
          await saveFile(
            session,
            await session.ask('reports.export', { audit, format, includeSensitive }),
            flags.out,
          );
        }),
    );
}
