import type { CheckFinding } from '../../../preload/contract/vocabulary.ts';
import { auroc } from '../../fairness/metrics/auroc.ts';
import { Z95 } from '../../fairness/normal.ts';
import type { CheckTable, SimpleFeature } from './checkTable.ts';
import { groupsOf, type RowGroup } from './groups.ts';
import { standardError } from './proxies.ts';

/** How far from one half the chance is, from which a difference is warned of: a medium effect (Cohen's d of .5 between normal sizes). */
export const NOTABLE_CHANCE = 0.138;
/** Groups of fewer rows are not compared. */
const LEAST_ROWS = 20;

/**
 * Whether samples of a group are larger or smaller than those of everybody else: pictures in their files, texts, series. The measure is the
 * chance that one of the group is the larger of two (Mann and Whitney's U over the pairs; Hanley and McNeil's interval).
 */
export function sizes(table: CheckTable): readonly CheckFinding[] {
  return table.sizes.flatMap((size) =>
    table.sensitive.flatMap(groupsOf).flatMap((group) => {
      const found = difference(size, group, table.rows);
      return found === null ? [] : [found];
    }),
  );
}

function difference({ name, values }: SimpleFeature, group: RowGroup, rows: number): CheckFinding | null {
  const inside = new Uint8Array(rows);
  for (const row of group.rows) inside[row] = 1;
  const order = Uint32Array.from(values.keys())
    .filter((row) => !Number.isNaN(values[row]))
    .sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const truth = Uint8Array.from(order, (row) => inside[row] ?? 0);
  const score = Float64Array.from(order, (row) => values[row] ?? 0);
  const own = truth.reduce((sum, one) => sum + one, 0);
  const others = order.length - own;
  if (own < LEAST_ROWS || others < LEAST_ROWS) return null;
  const value = auroc.value({ length: order.length, truth, score, weight: null }, null);
  if (value === null) return null;
  const half = Z95 * standardError(value, own, others);
  const notable = Math.abs(value - 0.5) >= NOTABLE_CHANCE;
  const [mine, theirs] = [median(score, truth, 1), median(score, truth, 0)];
  return {
    ...{ kind: 'size', severity: notable ? 'warning' : 'info', about: `${name}, ${group.name}` },
    ...{ measure: 'chance of being the larger of two', value },
    ...{ low: Math.max(0, value - half), high: Math.min(1, value + half) },
    finding: `${name} of ${group.name}: median ${readable(mine)}, of others ${readable(theirs)}.`,
    advice: notable
      ? 'A model can tell the group by it, and may serve it worse for it: bring all to the smallest, or audit within equal sizes.'
      : '',
  };
}

/** The middle of the ordered scores of one side. */
function median(score: Float64Array, truth: Uint8Array, side: number): number {
  const own = score.filter((_, at) => truth[at] === side);
  const middle = own.length >> 1;
  return own.length % 2 === 1 ? (own[middle] ?? 0) : ((own[middle - 1] ?? 0) + (own[middle] ?? 0)) / 2;
}

function readable(value: number): string {
  return String(Number(value.toPrecision(4)));
}
