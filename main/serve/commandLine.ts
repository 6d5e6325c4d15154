import { Command, CommanderError, Option } from 'commander';
import { AppError, toPlainError } from '../../preload/contract/errors.ts';
import { addAudit } from './commands/audit.ts';
import { addCompare } from './commands/compare.ts';
import { addDataset } from './commands/dataset.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEvaluate } from './commands/evaluate.ts';
import { addFinetune } from './commands/finetune.ts';
import { addPolicy } from './commands/policy.ts';
import { addReport } from './commands/report.ts';
import { addRun } from './commands/run.ts';
import { addRuns } from './commands/runs.ts';
import { addSensitivity } from './commands/sensitivity.ts';
import type { OpenHouse } from './house.ts';
import { NotMet } from './notMet.ts';
import { createSession, type Session } from './session.ts';
import type { Terminal } from './terminal.ts';

/** Options of every command. */
export interface EveryOption {
  readonly json?: boolean;
  readonly workspace?: string;
  readonly keyFile?: string;
}

/** What a command needs of the workspace. */
export interface Needs {
  /** True if it trains: otherwise queued runs are left alone. */
  readonly trains?: boolean;
  /** The workspace if none is named; the user's own if left out. */
  readonly workspace?: string;
}

/** How a command does its work: with the workspace open, which is closed again however it ends. */
export type Work = (
  command: Command,
  task: (session: Session) => Promise<void>,
  needs?: Needs,
) => Promise<void>;

export interface CommandLine {
  readonly terminal: Terminal;
  readonly openHouse: OpenHouse;
  /** Commands that are more than questions to the workspace: serve and demo. */
  readonly more: readonly ((program: Command, line: CommandLine) => void)[];
}

/** Exit codes: 0 done, 1 failed with a sentence on standard error, 2 usage, 3 a policy was checked and is not met. */
export async function runCommandLine(args: readonly string[], line: CommandLine): Promise<number> {
  const program = createProgram(line);
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (cause) {
    if (cause instanceof CommanderError) return cause.exitCode === 0 ? 0 : 2;
    if (cause instanceof NotMet) {
      line.terminal.err(`${cause.message}\n`);
      return 3;
    }
    const { code, message, hint } = toPlainError(cause);
    line.terminal.err(`${message}${hint === '' ? '' : `\n${hint}`}\n`);
    if (code === 'internal' && cause instanceof Error && !(cause instanceof AppError))
      line.terminal.err(`${cause.stack ?? ''}\n`);
    return code === 'usage' ? 2 : 1;
  }
}

function createProgram(line: CommandLine): Command {
  const program = new Command('pretext')
    .description('An offline lab for self-supervised learning with fairness audits.')
    .addOption(
      new Option('--json', 'print one JSON value on standard output; progress goes to standard error'),
    )
    .addOption(new Option('--workspace <folder>', "the workspace's folder").env('PRETEXT_WORKSPACE'))
    .addOption(
      new Option('--key-file <file>', 'the key for subject ids, outside the workspace').env(
        'PRETEXT_KEY_FILE',
      ),
    )
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed with a sentence on standard error, 2 wrong usage, 3 a policy is not met.\n`pretext help <command>` says more of a command.',
    )
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({
      writeOut: (text) => line.terminal.out(text),
      writeErr: (text) => line.terminal.err(text),
    })
    .exitOverride();
  const work: Work = (command, task, needs) => withHouse(command, line, task, needs);
  for (const add of line.more) add(program, line);
  for (const add of [
    addDoctor,
    addDataset,
    addRun,
    addRuns,
    addEvaluate,
    addFinetune,
    addSensitivity,
    addCompare,
    addAudit,
    addPolicy,
    addReport,
  ])
    add(program, work);
  return program;
}

/** Opens the workspace for a task and closes it however the task ends. */
export async function withHouse(
  command: Command,
  line: CommandLine,
  task: (session: Session) => Promise<void>,
  { trains = false, workspace: usual }: Needs = {},
): Promise<void> {
  const { json = false, workspace, keyFile } = command.optsWithGlobals<EveryOption>();
  const house = await line.openHouse({
    workspace: workspace ?? usual ?? null,
    trains,
    ...(keyFile === undefined ? {} : { keyFile }),
  });
  const forget = line.terminal.onInterrupt(() => {
    line.terminal.err(
      trains ? 'Leaving: what trains is saved where it stands and can be resumed.\n' : 'Leaving.\n',
    );
    void house.close().finally(() => process.exit(1));
  });
  try {
    await task(createSession(house.bridge, line.terminal, json));
  } finally {
    forget();
    await house.close();
  }
}
