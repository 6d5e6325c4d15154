import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import type { CallInput } from '../../../preload/contract/calls.ts';
import { AppError } from '../../../preload/contract/errors.ts';
import { SPLIT_ROLES, type SplitRole } from '../../../preload/contract/vocabulary.ts';
import { auditToJson, auditToWords } from '../auditText.ts';
import type { Work } from '../commandLine.ts';
import type { Session } from '../session.ts';
import { listOf, numberOf, runIdOf, wholeOf } from './options.ts';

interface AuditFlags {
  readonly features: readonly string[];
  readonly intersections?: boolean;
  readonly metrics?: readonly string[];
  readonly primary?: string;
  readonly primaryFeature?: string;
  readonly group?: string;
  readonly reference?: string;
  readonly split?: SplitRole;
  readonly threshold?: number;
  readonly positive?: string;
  readonly draws?: number;
  readonly seed?: number;
  readonly dataset?: string;
  readonly name?: string;
  readonly predictions?: string;
  readonly truth?: string;
  readonly prediction?: string;
  readonly score?: string;
  readonly subject?: string;
}

/** `pretext audit`: assesses runs, or predictions made anywhere, by group. */
export function addAudit(program: Command, work: Work): void {
  program
    .command('audit [runs...]')
    .description('assess runs, or predictions made anywhere, by group')
    .requiredOption('--features <names>', 'sensitive features, with commas between them', listOf)
    .option('--intersections', 'also every combination of the features')
    .option('--metrics <ids>', 'metrics, with commas between them; the usual ones if left out', listOf)
    .option('--primary <metric>', 'the metric declared first: its disparity is the answer')
    .option('--primary-feature <name>', 'feature of the declared disparity; the first if left out')
    .option('--group <value>', 'group of the declared disparity; with --reference')
    .option('--reference <value>', 'group that it is compared with')
    .addOption(new Option('--split <role>', 'split of the data set').choices([...SPLIT_ROLES]))
    .option('--threshold <t>', 'score from which the positive class is predicted', numberOf)
    .option('--positive <value>', 'the positive class')
    .option('--draws <n>', 'bootstrap draws', wholeOf)
    .option('--seed <n>', 'seed of the bootstrap', wholeOf)
    .option('--dataset <dataset>', 'data set to assess on; each run’s own if left out')
    .option('--name <name>', 'name of the audit')
    .option('--predictions <csv>', 'assess a table of predictions instead of runs')
    .option('--truth <column>', 'column of the true class')
    .option('--prediction <column>', 'column of the predicted class')
    .option('--score <column>', 'column of the score of the positive class')
    .option('--subject <column>', 'column of the subject: intervals resample whole subjects')
    .action((runs: readonly string[], flags: AuditFlags, command: Command) =>
      work(command, async (session) => {
        const job =
          flags.predictions === undefined
            ? await ofRuns(session, runs, flags)
            : await ofPredictions(session, runs, flags);
        const audit = await session.ask('audits.get', { id: await session.finishJob(job) });
        session.print(auditToJson(audit), () => auditToWords(audit));
      }),
    );
}

type OptionsInput = CallInput<'audits.create'>['options'];

/** What was not given is left out, so that its default is the contract's. */
function optionsOf(flags: AuditFlags): OptionsInput {
  const { features, intersections = false, metrics, split, threshold, positive, draws, seed } = flags;
  return {
    features: [...features],
    intersections,
    primary: primaryOf(flags),
    ...(metrics === undefined ? {} : { metrics: [...metrics] }),
    ...(split === undefined ? {} : { split }),
    ...(threshold === undefined ? {} : { threshold }),
    ...(positive === undefined ? {} : { positive }),
    ...(draws === undefined ? {} : { draws }),
    ...(seed === undefined ? {} : { seed }),
  };
}

function primaryOf(flags: AuditFlags): OptionsInput['primary'] {
  const { primary, primaryFeature, features } = flags;
  const group: string | null = flags.group ?? null;
  const reference: string | null = flags.reference ?? null;
  if (primary === undefined) {
    if (primaryFeature === undefined && group === null && reference === null) return null;
    throw usage(
      '--primary-feature, --group and --reference belong to --primary <metric>.',
      'Name the metric that is declared.',
    );
  }
  if ((group === null) !== (reference === null))
    throw usage('--group and --reference go together.', 'Name both, or neither to compare all groups.');
  return { metric: primary, feature: primaryFeature ?? features[0] ?? '', group, reference };
}

async function ofRuns(session: Session, texts: readonly string[], flags: AuditFlags): Promise<string> {
  if (texts.length === 0)
    throw usage('Name a run, or --predictions with a table.', 'List runs with: pretext runs list.');
  for (const name of ['truth', 'prediction', 'score', 'subject'] as const)
    if (flags[name] !== undefined) throw usage(`--${name} belongs to --predictions <csv>.`, 'Leave it out.');
  const runs = await Promise.all(texts.map((text) => runIdOf(session, text)));
  const dataset =
    flags.dataset === undefined ? null : (await session.ask('datasets.get', { id: flags.dataset })).id;
  return session.ask('audits.create', { runs, dataset, name: flags.name ?? null, options: optionsOf(flags) });
}

async function ofPredictions(session: Session, texts: readonly string[], flags: AuditFlags): Promise<string> {
  if (texts.length > 0) throw usage('--predictions assesses a table, not runs.', 'Leave the runs out.');
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
    name: flags.name ?? null,
    options: optionsOf(flags),
  });
}

function usage(message: string, hint: string): AppError {
  return new AppError({ code: 'usage', message, hint });
}
