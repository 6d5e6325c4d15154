/** Numbers of a run's points that are stored: all below `next` except those in the gaps [from, to). */
export interface KnownSeqs {
  readonly next: number;
  readonly gaps: readonly (readonly [number, number])[];
}

/** Whether a point of that number is stored. */
export function isKnown({ next, gaps }: KnownSeqs, seq: number): boolean {
  return seq < next && !gaps.some(([from, to]) => seq >= from && seq < to);
}

/** The numbers with one more. A jump leaves a gap, so that a batch that failed can still be stored later. */
export function withSeq(known: KnownSeqs, seq: number): KnownSeqs {
  const { next, gaps } = known;
  if (seq === next) return { next: seq + 1, gaps };
  if (seq > next) return { next: seq + 1, gaps: [...gaps, [next, seq]] };
  return { next, gaps: gaps.flatMap((gap) => split(gap, seq)) };
}

function split(gap: readonly [number, number], seq: number): readonly (readonly [number, number])[] {
  const [from, to] = gap;
  if (seq < from || seq >= to) return [gap];
  const halves: readonly (readonly [number, number])[] = [[from, seq], [seq + 1, to]]; // prettier-ignore
  return halves.filter(([low, high]) => low < high);
}
