/** One group of one split, as the data set tells it. */
export interface GroupSize {
  readonly split: string;
  readonly group: Readonly<Record<string, string>>;
  readonly n: number;
  readonly classCounts: readonly number[];
}

/** A group over all splits. */
export interface GroupTotal {
  readonly id: string;
  readonly group: Readonly<Record<string, string>>;
  readonly n: number;
  readonly bySplit: Readonly<Record<string, number>>;
  readonly classCounts: readonly number[];
}

/**
 * Sums groups over splits, keeping their order; `depth` chooses single features (1) or intersections (2, 3 …).
 * @param counted the splits that the sums are of: where one holds every sample, the others would be counted twice
 */
export function groupTotals(
  sizes: readonly GroupSize[],
  depth: number,
  counted: (split: string) => boolean = () => true,
): readonly GroupTotal[] {
  const totals = new Map<string, GroupTotal>();
  for (const size of sizes) {
    if (Object.keys(size.group).length !== depth) continue;
    const id = JSON.stringify(size.group);
    const old = totals.get(id);
    totals.set(id, {
      id,
      group: size.group,
      n: (old?.n ?? 0) + (counted(size.split) ? size.n : 0),
      bySplit: { ...old?.bySplit, [size.split]: (old?.bySplit[size.split] ?? 0) + size.n },
      classCounts: size.classCounts.map(
        (count, at) => (counted(size.split) ? count : 0) + (old?.classCounts[at] ?? 0),
      ),
    });
  }
  return [...totals.values()];
}

/** How many features the deepest intersection has. */
export function deepest(sizes: readonly GroupSize[]): number {
  return sizes.reduce((depth, size) => Math.max(depth, Object.keys(size.group).length), 0);
}
