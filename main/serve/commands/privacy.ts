import type { Command } from 'commander';
import { AppError } from '../../../preload/contract/errors.ts';
import type {
  ColumnGeneralisation,
  PrivacyAssessment,
  PrivacyColumn,
} from '../../../preload/contract/vocabulary.ts';
import type { Work } from '../commandLine.ts';
import type { Session } from '../session.ts';
import { readable, table } from '../terminal.ts';
import { collected, listOf, wholeOf } from './options.ts';

interface PrivacyFlags {
  readonly quasi?: readonly string[];
  readonly sensitive?: readonly string[];
  readonly ordered?: readonly string[];
  readonly bins: readonly string[];
  readonly merge: readonly string[];
  readonly drop?: readonly string[];
  readonly k?: number;
  readonly apply?: boolean;
  readonly name?: string;
}

/** `pretext dataset privacy <dataset>`: how well people are hidden among others, before and after columns are made coarser. */
export function addPrivacy(dataset: Command, work: Work): void {
  dataset
    .command('privacy <dataset>')
    .description('k-anonymity, l-diversity and t-closeness, also of a generalisation; without --quasi, the columns')
    .option('--quasi <columns>', 'what others may know of people, with commas between them', listOf)
    .option('--sensitive <columns>', 'what nobody shall learn of them, with commas between them', listOf)
    .option('--ordered <columns>', 'sensitive columns whose values are in order as they are listed', listOf)
    .option('--bins <column=edges>', 'put numbers into ranges, such as age=30,45; may be repeated', collected, [])
    .option('--merge <column:new=old,…>', 'make several values one, such as race:Other=A,B; may be repeated', collected, [])
    .option('--drop <columns>', 'leave columns out, with commas between them', listOf)
    .option('--k <n>', 'people that each class should have', wholeOf)
    .option('--apply', 'make the generalised copy; without it, it is only assessed')
    .option('--name <name>', 'name of the copy')
    .action((id: string, flags: PrivacyFlags, command: Command) => work(command, (session) => answer(session, id, flags))); // prettier-ignore
}

async function answer(session: Session, dataset: string, flags: PrivacyFlags): Promise<void> {
  const generalisation = generalisationOf(flags);
  if (flags.apply === true) {
    const { name = null } = flags;
    const row = await session.ask('privacy.generalise', { dataset, generalisation, name });
    return session.print(row, () => `${row.id}  ${row.name}: a generalised copy of ${dataset}\n`);
  }
  if (flags.quasi === undefined) {
    const columns = await session.ask('privacy.columns', { dataset });
    return session.print(columns, () => columnWords(columns));
  }
  const found = await session.ask('privacy.assess', {
    ...{ dataset, generalisation, quasi: [...flags.quasi] },
    ...{ sensitive: [...(flags.sensitive ?? [])], ordered: [...(flags.ordered ?? [])] },
    ...(flags.k === undefined ? {} : { wanted: flags.k }),
  });
  session.print(found, () => assessmentWords(found));
}

/** As the call wants it: lists that may be written to. */
type Given = Record<string, { drop?: boolean; edges?: number[]; merge?: Record<string, string[]> }>;

function generalisationOf({ bins, merge, drop = [] }: PrivacyFlags): Given {
  const given: Given = {};
  for (const column of drop) given[column] = { drop: true } satisfies ColumnGeneralisation;
  for (const text of bins) {
    const [, column = '', list = ''] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    const edges = list.split(',').map(Number);
    if (column === '' || edges.some((edge) => !Number.isFinite(edge)))
      throw usage(`${JSON.stringify(text)} is not column=edges.`, 'Write for example --bins age=30,45.');
    given[column] = { ...given[column], edges };
  }
  for (const text of merge) {
    const [, column = '', into = '', list = ''] = /^([^:]+):([^=]+)=(.+)$/.exec(text) ?? [];
    if (column === '')
      throw usage(
        `${JSON.stringify(text)} is not column:new=old,….`,
        'Write for example --merge race:Other=A,B.',
      );
    const values = list.split(',').map((value) => value.trim());
    given[column] = { ...given[column], merge: { ...given[column]?.merge, [into]: values } };
  }
  return given;
}

function usage(message: string, hint: string): AppError {
  return new AppError({ code: 'usage', message, hint });
}

function columnWords(columns: readonly PrivacyColumn[]): string {
  return table(
    ['column', 'kind', 'values', 'range or most frequent'],
    columns.map(({ name, kind, distinct, values, range }) => [
      name,
      kind,
      readable(distinct),
      range === null ? values.slice(0, 4).map(({ value }) => value).join(', ') : range.join(' to '),
    ]), // prettier-ignore
  );
}

function assessmentWords(found: PrivacyAssessment): string {
  const { rows, subjects, quasi, k, wanted, classes, uniqueRows, rowsBelow, smallest, sensitive, changes } =
    found;
  const number = (value: number | null): string => (value === null ? 'undefined' : readable(value));
  return [
    `${readable(rows)} rows of ${readable(subjects)} people, by ${quasi.join(', ')}: ${readable(classes)} classes\n`,
    `k-anonymity: ${number(k)}; rows of people who look like nobody else: ${readable(uniqueRows)}; rows in classes of fewer than ${wanted}: ${readable(rowsBelow)}\n`,
    sensitive.length === 0
      ? ''
      : table(
          ['sensitive', 'distinct l', 'entropy l', 't', 'order', 'rows where all are equal'],
          sensitive.map((one) => [
            one.column, number(one.distinct), number(one.entropy), number(one.closeness), one.ordered ? 'ordered' : 'none', readable(one.homogeneousRows),
          ]), // prettier-ignore
        ),
    table(
      ['smallest classes', 'people'],
      smallest.map(({ group, people }) => [Object.values(group).join(', '), readable(people)]),
    ),
    ...changes.map(({ column, before, after }) => `${column}: ${before} values become ${after.length}: ${after.slice(0, 12).join(', ')}\n`), // prettier-ignore
  ].join('');
}
