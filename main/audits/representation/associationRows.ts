import { AppError } from '../../../preload/contract/errors.ts';
import type { Association, AssociationSet, AssociationTest } from '../../../preload/contract/vocabulary.ts';
import { association } from '../../fairness/representation/association.ts';
import type { Matrix } from '../../fairness/representation/matrix.ts';
import { rowsOf } from '../../fairness/representation/rows.ts';
import type { LayerInput, RepresentationTable } from './input.ts';
import type { Prepared } from './prepared.ts';

/** Below so many rows in a set the effect is mostly chance. */
const FEW = 8;

/** One association test on one layer, and on the same encoder without training. */
export function associationOf(
  { table, options }: Prepared,
  { matrix, untrained }: LayerInput,
  test: AssociationTest,
  stream: string,
): Association {
  const rows = setsOf(table, test);
  const result = (of: Matrix) =>
    association(
      { x: rowsOf(of, rows.x), y: rowsOf(of, rows.y), a: rowsOf(of, rows.a), b: rowsOf(of, rows.b) },
      options.seed,
      stream,
    );
  const { effect, p, exact, partitions } = result(matrix);
  const plain = untrained === null ? null : result(untrained);
  const sizes = [rows.x.length, rows.y.length, rows.a.length, rows.b.length] as const;
  const few =
    Math.min(...sizes) < FEW ? `fewer than ${FEW} rows in a set: the effect is mostly chance` : null;
  const reason = effect === null ? 'every row of X and Y is associated alike' : few;
  return {
    name: test.name,
    role: test.role,
    sizes,
    effect,
    p,
    exact,
    partitions,
    untrained: plain && { effect: plain.effect, p: plain.p },
    ...(reason === null ? {} : { reason }),
  };
}

/**
 * Rows of the four sets of a test.
 * @throws AppError usage: a set that nothing belongs to, a row that has no name here, X and Y that share rows
 */
export function setsOf(
  table: RepresentationTable,
  test: AssociationTest,
): Readonly<Record<'x' | 'y' | 'a' | 'b', readonly number[]>> {
  // prettier-ignore
  const rows = (set: AssociationSet, letter: string): readonly number[] => rowsOfSet(table, set, `Set ${letter} of ${JSON.stringify(test.name)}`); // prettier-ignore
  const sets = { x: rows(test.x, 'X'), y: rows(test.y, 'Y'), a: rows(test.a, 'A'), b: rows(test.b, 'B') };
  const shared = sets.x.find((row) => sets.y.includes(row));
  if (shared === undefined) return sets;
  throw usage(`X and Y of ${JSON.stringify(test.name)} share rows.`, 'Targets must be different rows.');
}

function rowsOfSet(table: RepresentationTable, set: AssociationSet, what: string): readonly number[] {
  if ('names' in set) return namedRows(table, set.names, what);
  const column = columnsOf(table).find(({ name }) => name === set.column);
  if (!column)
    throw usage(
      `${what} asks for the column ${JSON.stringify(set.column)}, which is not there.`,
      `There are ${columnsOf(table).map(({ name }) => name).join(', ')}.`, // prettier-ignore
    );
  const code = column.values.indexOf(set.value);
  const rows = [...column.codes.keys()].filter((row) => column.codes[row] === code);
  if (rows.length > 0) return rows;
  throw usage(
    `${what} is empty: no row has ${set.column} = ${JSON.stringify(set.value)}.`,
    `Its values are ${column.values.slice(0, 20).join(', ')}.`,
  );
}

function namedRows(
  { names }: RepresentationTable,
  wanted: readonly string[],
  what: string,
): readonly number[] {
  // prettier-ignore
  if (names === null) throw usage(`${what} names rows, but the rows have no names.`, 'Name the column that holds them.'); // prettier-ignore
  const places = new Map(names.map((name, row) => [name, row]));
  return wanted.map((name) => {
    const row = places.get(name);
    if (row !== undefined) return row;
    throw usage(`${what} names the row ${JSON.stringify(name)}, which is not there.`, 'Names are written as in the metadata.'); // prettier-ignore
  });
}

function columnsOf({
  sensitive,
  target,
}: RepresentationTable): readonly { name: string; values: readonly string[]; codes: Int16Array }[] {
  // prettier-ignore
  const label = target === null ? [] : [{ name: target.name, values: target.classes, codes: target.codes }];
  return [...sensitive, ...label];
}

function usage(message: string, hint: string): AppError {
  return new AppError({ code: 'usage', message, hint });
}
