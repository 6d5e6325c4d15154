import { groupName } from '../lib/groups.ts';
import type { AuditTableRow } from './auditTable.ts';

export type GroupOrder = 'data' | 'worst' | 'size';

/** Which rows of a table of groups are shown, and in which order. */
export interface GroupChoice {
  readonly order: GroupOrder;
  /** Part of a group's name. */
  readonly search: string;
  /** Only groups with enough behind them. */
  readonly supported: boolean;
}

/** True if one of the models has a value of the group with an interval. */
export function isSupported(row: AuditTableRow): boolean {
  return row.values.some((value) => value !== null && value.low !== null);
}

/**
 * The rows of groups as chosen; everyone stays first. Worst first is by the worst of the models: the lowest value where higher is better, the
 * highest where lower is, the furthest from everyone where neither is. Groups without enough evidence come after all others, since their values say little.
 */
export function chosenGroups(
  rows: readonly AuditTableRow[],
  { order, search, supported }: GroupChoice,
  higherIsBetter: boolean | null,
): readonly AuditTableRow[] {
  const words = search.trim().toLowerCase();
  const everyone = rows.filter((row) => row.id === '');
  const groups = rows.filter(
    (row) =>
      row.id !== '' &&
      (!supported || isSupported(row)) &&
      (words === '' || groupName(row.group).toLowerCase().includes(words)),
  );
  if (order === 'size') return [...everyone, ...groups.toSorted((a, b) => b.n - a.n)];
  if (order === 'data') return [...everyone, ...groups];
  const badness = (row: AuditTableRow): number => badnessOf(row, everyone[0], higherIsBetter);
  return [...everyone, ...groups.toSorted((a, b) => rank(b, badness) - rank(a, badness))];
}

function rank(row: AuditTableRow, badness: (row: AuditTableRow) => number): number {
  const value = badness(row);
  if (value === -Infinity) return -2e9;
  return isSupported(row) ? value : value - 1e9;
}

function badnessOf(
  row: AuditTableRow,
  everyone: AuditTableRow | undefined,
  higherIsBetter: boolean | null,
): number {
  const each = row.values.map((estimated, at) => {
    const value = estimated?.value ?? null;
    if (value === null) return -Infinity;
    if (higherIsBetter !== null) return higherIsBetter ? -value : value;
    return Math.abs(value - (everyone?.values[at]?.value ?? 0));
  });
  return Math.max(-Infinity, ...each);
}

/** How many rows have an unknown value, by feature; features without any are left out. */
export function unknownCounts(
  rows: readonly AuditTableRow[],
): readonly { readonly feature: string; readonly n: number }[] {
  return rows.flatMap((row) => {
    const [entry, ...others] = Object.entries(row.group);
    return entry && others.length === 0 && entry[1] === 'unknown' && row.n > 0
      ? [{ feature: entry[0], n: row.n }]
      : [];
  });
}
