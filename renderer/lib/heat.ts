import type { GroupSize } from './groupSizes.ts';

/** One cell of class x group: how many, and which share of the group. */
export interface HeatCell {
  readonly n: number;
  /** Null where the group is empty. */
  readonly share: number | null;
}

/** One group and its cells, one for each class. */
export interface HeatRow {
  readonly group: string;
  readonly n: number;
  readonly cells: readonly HeatCell[];
}

/** Groups of one feature against classes, of one split or of all (null); in the order in which the data set tells them. */
export function heatRows(sizes: readonly GroupSize[], feature: string, split: string | null): readonly HeatRow[] {
  const counts = new Map<string, number[]>();
  for (const size of sizes) {
    const value = size.group[feature];
    if (value === undefined || Object.keys(size.group).length !== 1) continue;
    if (split !== null && size.split !== split) continue;
    const own = counts.get(value) ?? size.classCounts.map(() => 0);
    counts.set(value, own.map((count, at) => count + (size.classCounts[at] ?? 0)));
  }
  return [...counts].map(([group, own]) => {
    const n = own.reduce((sum, count) => sum + count, 0);
    return { group, n, cells: own.map((count) => ({ n: count, share: n === 0 ? null : count / n })) };
  });
} // prettier-ignore

/** Titles of bars between edges, as short as they can be told apart; of whole numbers, what lies in each. */
export function barTitles(edges: readonly number[], whole: boolean): readonly string[] {
  if (whole)
    return edges.slice(1).map((next, at) => {
      const edge = edges[at] ?? 0;
      return next - edge <= 1 ? String(edge) : `${edge} to ${next - 1}`;
    });
  const width = (edges[1] ?? 0) - (edges[0] ?? 0);
  const digits = width > 0 ? Math.max(0, Math.min(8, 1 - Math.floor(Math.log10(width)))) : 0;
  const text = (value: number): string => String(Number(value.toFixed(digits)));
  return edges.slice(1).map((edge, at) => `${text(edges[at] ?? 0)} to ${text(edge)}`);
}
