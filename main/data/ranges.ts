import { ClassColumnBuilder, numberOf, UNKNOWN } from './columns.ts';
import { invalidData } from './source.ts';

/** Names of the ranges between ascending edges: `below 30`, `30 to below 45`, `45 or more`. */
export function rangeNames(edges: readonly number[]): readonly string[] {
  const [first = 0] = edges;
  return [
    `below ${first}`,
    ...edges.map((edge, i) => {
      const next = edges[i + 1];
      return next === undefined ? `${edge} or more` : `${edge} to below ${next}`;
    }),
  ];
}

/** The edges given for a column. @throws AppError invalidData unless they ascend */
export function checkEdges(column: string, edges: readonly number[]): readonly number[] {
  const ascending = edges.every((edge, i) => Number.isFinite(edge) && edge > (edges[i - 1] ?? -Infinity));
  if (ascending && edges.length > 0) return edges;
  throw invalidData(
    `The ranges of ${column} have the edges ${edges.join(', ') || '(none)'}, which do not ascend.`,
    'Give edges from the lowest to the highest, such as 30, 45, 60.',
  );
}

/** Edges that part sorted numbers into `parts` ranges of about equal size; fewer where many numbers are equal. */
export function quantileEdges(sorted: readonly number[], parts: number): readonly number[] {
  const edges = Array.from({ length: parts - 1 }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / parts)]);
  const [least = 0] = sorted;
  return [...new Set(edges)].filter((edge): edge is number => edge !== undefined && edge > least);
} // prettier-ignore

/** Collects a column of numbers as ranges; what is no number is unknown. */
export class RangeColumnBuilder extends ClassColumnBuilder {
  private readonly names: readonly string[];
  private readonly edges: readonly number[];

  constructor(name: string, edges: readonly number[]) {
    super(name, rangeNames(edges));
    this.edges = edges;
    this.names = rangeNames(edges);
  }

  override add(value: string): void {
    const number = numberOf(value);
    const above = number === null ? -1 : this.edges.filter((edge) => number >= edge).length;
    super.add(this.names[above] ?? UNKNOWN);
  }
}
