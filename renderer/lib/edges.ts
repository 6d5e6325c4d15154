/** Numbers typed with commas or spaces between them; null unless all are numbers that ascend. */
export function readEdges(text: string): readonly number[] | null {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '');
  const edges = parts.map(Number);
  const fine = edges.every((edge, at) => Number.isFinite(edge) && edge > (edges[at - 1] ?? -Infinity));
  return fine && edges.length > 0 ? edges : null;
}

/** The ranges between ascending edges, in words: `below 30`, `30 to below 45`, `45 or more`. */
export function rangesOf(edges: readonly number[]): readonly string[] {
  const [first] = edges;
  if (first === undefined) return [];
  return [
    `below ${first}`,
    ...edges.map((edge, at) => {
      const next = edges[at + 1];
      return next === undefined ? `${edge} or more` : `${edge} to below ${next}`;
    }),
  ];
}

/** Names typed with commas between them; empty ones are left out. */
export function readNames(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim()).filter((name) => name !== ''); // prettier-ignore
}
