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

/** Sums groups over splits, keeping their order; `depth` chooses single features (1) or intersections (2, 3 …). */
export function groupTotals(sizes: readonly GroupSize[], depth: number): readonly GroupTotal[] {
  const totals = new Map<string, GroupTotal>();
  for (const size of sizes) {
    if (Object.keys(size.group).length !== depth) continue;
    const id = JSON.stringify(size.group);
    const old = totals.get(id);
    totals.set(id, {
      id,
      group: size.group,
      n: (old?.n ?? 0) + size.n,
      bySplit: { ...old?.bySplit, [size.split]: (old?.bySplit[size.split] ?? 0) + size.n },
      classCounts: size.classCounts.map((count, at) => count + (old?.classCounts[at] ?? 0)),
    });
  }
  return [...totals.values()];
}

/** How many features the deepest intersection has. */
export function deepest(sizes: readonly GroupSize[]): number {
  return sizes.reduce((depth, size) => Math.max(depth, Object.keys(size.group).length), 0);
}
