/** How a column is to be made coarser, as it is typed. */
export interface TypedGeneralisation {
  readonly drop: boolean;
  /** Edges of ranges with commas between them. */
  readonly edges: string;
  /** `Other = A, B` on each line. */
  readonly merge: string;
}

/** The same as a question to main has it. */
export interface ReadGeneralisation {
  drop?: boolean;
  edges?: number[];
  merge?: Record<string, string[]>;
}

/** Nothing typed. */
export const AS_IT_IS: TypedGeneralisation = { drop: false, edges: '', merge: '' };

/** What was typed for a column; null if it says nothing, a sentence if it cannot be read. */
export function readGeneralisation(column: string, typed: TypedGeneralisation): ReadGeneralisation | string | null {
  if (typed.drop) return { drop: true };
  const edges = typed.edges
    .split(/[,;\s]+/)
    .filter((part) => part !== '')
    .map(Number);
  const ascend = edges.every((edge, at) => Number.isFinite(edge) && (at === 0 || edge > (edges[at - 1] ?? 0)));
  if (!ascend) return `The edges of ${column} must be ascending numbers with commas between them, such as 30, 45.`;
  const lines = typed.merge.split('\n').filter((line) => line.trim() !== '');
  const merge: Record<string, string[]> = {};
  for (const line of lines) {
    const at = line.indexOf('=');
    const values = line.slice(at + 1).split(',').map((value) => value.trim()).filter((value) => value !== ''); // prettier-ignore
    const name = line.slice(0, Math.max(0, at)).trim();
    if (name === '' || values.length === 0) return `Write what becomes one value of ${column} as Other = A, B on a line of its own.`;
    merge[name] = values;
  }
  if (edges.length === 0 && lines.length === 0) return null;
  return { ...(edges.length > 0 && { edges }), ...(lines.length > 0 && { merge }) };
} // prettier-ignore
