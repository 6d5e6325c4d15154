import type { Command } from 'commander';
import type { RekeyReport, SubjectKeyState } from '../../../preload/contract/vocabulary.ts';
import type { Work } from '../commandLine.ts';
import { readable } from '../terminal.ts';

/** `pretext dataset key` and `rekey`: the key that subject ids are turned with, and data sets that came before it. */
export function addKey(dataset: Command, work: Work): void {
  dataset
    .command('key')
    .description(
      'show the key that subject ids are turned with: where it is, and whether it is the workspace’s',
    )
    .option('--adopt', 'take this machine’s key for what is imported from now on, because the other is lost')
    .action(({ adopt = false }: { readonly adopt?: boolean }, command: Command) =>
      work(command, async (session) => {
        const state = await session.ask(adopt ? 'privacy.adoptKey' : 'privacy.key', {});
        session.print(state, () => stateWords(state));
      }),
    );
  dataset
    .command('rekey <dataset>')
    .description('turn the subject ids of a data set that was imported before ids were turned')
    .action((id: string, _options: unknown, command: Command) =>
      work(command, async (session) => {
        const report = await session.ask('privacy.rekey', { dataset: id });
        session.print(report, () => rekeyWords(report));
      }),
    );
}

function stateWords({ file, state, present, expected, problem, raw, others }: SubjectKeyState): string {
  return [
    `key file: ${file}${present === null ? ' (not there)' : `, key ${present}`}\n`,
    `workspace: ${expected === null ? 'no subject id was turned yet' : `key ${expected}`} (${state})\n`,
    problem === null ? '' : `${problem}\n`,
    raw.length === 0 ? '' : `ids as their source has them, see pretext dataset rekey: ${raw.join(', ')}\n`,
    others.length === 0 ? '' : `ids turned with another key: ${others.join(', ')}\n`,
  ].join('');
}

function rekeyWords({ dataset, key, subjects, records, audits, backups }: RekeyReport): string {
  return [
    `${dataset}: ${readable(subjects)} subjects and ${readable(records)} records of consent now go by pseudonyms of key ${key}\n`,
    audits.length === 0
      ? ''
      : `these audits name subjects in their notes, which are never changed: ${audits.join(', ')}\n`,
    backups.length === 0
      ? ''
      : `these backups of the workspace hold the ids as they were; delete them if nobody needs them: ${backups.join(', ')}\n`,
  ].join('');
}
