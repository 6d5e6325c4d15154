import type { Sums } from './cells.ts';

/** A grouping as sums of atoms (the finest parts into which all groupings divide the rows): the group of each atom. */
export interface AtomGrouping {
  readonly groups: number;
  readonly groupOf: Int32Array;
}

/** Sums of every grouping, each so long for every group, from those of the atoms. */
export interface AtomSums {
  /** For every grouping its sums [group, length]; the same memory every time. */
  readonly sums: readonly Sums[];
  /** Sums up what the atoms hold now. */
  readonly update: () => void;
}

/** Adds up atoms [atom, length] to groupings; a coarse grouping is added up from the coarsest finer one, so that little is added. */
export function atomSums(groupings: readonly AtomGrouping[], atoms: Sums, length: number): AtomSums {
  const sums = groupings.map(({ groups }) =>
    atoms instanceof Float64Array ? new Float64Array(groups * length) : new Int32Array(groups * length),
  );
  const done: number[] = [];
  const steps = [...groupings.keys()]
    .sort((a, b) => (groupings[b]?.groups ?? 0) - (groupings[a]?.groups ?? 0))
    .map((target) => {
      const own = groupings[target] ?? { groups: 0, groupOf: new Int32Array(0) };
      const finer = done.filter((one) => mapBetween(groupings[one], own) !== null).at(-1);
      const map = finer === undefined ? null : mapBetween(groupings[finer], own);
      done.push(target);
      return {
        from: finer === undefined ? atoms : (sums[finer] ?? atoms),
        map: map ?? own.groupOf,
        to: sums[target] ?? atoms,
      };
    });
  const update = (): void => {
    for (const { from, map, to } of steps) {
      to.fill(0);
      map.forEach((group, part) => addPart(to, group * length, from, part * length, length));
    }
  };
  return { sums, update };
}

/** The group of each group of a finer grouping; null if it is not finer. */
function mapBetween(finer: AtomGrouping | undefined, coarser: AtomGrouping): Int32Array | null {
  if (finer === undefined || finer.groups <= coarser.groups) return null;
  const map = new Int32Array(finer.groups).fill(-1);
  for (let atom = 0; atom < finer.groupOf.length; atom++) {
    const part = finer.groupOf[atom] ?? 0;
    const group = coarser.groupOf[atom] ?? 0;
    if (map[part] !== -1 && map[part] !== group) return null;
    map[part] = group;
  }
  // A group without rows adds nothing wherever it goes.
  return map.map((group) => Math.max(0, group));
}

function addPart(to: Sums, at: number, from: Sums, start: number, length: number): void {
  for (let place = 0; place < length; place++)
    to[at + place] = (to[at + place] ?? 0) + (from[start + place] ?? 0);
}
