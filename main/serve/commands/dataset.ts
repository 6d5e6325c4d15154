import { readFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { AppError } from '../../../preload/contract/errors.ts';
import type {
  ColumnType,
  DatasetDetail,
  DatasetRow,
  ImportOptions,
} from '../../../preload/contract/vocabulary.ts';
import type { Work } from '../commandLine.ts';
import { readable, table } from '../terminal.ts';
import { addCheck } from './check.ts';
import { addConsent } from './consent.ts';
import { addKey } from './key.ts';
import { addPrivacy } from './privacy.ts';
import { collected, listOf, numberOf, saveFile, wholeOf } from './options.ts';

/** `pretext dataset …`: import, list, show, card. */
export function addDataset(program: Command, work: Work): void {
  const dataset = program.command('dataset').description('data sets of the workspace');
  addImport(dataset, work);
  dataset
    .command('list')
    .description('list the data sets')
    .option('--archived', 'those that are archived')
    .action((options: { archived?: boolean }, command: Command) =>
      work(command, async (session) => {
        const rows = await session.ask('datasets.list', { archived: options.archived ?? false });
        session.print(rows, () => listing(rows));
      }),
    );
  dataset
    .command('show <dataset>')
    .description('show one data set, by id or name: targets, groups, splits, what was rejected')
    .action((id: string, _options: unknown, command: Command) =>
      work(command, async (session) => {
        const detail = await session.ask('datasets.get', { id });
        session.print(detail, () => details(detail));
      }),
    );
  addCard(dataset, work);
  addCheck(dataset, work);
  addConsent(dataset, work);
  addKey(dataset, work);
  addPrivacy(dataset, work);
}

type ImportFlags = Omit<ImportOptions, 'bins'> & {
  readonly reader?: string;
  readonly type: readonly string[];
  readonly bins: readonly string[];
};

function addImport(dataset: Command, work: Work): void {
  dataset
    .command('import <path>')
    .description('import a file, a folder, builtin:coloured-digits or builtin:made-movement')
    .option('--reader <id>', 'the format; found by itself if left out')
    .option('--name <name>', 'name of the data set')
    .option('--label <column>', 'column of the label, or folder')
    .option('--sensitive <columns>', 'sensitive features, with commas between them', listOf)
    .option('--subject <column>', 'column of the subject: splits are disjoint by it')
    .option('--pattern <pattern>', 'pattern of file names, such as {age}_{gender}_{race}_*')
    .option('--manifest <file>', 'CSV beside the images')
    .option('--columns <names>', 'columns of a CSV without a header, with commas between them', listOf)
    .option('--header <first|none>', 'whether the first line of a CSV names its columns')
    .option('--text <column>', 'column of the text, or of the caption of an image')
    .option('--layout <files|lines>', 'for texts: whether each file or each line is one')
    .option('--time <column>', 'for series: column of the time')
    .option('--steps <n>', 'for series: steps of each; longer ones are cut', wholeOf)
    .option('--timestamps <resample|rows>', 'for series: what irregular times become')
    .option('--labels <file>', 'file of labels, for IDX')
    .option('--size <pixels>', 'side to which images are brought', wholeOf)
    .option('--limit <n>', 'at most so many training samples', wholeOf)
    .option('--seed <n>', 'seed of the splits', wholeOf)
    .option('--transductive', 'declare that pretraining may see every sample, without labels')
    .option(
      '--type <column=type>',
      'for tables: number, category or ignore, where what is inferred is wrong; may be repeated',
      collected,
      [],
    )
    .option(
      '--bins <column=edges>',
      'edges of the ranges that numbers are put into, such as age=30,45,60; may be repeated',
      collected,
      [],
    )
    .option(
      '--correlation <p>',
      'built-in data: how often the colour follows the label in training',
      numberOf,
    )
    .option('--minority-share <p>', 'built-in data: share of the second colour', numberOf)
    .option('--licence <text>', 'licence, for the card')
    .option('--purpose <text>', 'what it is for, for the card; the purpose of runs that state none')
    .option('--consent-purposes <list>', 'purposes that consent covers, with commas between them')
    .action((path: string, flags: ImportFlags, command: Command) =>
      work(command, async (session) => {
        const { reader = null, sensitive, columns, type, bins, ...others } = flags;
        const options = {
          ...others,
          ...(type.length === 0 ? {} : { types: Object.fromEntries(type.map(typeOf)) }),
          ...(bins.length === 0 ? {} : { bins: Object.fromEntries(bins.map(edgesOf)) }),
          ...(sensitive === undefined ? {} : { sensitive: [...sensitive] }),
          ...(columns === undefined ? {} : { columns: [...columns] }),
        };
        const unsaid = (['licence', 'purpose'] as const).filter((one) => options[one] === undefined);
        if (unsaid.length > 0 && !path.startsWith('builtin:'))
          session.say(
            `Its ${unsaid.join(' and ')} are not stated: say them with --${unsaid.join(', --')} or pretext dataset card.`,
          );
        const id = await session.finishJob(await session.ask('datasets.import', { path, reader, options }));
        const detail = await session.ask('datasets.get', { id });
        session.print(detail, () => details(detail));
      }),
    );
}

function addCard(dataset: Command, work: Work): void {
  dataset
    .command('card <dataset>')
    .description("show the data set's card, or change entries of it")
    .option(
      '--set <entry=text>',
      'write an entry, such as licence="CC BY 4.0"; may be repeated',
      collected,
      [],
    )
    .option('--import <file>', 'read entries from Markdown')
    .addOption(new Option('--export <format>', 'write the card to a file').choices(['markdown', 'croissant']))
    .option('--out <file>', 'where to write it')
    .action((id: string, options: CardFlags, command: Command) =>
      work(command, async (session) => {
        if (options.export !== undefined)
          return saveFile(
            session,
            await session.ask('datasets.exportCard', { id, format: options.export }),
            options.out,
          );
        if (options.import !== undefined)
          await session.ask('datasets.importCard', { id, markdown: await readWords(options.import) });
        const card = Object.fromEntries(options.set.map(entryOf));
        const named = await session.ask('datasets.get', { id });
        const detail =
          options.set.length === 0 ? named : await session.ask('datasets.setCard', { id: named.id, card });
        session.print(detail.card, () => cardWords(detail));
      }),
    );
}

const TYPES = ['number', 'category', 'ignore'] as const;

function typeOf(text: string): [string, ColumnType] {
  const at = text.lastIndexOf('=');
  const type = TYPES.find((known) => known === text.slice(at + 1));
  if (at > 0 && type) return [text.slice(0, at), type];
  throw new AppError({
    code: 'usage',
    message: `${JSON.stringify(text)} is not column=type.`,
    hint: 'Write for example --type zip=category; types are number, category and ignore.',
  });
}

function edgesOf(text: string): [string, number[]] {
  const at = text.lastIndexOf('=');
  const edges = text
    .slice(at + 1)
    .split(',')
    .map((edge) => (edge.trim() === '' ? NaN : Number(edge)));
  if (at > 0 && edges.every(Number.isFinite)) return [text.slice(0, at), edges];
  throw new AppError({
    code: 'usage',
    message: `${JSON.stringify(text)} is not column=edges.`,
    hint: 'Write for example --bins age=30,45,60.',
  });
}

interface CardFlags {
  readonly set: readonly string[];
  readonly import?: string;
  readonly export?: 'markdown' | 'croissant';
  readonly out?: string;
}

async function readWords(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new AppError({
      code: 'usage',
      message: `The card ${file} cannot be read: ${message}.`,
      hint: 'Check the path.',
    });
  }
}

function entryOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new AppError({
    code: 'usage',
    message: `${JSON.stringify(text)} is not entry=text.`,
    hint: 'Write for example --set licence=MIT.',
  });
}

function listing(rows: readonly DatasetRow[]): string {
  if (rows.length === 0)
    return 'No data sets. Import one with: pretext dataset import builtin:coloured-digits\n';
  return table(
    ['id', 'name', 'samples', 'shape', 'target', 'sensitive features'],
    rows.map((row) => [
      row.id,
      row.name,
      readable(row.count),
      row.shape.join('×'),
      row.primaryTarget,
      row.sensitive.map(({ name }) => name).join(', '),
    ]),
  );
}

function details(detail: DatasetDetail): string {
  const targets = detail.targets.map(
    ({ name, classes, counts }) =>
      `target ${name}: ${classes.map((value, at) => `${value} ${readable(counts[at] ?? 0)}`).join(', ')}\n`,
  );
  const features = detail.sensitive.map(
    ({ name, source, values, counts }) =>
      `sensitive ${name} (${source}): ${values.map((value, at) => `${value} ${readable(counts[at] ?? 0)}`).join(', ')}\n`,
  );
  const splits = Object.entries(detail.splits)
    .map(([role, count]) => `${role} ${readable(count)}`)
    .join(', ');
  const rejected = detail.report.rejected.map(({ item, reason }) => `rejected ${item}: ${reason}\n`);
  const more =
    detail.report.moreRejected > 0 ? `and ${readable(detail.report.moreRejected)} more were rejected\n` : '';
  return [
    `${detail.id}  ${detail.name}: ${readable(detail.count)} samples of ${detail.shape.join('×')}, ${readable(detail.subjects)} subjects\n`,
    ...targets,
    ...features,
    `splits: ${splits}; looks at the audit split: ${detail.auditLooks.length}\n`,
    ...rejected,
    more,
    ...detail.report.notes.map((note) => `note: ${note}\n`),
  ].join('');
}

function cardWords({ name, card }: DatasetDetail): string {
  return `${name}\n${Object.entries(card)
    .map(([entry, text]) => `${entry}: ${text === '' ? '–' : text}\n`)
    .join('')}`;
}
