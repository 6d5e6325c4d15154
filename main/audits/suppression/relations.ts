import type { GroupKey } from '../../../preload/contract/vocabulary.ts';

/** A group whose number is the sum of those of others: what lets hidden numbers be computed back. */
export interface Relation {
  /** Place of the whole, and of its parts. */
  readonly parent: number;
  readonly children: readonly number[];
}

/** What a group is known by, whatever the order of its features. */
export function keyOf(group: GroupKey): string {
  return JSON.stringify(Object.entries(group).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Every sum that holds between groups: each group is made up of those of every finer grouping; `{}` is everybody.
 * @param sizes rows of each group: parts that do not make up their whole are no relation
 */
export function relationsOf(groups: readonly GroupKey[], sizes: readonly number[]): readonly Relation[] {
  const byFeatures = new Map<string, number[]>();
  groups.forEach((group, at) => {
    const features = JSON.stringify(Object.keys(group).sort());
    byFeatures.set(features, [...(byFeatures.get(features) ?? []), at]);
  });
  const sizeOf = (at: number): number => sizes[at] ?? 0;
  return groups.flatMap((group, parent) =>
    [...byFeatures.values()].flatMap((members) => {
      const finer = Object.keys(groups[members[0] ?? -1] ?? {}).length > Object.keys(group).length;
      const children = finer ? members.filter((at) => contains(group, groups[at] ?? {})) : [];
      const sum = children.reduce((total, at) => total + sizeOf(at), 0);
      return children.length > 0 && sum === sizeOf(parent) ? [{ parent, children }] : [];
    }),
  );
}

function contains(whole: GroupKey, part: GroupKey): boolean {
  return Object.entries(whole).every(([feature, value]) => part[feature] === value);
}
