import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { CallInput } from '../../../preload/contract/calls.ts';
import { AppError } from '../../../preload/contract/errors.ts';
import type { SplitRole } from '../../../preload/contract/vocabulary.ts';
import type { Session } from '../session.ts';
import { collected, listOf, runIdOf, wholeOf } from './options.ts';

/** What an audit of representations may be told. */
export interface RepresentationFlags {
  readonly representation?: boolean;
  readonly embeddings: readonly string[];
  readonly untrained: readonly string[];
  readonly view: readonly string[];
  readonly rawInput?: string;
  readonly metadata?: string;
  readonly label?: string;
  readonly rowName?: string;
  readonly association?: string;
  readonly neighbours?: number;
  readonly rows?: number;
  readonly groupRows?: number;
  readonly permutations?: number;
  readonly subsamples?: number;
  readonly probes?: readonly string[];
  readonly features?: readonly string[];
  readonly split?: SplitRole;
  readonly draws?: number;
  readonly seed?: number;
  readonly subject?: string;
  readonly dataset?: string;
  readonly name?: string;
}

/** Options of audits of representations. */
export function addRepresentationOptions(command: Command): Command {
  return command
    .option('--representation', 'audit what the runs’ frozen encoders hold of groups')
    .option('--embeddings <[model[:layer]=]file>', 'audit embeddings made anywhere (.npy, CSV, Parquet); may be repeated', collected, [])
    .option('--metadata <file>', 'CSV or Parquet: features, label and subject of each row of the embeddings')
    .option('--untrained <file>', 'the same rows by the untrained encoder, one file per --embeddings; may be repeated', collected, [])
    .option('--view <file>', 'the same rows seen by a view; twice, for alignment', collected, [])
    .option('--raw-input <file>', 'what the encoder sees, for the leakage probe')
    .option('--label <column>', 'column of the label that neighbours vote on')
    .option('--row-name <column>', 'column by which association tests name rows')
    .option('--association <json>', 'file with a list of association tests { name, x, y, a, b, role }')
    .option('--neighbours <n>', 'neighbours of votes and shares', wholeOf)
    .option('--rows <n>', 'rows that are measured at most', wholeOf)
    .option('--group-rows <n>', 'rows of each group at most', wholeOf)
    .option('--permutations <n>', 'shuffles of groups', wholeOf)
    .option('--subsamples <n>', 'drawings of equally many rows', wholeOf)
    .option('--probes <ids>', 'leakage probes: logistic, mlp', listOf);
} // prettier-ignore

/** True if an audit of representations is asked for. @throws AppError usage if only parts of one are */
export function wantsRepresentations(flags: RepresentationFlags): boolean {
  if (flags.representation === true || flags.embeddings.length > 0) return true;
  const parts = [
    ['--metadata', flags.metadata],
    ['--untrained', flags.untrained[0]],
    ['--view', flags.view[0]],
    ['--raw-input', flags.rawInput],
    ['--label', flags.label],
    ['--row-name', flags.rowName],
    ['--association', flags.association],
    ['--neighbours', flags.neighbours],
    ['--rows', flags.rows],
    ['--group-rows', flags.groupRows],
    ['--permutations', flags.permutations],
    ['--subsamples', flags.subsamples],
    ['--probes', flags.probes],
  ] as const;
  const stray = parts.find(([, value]) => value !== undefined);
  if (stray) throw usage(`${stray[0]} belongs to --representation or --embeddings.`, 'Leave it out, or name one of them.'); // prettier-ignore
  return false;
}

/** Audits representations and prints what was found. */
export async function auditRepresentations(
  session: Session,
  runs: readonly string[],
  flags: RepresentationFlags,
): Promise<void> {
  const job = flags.embeddings.length > 0 ? await ofFiles(session, runs, flags) : await ofRuns(session, runs, flags); // prettier-ignore
  const id = await session.finishJob(job);
  const audit = await session.ask('representations.get', { id });
  const { data } = await session.ask('representations.export', { id, format: 'markdown', smallCells: 0 });
  session.print(audit, () => new TextDecoder().decode(data));
}

