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

/** Code of label x groups for every sample: the strata of the splits. */
export function strataOf(columns: readonly ClassColumn[]): Int32Array {
  const samples = columns[0]?.codes.length ?? 0;
  const strata = new Int32Array(samples);
  const codes = new Map<string, number>();
  for (let i = 0; i < samples; i++) {
    const key = columns.map((column) => String(column.codes[i]).padStart(4, '0')).join();
    strata[i] = codes.get(key) ?? codes.size;
    codes.set(key, strata[i] ?? 0);
  }
  return ranked(strata, codes);
}

/** Renumbers strata so that neighbours share the label: what one cannot fill evenly is made up for by its neighbour. */
function ranked(strata: Int32Array, codes: ReadonlyMap<string, number>): Int32Array {
  const rank = new Int32Array(codes.size);
  [...codes].sort(([a], [b]) => (a < b ? -1 : 1)).forEach(([, code], position) => (rank[code] = position));
  return strata.map((code) => rank[code] ?? 0);
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
