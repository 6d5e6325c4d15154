import type { CheckFinding, CheckKind } from '../../../preload/contract/vocabulary.ts';
import { wilson } from '../../fairness/wilson.ts';
import { percent, type CheckTable, type RowMark } from './checkTable.ts';
import { groupsOf, type RowGroup } from './groups.ts';

/** Rows that are looked at: all, or those of the given list. */
type Among = readonly number[] | null;

/**
 * How many rows bear a mark, and the groups that bear it otherwise than everybody else: their Wilson intervals do not meet.
 * @param what a phrase for what is looked at, such as `captions`
 */
export function markFindings(
  table: CheckTable,
  kind: CheckKind,
  { measure, rows, notable, advice }: RowMark,
  among: Among = null,
): readonly CheckFinding[] {
  const looked = among ?? Array.from({ length: table.rows }, (_, row) => row);
  const all = shareOf(rows, looked);
  const warned = all.share !== null && all.share > notable;
  const whole: CheckFinding = {
    ...{ kind, severity: warned ? 'warning' : 'info', about: 'all rows', measure: `share of ${measure}` },
    ...{ value: all.share, low: all.low, high: all.high },
    finding: `${all.hits} of ${all.n} rows: ${measure}.`,
    advice: warned ? advice : '',
  };
  const groups = table.sensitive.flatMap(groupsOf).flatMap((group) => apart(kind, measure, rows, looked, group, advice)); // prettier-ignore
  return [whole, ...groups];
}

function apart(
  kind: CheckKind,
  measure: string,
  marks: Uint8Array,
  looked: readonly number[],
  group: RowGroup,
  advice: string,
): readonly CheckFinding[] {
  const members = new Set(group.rows);
  const own = shareOf(
    marks,
    looked.filter((row) => members.has(row)),
  );
  const others = shareOf(
    marks,
    looked.filter((row) => !members.has(row)),
  );
  if (own.share === null || others.share === null || (own.low <= others.high && others.low <= own.high)) return []; // prettier-ignore
  const more = own.share > others.share;
  return [
    {
      ...{ kind, severity: more ? 'warning' : 'info', about: group.name, measure: `share of ${measure}` },
      ...{ value: own.share, low: own.low, high: own.high },
      finding: `${group.name} has ${more ? 'more' : 'fewer'} ${measure} than others: ${percent(own.share)} against ${percent(others.share)}.`,
      advice: more ? `${advice} It weighs on this group more than on others.` : '',
    },
  ];
}

interface Share {
  readonly hits: number;
  readonly n: number;
  readonly share: number | null;
  readonly low: number;
  readonly high: number;
}

function shareOf(marks: Uint8Array, rows: readonly number[]): Share {
  const hits = rows.reduce((sum, row) => sum + (marks[row] ?? 0), 0);
  const n = rows.length;
  const [low, high] = wilson(hits, n) ?? [0, 1];
  return { hits, n, share: n === 0 ? null : hits / n, low, high };
}
