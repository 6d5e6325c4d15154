import type { CallArgs } from '../../../preload/contract/calls.ts';
import type {
  Generalisation,
  PrivacyAssessment,
  SensitiveAssessment,
} from '../../../preload/contract/vocabulary.ts';
import { numberOf, UNKNOWN } from '../columns.ts';
import { subjectCodesOf, type StoredDataset } from '../stored.ts';
import {
  distinctDiversity,
  entropyDiversity,
  equivalenceClasses,
  homogeneousRows,
  kAnonymity,
  tCloseness,
  type EquivalenceClass,
} from './anonymity.ts';
import { recoded, recodingOf } from './generalise.ts';
import { privacyColumns, type PlacedColumn } from './privacyColumns.ts';

const LISTED_SIZES = 20;
const LISTED_CLASSES = 10;

type Question = Omit<CallArgs<'privacy.assess'>, 'dataset' | 'generalisation'> & {
  readonly generalisation: Generalisation;
};

/**
 * k-anonymity, l-diversity and t-closeness of a data set, as it is or as a generalisation would leave it. People are counted, not rows.
 * @throws AppError usage for a column or value that it does not have
 */
export async function assessPrivacy(dataset: StoredDataset, question: Question): Promise<PrivacyAssessment> {
  const { quasi: names, sensitive: secret, generalisation, wanted } = question;
  const asked = [...new Set([...names, ...secret, ...Object.keys(generalisation)])];
  const original = await privacyColumns(dataset, asked);
  const columns = original.map((column) => generalised(column, generalisation));
  const find = (name: string): readonly PlacedColumn[] => columns.filter((column) => column.name === name);
  const quasi = names.flatMap(find);
  const subjects = await subjectCodesOf(dataset);
  const classes = equivalenceClasses(quasi, subjects);
  const rowsOf = (some: readonly EquivalenceClass[]): number =>
    some.reduce((sum, { rows }) => sum + rows.length, 0);
  return {
    dataset: dataset.id,
    rows: dataset.count,
    subjects: dataset.manifest.subjects.count,
    quasi: names,
    k: kAnonymity(classes),
    wanted,
    classes: classes.length,
    uniqueRows: rowsOf(classes.filter(({ people }) => people === 1)),
    rowsBelow: rowsOf(classes.filter(({ people }) => people < wanted)),
    sizes: sizesOf(classes),
    smallest: smallestOf(classes, quasi),
    sensitive: secret.flatMap(find).map((column) => sensitiveOf(classes, column, question.ordered)),
    changes: original.flatMap((column, at) => {
      const after = columns[at]?.values ?? [];
      return column.name in generalisation
        ? [{ column: column.name, before: column.values.length, after }]
        : [];
    }),
  };
}

function generalised(column: PlacedColumn, generalisation: Question['generalisation']): PlacedColumn {
  const own = generalisation[column.name];
  return own === undefined ? column : recoded(column, recodingOf(column.name, column.values, own));
}

function sensitiveOf(
  classes: readonly EquivalenceClass[],
  column: PlacedColumn,
  named: readonly string[],
): SensitiveAssessment {
  const ordered =
    named.includes(column.name) ||
    (column.values.length > 1 &&
      column.values.every((value) => value === UNKNOWN || numberOf(value) !== null));
  return {
    column: column.name,
    ordered,
    distinct: distinctDiversity(classes, column),
    entropy: entropyDiversity(classes, column),
    closeness: tCloseness(classes, withoutAbsent(column), ordered),
    homogeneousRows: homogeneousRows(classes, column),
  };
}

/** Values that nobody has are no steps between others. */
function withoutAbsent(column: PlacedColumn): PlacedColumn {
  const present = [...new Set(column.codes)].sort((a, b) => a - b);
  const place = new Map(present.map((code, at) => [code, at]));
  return {
    ...column,
    values: present.map((code) => column.values[code] ?? ''),
    codes: column.codes.map((code) => place.get(code) ?? 0),
  };
}

function sizesOf(classes: readonly EquivalenceClass[]): PrivacyAssessment['sizes'] {
  const counts = new Map<number, number>();
  for (const { people } of classes) counts.set(people, (counts.get(people) ?? 0) + 1);
  return [...counts]
    .map(([people, number]) => ({ people, classes: number }))
    .sort((a, b) => a.people - b.people)
    .slice(0, LISTED_SIZES);
}

function smallestOf(
  classes: readonly EquivalenceClass[],
  quasi: readonly PlacedColumn[],
): PrivacyAssessment['smallest'] {
  return classes
    .toSorted((a, b) => a.people - b.people)
    .slice(0, LISTED_CLASSES)
    .map(({ rows, people }) => ({
      people,
      group: Object.fromEntries(
        quasi.map(({ name, values, codes }) => [name, values[codes[rows[0] ?? -1] ?? -1] ?? '']),
      ),
    }));
}
