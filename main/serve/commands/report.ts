import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { AppError } from '../../../preload/contract/errors.ts';
import type { AuditNotes } from '../../../preload/contract/vocabulary.ts';
import type { Work } from '../commandLine.ts';
import { leastOf, saveFile } from './options.ts';

interface ReportFlags {
  readonly format?: string;
  readonly out?: string;
  readonly includeSensitive?: boolean;
  readonly notes?: string;
  readonly smallCells?: number;
}

/** `pretext report <audit>`: the audit as a file; with --notes, what people wrote into its Markdown comes back. */
export function addReport(program: Command, work: Work): void {
  program
    .command('report <audit>')
    .description('write an audit as one file')
    .option('--format <id>', 'file format: html, pdf, md, csv, json, cyclonedx or model-card')
    .option('--out <file>', 'where to write; the name is chosen if left out')
    .option('--include-sensitive', 'keep rows per sample, subject ids and sensitive columns')
    .option(
      '--small-cells <n|show>',
      'least count that is shown; 10 if left out, and every count of made data',
      leastOf,
    )
    .option('--notes <markdown>', 'keep what was written into the notes of a Markdown report')
    .action((audit: string, flags: ReportFlags, command: Command) => {
      const { format, includeSensitive = false, notes, smallCells = null } = flags;
      if (format === undefined && notes === undefined)
        command.error("error: required option '--format <id>' not specified");
      return work(command, async (session) => {
        const kept =
          notes === undefined
            ? null
            : await session.ask('reports.importNotes', { audit, markdown: await textOf(notes) });
        if (format !== undefined) {
          const file = await session.ask('reports.export', { audit, format, includeSensitive, smallCells });
          await saveFile(session, file, flags.out);
        } else session.print(kept, () => notesWords(kept));
      });
    });
}

function notesWords(notes: AuditNotes | null): string {
  const sections = Object.keys(notes?.sections ?? {});
  return `${sections.length} ${sections.length === 1 ? 'section has' : 'sections have'} notes${sections.length === 0 ? '' : `: ${sections.join(', ')}`}\n`;
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { message } = cause as Error;
    throw new AppError({
      code: 'notFound',
      message: `The notes ${path} cannot be read: ${message}.`,
      hint: 'Name a Markdown report of this audit.',
    });
  }
}
