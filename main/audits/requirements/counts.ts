import type { CheckFinding } from '../../../preload/contract/vocabulary.ts';
import { MIN_BASE, MIN_ROWS } from '../../fairness/support.ts';
import { wilson } from '../../fairness/wilson.ts';
import { percent, UNKNOWN, type CheckTable } from './checkTable.ts';
import { groupsOf, pairsOf, type RowGroup } from './groups.ts';
import { referenceOf } from './reference.ts';

/** A group with less than this part of its reference share is under-represented (four fifths, as in the rule of selection). */
export const LEAST_OF_REFERENCE = 0.8;
/** Label rates further apart than this are warned of. */
export const NOTABLE_GAP = 0.05;
/** More unknown values than this are warned of. */
const NOTABLE_MISSING = 0.05;

/** Share of every group and intersection in the data, against the reference where one is given. */
export function representation(table: CheckTable): readonly CheckFinding[] {
  const groups = [...table.sensitive.flatMap(groupsOf), ...pairsOf(table)];
  return groups.map((group) => {
    const share = table.rows === 0 ? null : group.rows.length / table.rows;
    const interval = wilson(group.rows.length, table.rows);
    const wanted = referenceOf(table.reference, group);
    const short = wanted !== null && share !== null && share < LEAST_OF_REFERENCE * wanted;
    const empty = group.rows.length === 0;
    return {
      ...{ kind: 'representation', severity: short || empty ? 'warning' : 'info', about: group.name },
      ...{ measure: 'share of rows', value: share, low: interval?.[0] ?? null, high: interval?.[1] ?? null },
      finding: `${group.name}: ${group.rows.length} of ${table.rows} rows${wanted === null ? '' : `, where the reference has ${percent(wanted)}`}.`,
      advice: short
        ? 'Collect more of this group, or say in the card that conclusions do not extend to it.'
        : empty
          ? 'Nobody of this group is in the data: nothing can be said of them.'
          : '',
    } as const;
  });
}

/** Groups of the audit split in which metrics have too little behind them. */
export function support(table: CheckTable): readonly CheckFinding[] {
  const groups = [...table.sensitive.flatMap(groupsOf), ...pairsOf(table)];
  const least = table.target.values.map((value, code) => ({ value, code }));
  return groups.flatMap((group) => {
    const audited = group.rows.filter((row) => table.roles[row] === 'audit');
    const finding = (measure: string, value: number, needs: number, what: string): CheckFinding => ({
      ...{ kind: 'support', severity: group.features.length === 1 ? 'error' : 'warning', about: group.name },
      ...{ measure, value, low: null, high: null },
      finding: `${group.name} has ${value} ${what} in the audit split; metrics need ${needs}.`,
      advice: 'Give the audit split a larger share, merge small groups, or collect more.',
    });
    if (audited.length < MIN_ROWS)
      return [finding('rows in the audit split', audited.length, MIN_ROWS, 'rows')];
    return least.flatMap(({ value, code }) => {
      const n = audited.filter((row) => table.target.codes[row] === code).length;
      if (n >= MIN_BASE) return [];
      return [finding(`rows of ${value} in the audit split`, n, MIN_BASE, `rows of ${value}`)];
    });
  });
}

/** Share of unknown values of every sensitive feature. */
export function missing(table: CheckTable): readonly CheckFinding[] {
  return table.sensitive.map(({ name, values, codes }) => {
    const unknown = values.indexOf(UNKNOWN);
    const n = codes.reduce((sum, code) => sum + Number(code === unknown), 0);
    const share = table.rows === 0 ? null : n / table.rows;
    const interval = wilson(n, table.rows);
    const notable = share !== null && share > NOTABLE_MISSING;
    return {
      ...{ kind: 'missing', severity: notable ? 'warning' : 'info', about: name },
      ...{ measure: 'share of rows', value: share, low: interval?.[0] ?? null, high: interval?.[1] ?? null },
      finding: `${name} is unknown in ${n} of ${table.rows} rows.`,
      advice: notable
        ? 'Find out whether it is missing more often in one group; unknown is audited as a group.'
        : '',
    } as const;
  });
}

/** How often the label's last class (of several: the one that differs most) occurs in each group. */
export function labelRates(table: CheckTable): readonly CheckFinding[] {
  return table.sensitive.flatMap((feature) => {
    const groups = groupsOf(feature).filter(({ rows }) => rows.length > 0);
    const spreads = table.target.values.map((_, code) => spreadOf(table, groups, code));
    const code = table.target.values.length === 2 ? 1 : spreads.indexOf(Math.max(...spreads));
    const value = table.target.values[code] ?? '';
    const wide = (spreads[code] ?? 0) > NOTABLE_GAP;
    return groups.map(({ name, rows }) => {
      const hits = rows.filter((row) => table.target.codes[row] === code).length;
      const interval = wilson(hits, rows.length);
      return {
        ...{ kind: 'labelRates', severity: wide ? 'warning' : 'info', about: name },
        ...{ measure: `share of ${value}`, value: hits / rows.length },
        ...{ low: interval?.[0] ?? null, high: interval?.[1] ?? null },
        finding: `${hits} of ${rows.length} rows of ${name} have the label ${value}.`,
        advice: wide
          ? 'Where base rates differ, demographic parity, equalized odds and predictive parity cannot all hold: declare which one matters.'
          : '',
      } as const;
    });
  });
}

function spreadOf({ target }: CheckTable, groups: readonly RowGroup[], code: number): number {
  const rates = groups.map(
    ({ rows }) => rows.filter((row) => target.codes[row] === code).length / rows.length,
  );
  return rates.length === 0 ? 0 : Math.max(...rates) - Math.min(...rates);
}
