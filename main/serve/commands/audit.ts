import { resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../../preload/contract/errors.ts';
import type { AuditChainReport } from '../../../preload/contract/vocabulary.ts';
import { auditToJson, auditToWords } from '../auditText.ts';
import type { Work } from '../commandLine.ts';
import type { Session } from '../session.ts';
import { addMeasureOptions, optionsOf } from './auditOptions.ts';
import type { MeasureFlags } from './auditOptions.ts';
import {
  addRepresentationOptions,
  auditRepresentations,
  wantsRepresentations,
} from './auditRepresentations.ts';
import type { RepresentationFlags } from './auditRepresentations.ts';
import { runIdOf } from './options.ts';

interface AuditFlags extends MeasureFlags, RepresentationFlags {
  readonly dataset?: string;
  readonly baseline?: string;
  readonly name?: string;
  readonly predictions?: string;
  readonly truth?: string;
  readonly prediction?: string;
  readonly score?: string;
  readonly subject?: string;
  readonly weight?: string;
  readonly numeric?: boolean;
}

/** `pretext audit`: assesses runs, or predictions made anywhere, by group; `audit verify` checks that stored audits are as written. */
export function addAudit(program: Command, work: Work): void {
  const audit = program
    .command('audit [runs...]')
    .description('assess runs, or predictions made anywhere, by group');
  addRepresentationOptions(addMeasureOptions(audit))
    .option('--baseline <run>', 'run that the others are compared with; the first if left out')
    .option('--dataset <dataset>', 'data set to assess on; each run’s own if left out')
    .option('--name <name>', 'name of the audit')
    .option('--predictions <csv>', 'assess a table of predictions instead of runs')
    .option('--truth <column>', 'column of the true class')
    .option('--prediction <column>', 'column of the predicted class')
    .option('--score <column>', 'column of the score of the positive class')
    .option('--subject <column>', 'column of the subject: intervals resample whole subjects')
    .option('--weight <column>', 'column of sample weights: every value is a weighted sum')
    .option('--numeric', 'truth and prediction are numbers, not classes')
    .action((runs: readonly string[], flags: AuditFlags, command: Command) => {
      // Not a required option of the command: those hold for the commands below it, too.
      if (flags.features === undefined)
        command.error("error: required option '--features <names>' not specified");
      return work(command, async (session) => {
        if (wantsRepresentations(flags)) return auditRepresentations(session, runs, flags);
        const job =
          flags.predictions === undefined
            ? await ofRuns(session, runs, flags)
            : await ofPredictions(session, runs, flags);
        const audit = await session.ask('audits.get', { id: await session.finishJob(job) });
        session.print(auditToJson(audit), () => auditToWords(audit));
      });
    });
  audit
    .command('verify')
    .description('check that every stored audit is as it was written')
    .action((_flags: unknown, command: Command) =>
      work(command, async (session) => {
        const report = await session.ask('audits.verify', {});
        session.print(report, () => verifyWords(report));
        refuseBroken(report);
      }),
    );
}

function verifyWords({ audits, whole, head }: AuditChainReport): string {
  return whole
    ? `${audits} ${audits === 1 ? 'audit is' : 'audits are'} as written; the chain ends with ${head}\n`
    : '';
}

function refuseBroken({ broken }: AuditChainReport): void {
  if (broken === null) return;
  throw new AppError({
    code: 'invalidData',
    message: `Audit ${broken.audit} (${broken.name}) is not as it was written: ${broken.what}`,
    hint: 'Restore the workspace from a backup, or audit again.',
  });
}

async function ofRuns(session: Session, texts: readonly string[], flags: AuditFlags): Promise<string> {
  if (texts.length === 0)
    throw usage('Name a run, or --predictions with a table.', 'List runs with: pretext runs list.');
  for (const name of ['truth', 'prediction', 'score', 'subject', 'weight', 'numeric'] as const)
    if (flags[name] !== undefined) throw usage(`--${name} belongs to --predictions <csv>.`, 'Leave it out.');
  const options = optionsOf(flags);
  const runs = await Promise.all(texts.map((text) => runIdOf(session, text)));
  const baseline = flags.baseline === undefined ? undefined : await runIdOf(session, flags.baseline);
  const dataset =
    flags.dataset === undefined ? null : (await session.ask('datasets.get', { id: flags.dataset })).id;
  return session.ask('audits.create', {
    runs,
    dataset,
    name: flags.name ?? null,
    options: { ...options, ...(baseline === undefined ? {} : { baseline }) },
  });
}

async function ofPredictions(session: Session, texts: readonly string[], flags: AuditFlags): Promise<string> {
  if (texts.length > 0) throw usage('--predictions assesses a table, not runs.', 'Leave the runs out.');
  if (flags.baseline !== undefined)
    throw usage('--baseline is one of several runs; a table holds one model.', 'Leave it out.');
  if (flags.truth === undefined)
    throw usage('--predictions needs --truth <column>.', 'Name the column of the true class.');
  if (flags.prediction === undefined && flags.score === undefined)
    throw usage(
      '--predictions needs --prediction <column> or --score <column>.',
      'Name the column of the predicted class or of its score.',
    );
  return session.ask('audits.predictions', {
    path: resolve(flags.predictions ?? ''),
    truth: flags.truth,
    prediction: flags.prediction ?? null,
    score: flags.score ?? null,
    subject: flags.subject ?? null,
    weight: flags.weight ?? null,
    numeric: flags.numeric ?? false,
    name: flags.name ?? null,
    options: optionsOf(flags),
  });
}

function usage(message: string, hint: string): AppError {
  return new AppError({ code: 'usage', message, hint });
}
