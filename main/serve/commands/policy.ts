import { type Command, Option } from 'commander';
import { AppError } from '../../../preload/contract/errors.ts';
import type { LimitFinding, LimitState, PolicyLimit, PolicyResult, PolicyRow } from '../../../preload/contract/vocabulary.ts'; // prettier-ignore
import type { Work } from '../commandLine.ts';
import { NotMet } from '../notMet.ts';
import { readable, table } from '../terminal.ts';
import type { Session } from '../session.ts';
import { LIMIT_HELP, limitOf } from './limits.ts';
import { listOf, numberOf, runIdOf, wholeOf } from './options.ts';

interface PolicyFlags {
  readonly dataset?: string;
  readonly experiment?: string;
  readonly features: readonly string[];
  readonly limit: readonly PolicyLimit[];
  readonly due?: number;
  readonly split?: 'probeTrain' | 'validation' | 'audit';
  readonly threshold?: number;
  readonly positive?: string;
  readonly draws?: number;
  readonly seed?: number;
}

/** `pretext policy`: limits declared before anything is looked at, checks of them, and what is due again. */
export function addPolicy(program: Command, work: Work): void {
  const policy = program
    .command('policy')
    .description('declare limits, check runs against them, see what is due');
  policy
    .command('create <name>')
    .description('declare a policy; it never changes afterwards')
    .option('--dataset <dataset>', 'data set on which runs are assessed')
    .option('--experiment <id>', 'experiment whose runs are assessed')
    .requiredOption('--features <names>', 'sensitive features, with commas between them', listOf)
    .option('--limit <limit>', 'a limit, such as accuracy[sex]>=0.8; may be repeated', limitOf, [])
    .option('--due <days>', 'days until it is to be checked again; 365 if left out', wholeOf)
    .addOption(
      new Option('--split <role>', 'split of the data set').choices(['probeTrain', 'validation', 'audit']),
    )
    .option('--threshold <t>', 'score from which the positive class is predicted', numberOf)
    .option('--positive <value>', 'the positive class')
    .option('--draws <n>', 'bootstrap draws', wholeOf)
    .option('--seed <n>', 'seed of the bootstrap', wholeOf)
    .addHelpText('after', LIMIT_HELP)
    .action((name: string, flags: PolicyFlags, command: Command) =>
      work(command, async (session) => print(session, [await create(session, name, flags)], true)),
    );
  policy
    .command('list')
    .description('policies, where they stand and when they are due')
    .option('--archived', 'archived ones too')
    .action(
      (flags: { archived?: boolean }, command: Command) =>
      work(command, async (session) => print(session, await session.ask('policies.list', { archived: flags.archived ?? false }))), // prettier-ignore
    );
  policy
    .command('due')
    .description('policies past their due date')
    .action((_flags: unknown, command: Command) =>
      work(command, async (session) => print(session, await session.ask('policies.due', {}))),
    );
  policy
    .command('check <policy> [runs...]')
    .alias('run')
    .description('audit runs by a policy; exit code 3 unless every limit is met')
    .action((name: string, runs: readonly string[], _flags: unknown, command: Command) =>
      work(command, (session) => check(session, name, runs)),
    );
  policy
    .command('history <policy>')
    .description('checks made so far, newest first')
    .action((name: string, _flags: unknown, command: Command) =>
      work(command, async (session) => {
        const results = await session.ask('policies.results', { id: name });
        session.print(results, () => historyWords(results));
      }),
    );
  policy
    .command('archive <policy>')
    .description('a policy that is not to be checked any more')
    .action(
      (name: string, _flags: unknown, command: Command) =>
      work(command, async (session) => print(session, [await session.ask('policies.archive', { id: name, archived: true })], true)), // prettier-ignore
    );
}

