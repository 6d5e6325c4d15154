import type { CheckFinding } from '../../../preload/contract/vocabulary.ts';
import type { CheckTable } from './checkTable.ts';

type Rows = readonly number[];

/** Rows of equal content and pictures that are nearly equal: between splits they leak, with different labels one of them is wrong. */
export function duplicates(table: CheckTable): readonly CheckFinding[] {
  const equal = equalSets(table);
  const extra = equal.reduce((sum, rows) => sum + rows.length - 1, 0);
  return [
    finding('rows that repeat another', extra, 'warning', `${extra} rows repeat the content of another.`, 'Remove them at the source, or name the subject so that they stay together.'),
    ...crossing(table, equal, 'contents', 'contents'),
    ...(table.near === null ? [] : nearDuplicates(table, table.near)),
  ];
} // prettier-ignore

function nearDuplicates(table: CheckTable, pairs: NonNullable<CheckTable['near']>): readonly CheckFinding[] {
  const sets = setsOf(table.rows, pairs);
  const extra = sets.reduce((sum, rows) => sum + rows.length - 1, 0);
  return [
    finding('pictures that nearly repeat another', extra, 'warning', `${extra} pictures look nearly like another (by their perceptual hash).`, 'Look at them: copies in another size or quality count twice. Name the subject so that they stay together.'),
    ...crossing(table, sets, 'nearly equal pictures', 'sets of nearly equal pictures'),
  ];
} // prettier-ignore

/** Sets of rows that lie in several splits, and sets that bear several labels. */
function crossing(table: CheckTable, sets: readonly Rows[], about: string, what: string): readonly CheckFinding[] {
  const { roles, target } = table;
  const several = sets.filter((rows) => new Set(rows.map((row) => roles[row])).size > 1).length;
  const unequal = sets.filter((rows) => new Set(rows.map((row) => target.codes[row])).size > 1).length;
  return [
    finding(`${about} in several splits`, several, 'error', `${several} ${what} are in more than one split.`, 'Split by a subject that holds them together: otherwise tests repeat what was trained on.'),
    finding(`${about} with several labels`, unequal, 'warning', `${unequal} ${what} have more than one label.`, 'Look at them: labels are noisy there.'),
  ];
} // prettier-ignore

function finding(
  about: string,
  value: number,
  severity: CheckFinding['severity'],
  words: string,
  advice: string,
): CheckFinding {
  return {
    ...{ kind: 'duplicates', severity: value === 0 ? 'info' : severity, about, measure: about },
    ...{ value, low: null, high: null, finding: words, advice: value === 0 ? '' : advice },
  };
}

function equalSets({ content }: CheckTable): readonly Rows[] {
  const sets = new Map<string, number[]>();
  content.forEach((digest, row) => {
    const equal = sets.get(digest);
    if (equal) equal.push(row);
    else sets.set(digest, [row]);
  });
  return [...sets.values()].filter((rows) => rows.length > 1);
}

type Pair = readonly [number, number];

/** Sets of rows that pairs join, directly or by way of others. */
class Joined {
  private readonly parents: Uint32Array;

  constructor(rows: number) {
    this.parents = Uint32Array.from({ length: rows }, (_, row) => row);
  }

  rootOf(row: number): number {
    let at = row;
    while (this.parents[at] !== at) {
      const above = this.parents[this.parents[at] ?? 0] ?? 0;
      this.parents[at] = above;
      at = above;
    }
    return at;
  }

  join(one: number, other: number): void {
    this.parents[this.rootOf(one)] = this.rootOf(other);
  }
}

/** Of pairs only those that join what was apart: at most as many as rows, and the same sets. */
export function pairsJoining(
  rows: number,
  pairs: (wanted: (one: number, other: number) => boolean) => Iterable<Pair>,
): readonly Pair[] {
  const joined = new Joined(rows);
  const kept: Pair[] = [];
  for (const pair of pairs((one, other) => joined.rootOf(one) !== joined.rootOf(other))) {
    joined.join(...pair);
    kept.push(pair);
  }
  return kept;
}

function setsOf(rows: number, pairs: readonly Pair[]): readonly Rows[] {
  const joined = new Joined(rows);
  for (const pair of pairs) joined.join(...pair);
  const sets = new Map<number, number[]>();
  for (const row of new Set(pairs.flat())) {
    const set = sets.get(joined.rootOf(row));
    if (set) set.push(row);
    else sets.set(joined.rootOf(row), [row]);
  }
  return [...sets.values()];
}
