import { SPLIT_ROLES } from '../../preload/contract/vocabulary.ts';
import type { GroupCount, SplitRole } from '../../preload/contract/vocabulary.ts';
import type { ClassColumn } from './columns.ts';

/**
 * Sizes and class counts of the groups, by split: every value of every sensitive feature (also where it is empty), and every
 * intersection of two features that occurs.
 */
export function groupCounts(
  target: ClassColumn,
  sensitive: readonly ClassColumn[],
  splits: Readonly<Record<SplitRole, Uint32Array>>,
): readonly GroupCount[] {
  const pairs = sensitive.flatMap((a, i) => sensitive.slice(i + 1).map((b) => [a, b] as const));
  return SPLIT_ROLES.flatMap((split) => [
    ...sensitive.flatMap((feature) => counted(target, [feature], split, splits[split])),
    ...pairs.flatMap((pair) => counted(target, pair, split, splits[split]).filter((count) => count.n > 0)),
  ]);
}

/** Cells that are counted in an array rather than in a map. */
const FEW_CELLS = 1 << 24;

/**
 * Code of label x groups for every sample: the strata of the splits. They are numbered so that neighbours share the label: what one cannot
 * fill evenly is made up for by its neighbour.
 */
export function strataOf(columns: readonly ClassColumn[]): Int32Array {
  const strata = new Int32Array(columns[0]?.codes.length ?? 0);
  let count = 1;
  for (const { classes, codes } of columns) {
    const width = classes.length;
    const cellOf = (index: number): number => (strata[index] ?? 0) * width + (codes[index] ?? 0);
    const ranks = ranksOf(strata.length, cellOf, count * width);
    for (let index = 0; index < strata.length; index++) strata[index] = ranks.rankOf(cellOf(index));
    count = ranks.count;
  }
  return strata;
}

/** Numbers the cells that occur in ascending order. */
function ranksOf(
  samples: number,
  cellOf: (index: number) => number,
  cells: number,
): { readonly count: number; readonly rankOf: (cell: number) => number } {
  if (cells > FEW_CELLS) {
    const seen = new Set<number>();
    for (let index = 0; index < samples; index++) seen.add(cellOf(index));
    const ranks = new Map([...seen].sort((a, b) => a - b).map((cell, rank) => [cell, rank]));
    return { count: ranks.size, rankOf: (cell) => ranks.get(cell) ?? 0 };
  }
  const ranks = new Int32Array(cells);
  for (let index = 0; index < samples; index++) ranks[cellOf(index)] = 1;
  let count = 0;
  for (let cell = 0; cell < cells; cell++) if (ranks[cell] === 1) ranks[cell] = count++;
  return { count, rankOf: (cell) => ranks[cell] ?? 0 };
}

function counted(
  target: ClassColumn,
  features: readonly ClassColumn[],
  split: SplitRole,
  indices: Uint32Array,
): GroupCount[] {
  const classes = target.classes.length;
  const cells = new Uint32Array(
    features.reduce((size, feature) => size * feature.classes.length, 1) * classes,
  );
  for (const index of indices) {
    const group = features.reduce((code, f) => code * f.classes.length + (f.codes[index] ?? 0), 0);
    const cell = group * classes + (target.codes[index] ?? 0);
    cells[cell] = (cells[cell] ?? 0) + 1;
  }
  return Array.from({ length: cells.length / classes }, (_, group) => {
    const classCounts = [...cells.subarray(group * classes, (group + 1) * classes)];
    const n = classCounts.reduce((sum, count) => sum + count, 0);
    return { split, group: groupOf(features, group), target: target.name, n, classCounts };
  });
}

function groupOf(features: readonly ClassColumn[], code: number): Readonly<Record<string, string>> {
  const values: [string, string][] = [];
  let rest = code;
  for (const feature of features.toReversed()) {
    values.unshift([feature.name, feature.classes[rest % feature.classes.length] ?? '']);
    rest = Math.floor(rest / feature.classes.length);
  }
  return Object.fromEntries(values);
}
