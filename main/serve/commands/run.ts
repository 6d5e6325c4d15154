import { readFile } from 'node:fs/promises';
import { resolve as resolvePath } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../../preload/contract/errors.ts';
import type { RunRow } from '../../../preload/contract/vocabulary.ts';
import { readConfigText, withSettings } from '../../core/configText.ts';
import type { Work } from '../commandLine.ts';
import type { Session } from '../session.ts';
import { readable, table } from '../terminal.ts';
import { collected, failIfAny, listOf, runIdOf, seedsOf } from './options.ts';

interface RunFlags {
  readonly set: readonly string[];
  readonly seeds?: readonly number[];
  readonly baselines?: readonly string[];
  readonly resume?: string;
  readonly experiment?: string;
  readonly name?: string;
  readonly dumpGraph?: string;
  readonly purpose?: string;
  readonly override?: string;
}

/** `pretext run <config.yaml>`: trains in this process's care and waits for the end. */
export function addRun(program: Command, work: Work): void {
  program
    .command('run [config]')
    .description('train what a config (YAML or JSON) describes, or go on with a run, and wait for the end')
    .option(
      '--set <key=value>',
      'change the config, such as method.params.temperature=0.2; may be repeated',
      collected,
      [],
    )
    .option('--seeds <seeds>', 'one run per seed, such as 1,2,3', seedsOf)
    .option(
      '--baselines <methods>',
      'train these beside it, the rest of the config the same: supervised,randomEncoder',
      listOf,
    )
    .option('--resume <run>', 'go on with this run from its last checkpoint')
    .option('--experiment <id>', 'experiment that the runs belong to')
    .option('--name <name>', 'name of the run')
    .option('--dump-graph <folder>', 'write every compiled step there, as text and as .onnx')
    .option('--purpose <purpose>', 'what it is for; what the data card says if left out')
    .option('--override <reason>', 'run although consent does not cover the purpose; the reason is recorded')
    .action((config: string | undefined, flags: RunFlags, command: Command) =>
      work(
        command,
        async (session) => {
          // Trainers are started with this process's environment.
          if (flags.dumpGraph !== undefined) process.env['PRETEXT_DUMP_GRAPH'] = resolvePath(flags.dumpGraph);
          const ids =
            flags.resume === undefined
              ? await launch(session, config, flags)
              : await resume(session, config, flags);
          const rows = await session.finishRuns(ids);
          await reportRuns(session, rows);
        },
        { trains: true },
      ),
    );
}

async function launch(
  session: Session,
  file: string | undefined,
  flags: RunFlags,
): Promise<readonly string[]> {
  if (file === undefined)
    throw new AppError({ code: 'usage', message: 'Name a config file.', hint: 'pretext run config.yaml' });
  const text = withSettings(await readText(file), flags.set);
  const seeds = flags.seeds ?? readConfigText(text).seeds;
  const { findings } = await session.ask('config.check', { config: text });
  for (const finding of findings)
    session.say(`${finding.severity}: ${finding.path}: ${finding.title}. ${finding.detail}`);
  const experiment = flags.experiment ?? null;
  return session.ask('runs.launch', {
    config: text,
    baselines: [...(flags.baselines ?? [])],
    seeds: [...seeds],
    experiment,
    name: flags.name ?? null,
    purpose: flags.purpose ?? null,
    override: flags.override ?? null,
  });
}

async function resume(
  session: Session,
  file: string | undefined,
  flags: RunFlags,
): Promise<readonly string[]> {
  if (
    file !== undefined ||
    flags.set.length > 0 ||
    flags.seeds !== undefined ||
    flags.baselines !== undefined
  ) {
    throw new AppError({
      code: 'usage',
      message: 'A resumed run keeps its config: --resume takes no config, --set, --seeds or --baselines.',
      hint: 'pretext run --resume <run>',
    });
  }
  const id = await runIdOf(session, flags.resume ?? '');
  await goOn(session, [id]);
  return [id];
}

/** Goes on with runs; those that wait in the queue or train already do so by themselves. */
export async function goOn(session: Session, ids: readonly string[]): Promise<void> {
  const rows = await Promise.all(ids.map((id) => session.ask('runs.get', { id })));
  const still = rows
    .filter(({ status }) => !['queued', 'starting', 'running'].includes(status))
    .map(({ id }) => id);
  if (still.length > 0) await session.ask('runs.resume', { ids: still });
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new AppError({
      code: 'usage',
      message: `The config ${file} cannot be read: ${message}.`,
      hint: 'Check the path.',
    });
  }
}

/** Prints how runs ended. @throws AppError if one failed or crashed */
export async function reportRuns(session: Session, rows: readonly RunRow[]): Promise<void> {
  const details = await Promise.all(rows.map(({ id }) => session.ask('runs.get', { id })));
  const runs = details.map(({ id, name, method, status, reason, seed, configHash, results, cost }) => ({
    run: id,
    name,
    method,
    status,
    reason,
    seed,
    configHash,
    results,
    cost,
  }));
  session.print({ runs }, () =>
    table(
      ['run', 'name', 'method', 'status', 'seed', 'kNN', 'linear', 'untrained kNN'],
      runs.map(({ run, name, method, status, seed, results }) => [
        run, name, method, status, String(seed), readable(results?.knnAccuracy ?? null), readable(results?.linearAccuracy ?? null), readable(results?.untrainedKnnAccuracy ?? null),
      ]), // prettier-ignore
    ),
  );
  failIfAny(rows);
}