async function ofRuns(
  session: Session,
  texts: readonly string[],
  flags: RepresentationFlags,
): Promise<string> {
  if (texts.length === 0)
    throw usage(
      '--representation needs a run, or --embeddings a file.',
      'List runs with: pretext runs list.',
    );
  const own = [['--metadata', flags.metadata], ['--untrained', flags.untrained[0]], ['--view', flags.view[0]], ['--raw-input', flags.rawInput], ['--label', flags.label], ['--row-name', flags.rowName], ['--subject', flags.subject]] as const; // prettier-ignore
  const stray = own.find(([, value]) => value !== undefined);
  if (stray)
    throw usage(`${stray[0]} belongs to --embeddings <file>.`, 'Leave it out: runs bring it with them.');
  const runs = await Promise.all(texts.map((text) => runIdOf(session, text)));
  const dataset = flags.dataset === undefined ? null : (await session.ask('datasets.get', { id: flags.dataset })).id; // prettier-ignore
  const options = {
    ...(await optionsOf(flags)),
    ...(flags.split === undefined ? {} : { split: flags.split }),
  };
  return session.ask('representations.create', { runs, dataset, name: flags.name ?? null, options });
}

async function ofFiles(
  session: Session,
  texts: readonly string[],
  flags: RepresentationFlags,
): Promise<string> {
  if (texts.length > 0) throw usage('--embeddings audits files, not runs.', 'Leave the runs out.');
  if (flags.metadata === undefined)
    throw usage('--embeddings needs --metadata <file>.', 'Give a table with one row for each row of the embeddings.'); // prettier-ignore
  return session.ask('representations.embeddings', {
    models: modelsOf(flags),
    metadata: resolve(flags.metadata),
    rawInput: flags.rawInput === undefined ? null : resolve(flags.rawInput),
    label: flags.label ?? null,
    subject: flags.subject ?? null,
    rowName: flags.rowName ?? null,
    name: flags.name ?? null,
    options: await optionsOf(flags),
  });
}

type Models = CallInput<'representations.embeddings'>['models'];

/** `model:layer=file` per layer; what is left out is named after the file, or `embedding`. */
function modelsOf({ embeddings, untrained, view }: RepresentationFlags): Models {
  if (untrained.length > 0 && untrained.length !== embeddings.length)
    throw usage(`There are ${embeddings.length} of --embeddings and ${untrained.length} of --untrained.`, 'Give one of each, in the same order.'); // prettier-ignore
  const models: Models = [];
  embeddings.forEach((text, at) => {
    const [, model, layer, file = text] = /^(?:([^:=]+)(?::([^=]+))?=)?(.+)$/s.exec(text) ?? [];
    const name = model ?? file.replace(/^.*[\\/]/, '').replace(/\.[^.]*$/, '');
    const known = models.find((one) => one.name === name);
    const target = known ?? { name, layers: [], untrained: [], views: [] };
    if (!known) models.push(target);
    target.layers.push({ layer: layer ?? 'embedding', path: resolve(file) });
    const before = untrained[at];
    if (before !== undefined) target.untrained?.push(resolve(before));
  });
  const [only, other] = models;
  if (view.length > 0 && other)
    throw usage('--view is about one model; there are several.', 'Audit them one by one.');
  only?.views?.push(...view.map((file) => resolve(file)));
  return models;
}

type Options = CallInput<'representations.embeddings'>['options'];

async function optionsOf(flags: RepresentationFlags): Promise<Options> {
  const {
    features,
    neighbours,
    rows,
    groupRows,
    permutations,
    subsamples,
    probes,
    draws,
    seed,
    association,
  } = flags;
  return {
    features: [...(features ?? [])],
    ...(neighbours === undefined ? {} : { neighbours }),
    ...(rows === undefined ? {} : { rows }),
    ...(groupRows === undefined ? {} : { groupRows }),
    ...(permutations === undefined ? {} : { permutations }),
    ...(subsamples === undefined ? {} : { subsamples }),
    ...(probes === undefined ? {} : { probes: [...probes] as NonNullable<Options['probes']> }),
    ...(draws === undefined ? {} : { draws }),
    ...(seed === undefined ? {} : { seed }),
    ...(association === undefined ? {} : { associations: await associationsIn(resolve(association)) }),
  };
}

/** The tests in a file; the door checks each of them. */
async function associationsIn(path: string): Promise<NonNullable<Options['associations']>> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (Array.isArray(value)) return value as NonNullable<Options['associations']>;
  } catch (cause) {
    throw unreadable(path, cause instanceof Error ? cause.message : String(cause));
  }
  throw unreadable(path, 'it is no list');
}

function unreadable(path: string, why: string): AppError {
  return new AppError({
    code: 'invalidData',
    message: `${path} cannot be read as a list of association tests: ${why}.`,
    hint: 'Write [{ "name": …, "x": { "column": …, "value": … }, "y": …, "a": …, "b": { "names": […] } }].',
  });
}

function usage(message: string, hint: string): AppError {
  return new AppError({ code: 'usage', message, hint });
}