async function create(session: Session, name: string, flags: PolicyFlags): Promise<PolicyRow> {
  const { dataset, experiment, features, limit, due, split, threshold, positive, draws, seed } = flags;
  if ((dataset === undefined) === (experiment === undefined))
    throw new AppError({
      code: 'usage',
      message: 'A policy is about a data set or an experiment: name one of them.',
      hint: 'Give --dataset or --experiment.',
    });
  if (limit.length === 0)
    throw new AppError({ code: 'usage', message: 'A policy needs a limit.', hint: 'Give one with --limit, such as --limit "accuracy[sex]>=0.8".' }); // prettier-ignore
  return session.ask('policies.create', {
    name,
    scope: dataset !== undefined ? { dataset } : { experiment: experiment ?? '' },
    features: [...features],
    limits: limit.map((one) => ({ ...one })),
    ...(due === undefined ? {} : { dueDays: due }),
    ...(split === undefined ? {} : { split }),
    ...(threshold === undefined ? {} : { threshold }),
    ...(positive === undefined ? {} : { positive }),
    ...(draws === undefined ? {} : { draws }),
    ...(seed === undefined ? {} : { seed }),
  });
}

async function check(session: Session, name: string, texts: readonly string[]): Promise<void> {
  const runs = await Promise.all(texts.map((text) => runIdOf(session, text)));
  const job = await session.ask('policies.check', { id: name, runs });
  const result = await session.ask('policies.result', { id: await session.finishJob(job) });
  const row = await session.ask('policies.get', { id: result.policy });
  session.print(result, () => resultWords(result, row));
  if (result.state !== 'met') throw new NotMet(`${row.name}: ${STATES[result.state]}.`);
}

/** The only words for where a limit stands; none of them is a verdict. */
const STATES: Readonly<Record<LimitState, string>> = {
  met: 'limit met',
  exceeded: 'limit exceeded',
  insufficientEvidence: 'insufficient evidence',
};

function print(session: Session, rows: readonly PolicyRow[], single = false): void {
  session.print(single ? rows[0] : rows, () =>
    rows.length === 0
      ? 'None.\n'
      : table(
          ['policy', 'id', 'about', 'newest check', 'checks', 'due', ''],
          rows.map((row) => [row.name, row.id, row.scopeName, row.state === null ? 'never' : STATES[row.state], String(row.checks), row.due.slice(0, 10), row.overdue ? 'overdue' : '']),
        ),
  ); // prettier-ignore
}

function historyWords(results: readonly PolicyResult[]): string {
  if (results.length === 0) return 'It was never checked.\n';
  return table(
    ['when', 'result', 'audit', 'runs', ''],
    results.map(({ created, state, audit, runs, fresh }) => [created.slice(0, 10), STATES[state], audit, String(runs.length), fresh ? '' : 'nothing new: the due date stays']),
  ); // prettier-ignore
}

function resultWords(result: PolicyResult, row: PolicyRow): string {
  const lines = result.findings.flatMap(findingRows);
  const due = `${result.fresh ? '' : 'Checkpoints, data and metrics are those of an earlier check: the due date stays.\n'}Due again ${row.due.slice(0, 10)}.`; // prettier-ignore
  return `${row.name}: ${STATES[result.state]}\n${table(['run', 'what', 'value', '95% interval', 'limit', 'result'], lines)}${due}\n`;
}

function findingRows({ limit, runName, values, state }: LimitFinding): readonly (readonly string[])[] {
  const range = `${limit.low ?? ''}..${limit.high ?? ''}`;
  if (values.length === 0) return [[runName, limit.metric, '–', 'no such group', range, STATES[state]]];
  return values.map(({ group, reference, value, low, high, state: own, reason }) => [
    runName,
    `${limit.metric} ${aboutWords(limit, group, reference)}`.trim(),
    readable(value),
    low === null || high === null ? (reason ?? 'none') : `${readable(low)} to ${readable(high)}`,
    range,
    STATES[own],
  ]); // prettier-ignore
}

/** `female − male`, `female / male`, `female`, or nothing for everybody. */
function aboutWords(
  { subject }: PolicyLimit,
  ...keys: readonly LimitFinding['values'][number]['group'][]
): string {
  const names = keys.flatMap((key) => (key === null ? [] : [Object.values(key).join(', ')]));
  return names.join(subject.of === 'ratio' ? ' / ' : ' − ');
}
