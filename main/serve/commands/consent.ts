import type { Command } from 'commander';
import { AppError } from '../../../preload/contract/errors.ts';
import type {
  ConsentExclusion,
  ConsentImpact,
  ConsentImport,
  ConsentOverview,
} from '../../../preload/contract/vocabulary.ts';
import type { Work } from '../commandLine.ts';
import type { Session } from '../session.ts';
import { readable, table } from '../terminal.ts';
import { collected } from './options.ts';

interface ConsentFlags {
  readonly import?: string;
  readonly withdraw: readonly string[];
  readonly affected: readonly string[];
  readonly on?: string;
}

/** `pretext dataset consent <dataset>`: look at records, import them, withdraw, see what has used somebody's data. */
export function addConsent(dataset: Command, work: Work): void {
  dataset
    .command('consent <dataset>')
    .description('show what subjects agreed to, import it from a CSV file, or withdraw it')
    .option(
      '--import <file>',
      'CSV with columns among subject, basis, purposes (with ; between them), source, date, expires, withdrawn',
    )
    .option(
      '--withdraw <subject>',
      'leave a subject out of every run from now on; may be repeated',
      collected,
      [],
    )
    .option('--on <day>', 'the day of the withdrawal, such as 2026-03-31; today if left out')
    .option('--affected <subject>', 'list what has used a subject; may be repeated', collected, [])
    .action((id: string, flags: ConsentFlags, command: Command) =>
      work(command, (session) => answer(session, id, flags)),
    );
}

async function answer(session: Session, dataset: string, flags: ConsentFlags): Promise<void> {
  const asked = [flags.import !== undefined, flags.withdraw.length > 0, flags.affected.length > 0];
  if (asked.filter(Boolean).length > 1)
    throw new AppError({
      code: 'usage',
      message: '--import, --withdraw and --affected are different questions.',
      hint: 'Ask one at a time.',
    });
  if (flags.import !== undefined) {
    const done = await session.ask('consent.import', { dataset, path: flags.import });
    return session.print(done, () => importWords(done));
  }
  if (flags.withdraw.length > 0) {
    const subjects = [...flags.withdraw];
    const impact = await session.ask('consent.withdraw', { dataset, subjects, date: flags.on ?? null });
    return session.print(impact, () => impactWords(impact));
  }
  if (flags.affected.length > 0) {
    const impact = await session.ask('consent.affected', { dataset, subjects: [...flags.affected] });
    return session.print(impact, () => impactWords(impact));
  }
  const overview = await session.ask('consent.get', { dataset });
  session.print(overview, () => overviewWords(overview));
}

function importWords({ read, strangers, rejected, excluded }: ConsentImport): string {
  return [
    `${readable(read)} records read, ${readable(strangers)} of subjects that are not in the data set\n`,
    ...rejected.map(({ item, reason }) => `rejected ${item}: ${reason}\n`),
    exclusionWords(excluded),
  ].join('');
}

function exclusionWords({ subjects, rows }: ConsentExclusion): string {
  return `left out from now on: ${readable(subjects)} subjects with ${readable(rows)} rows\n`;
}

function impactWords({ subjects, rows, runs, audits }: ConsentImpact): string {
  const head = `${subjects.join(', ')}: ${readable(rows)} rows\n`;
  const used = runs.map(({ run, name, status, splits, encoders }) => [run, name, status, splits.join(', '), encoders.map((digest) => digest.slice(0, 12)).join(', ')]); // prettier-ignore
  const looked = audits.map(({ audit, name, uses }) => [audit, name, uses.join(', ')]);
  return [
    head,
    used.length > 0 ? table(['run', 'name', 'status', 'splits', 'encoders'], used) : 'no run has used them\n',
    looked.length > 0 ? table(['audit', 'name', 'uses'], looked) : 'no audit has used them\n',
  ].join('');
}

function overviewWords(overview: ConsentOverview): string {
  const { subjects, recorded, withdrawn, expired, strangers, excluded, records } = overview;
  return [
    `${readable(recorded)} of ${readable(subjects)} subjects have a record; ${readable(withdrawn)} withdrawn, ${readable(expired)} expired\n`,
    exclusionWords(excluded),
    strangers.length > 0 ? `records of nobody in the data set: ${strangers.join(', ')}\n` : '',
    records.length > 0
      ? table(
          ['subject', 'basis', 'purposes', 'source', 'date', 'expires', 'withdrawn'],
          records.map((one) => [
            one.subject, one.basis, one.purposes.join(', '), one.source, one.date ?? '–', one.expires ?? '–', one.withdrawn ?? '–',
          ]), // prettier-ignore
        )
      : '',
  ].join('');
}
