/** A column as the measures below see it. */
export interface CodedColumn {
  readonly name: string;
  readonly values: readonly string[];
  /** Index into `values` of each row. */
  readonly codes: Int32Array;
}

/** Rows that agree in every quasi-identifier. */
export interface EquivalenceClass {
  readonly rows: readonly number[];
  /** Different people among them: somebody with several rows is still one. */
  readonly people: number;
}

/**
 * The classes of rows that look alike; without columns, all rows are one class.
 * @param subjects subject code of each row
 */
export function equivalenceClasses(
  quasi: readonly CodedColumn[],
  subjects: Int32Array,
): readonly EquivalenceClass[] {
  const classes = new Map<string, number[]>();
  subjects.forEach((_, row) => {
    const key = quasi.map(({ codes }) => codes[row]).join();
    const own = classes.get(key);
    if (own) own.push(row);
    else classes.set(key, [row]);
  });
  return [...classes.values()].map((rows) => ({
    rows,
    people: new Set(rows.map((row) => subjects[row])).size,
  }));
}

/** k-anonymity: people in the smallest class (Sweeney, 2002); null without rows. */
export function kAnonymity(classes: readonly EquivalenceClass[]): number | null {
  return least(classes.map(({ people }) => people));
}

/** Distinct l-diversity: fewest different sensitive values in a class (Machanavajjhala et al., TKDD 2007, section 4.1). */
export function distinctDiversity(
  classes: readonly EquivalenceClass[],
  sensitive: CodedColumn,
): number | null {
  return least(classes.map(({ rows }) => new Set(rows.map((row) => sensitive.codes[row])).size));
}

/** Entropy l-diversity: exp of the smallest entropy of sensitive values in a class (the same, definition 4.1). */
export function entropyDiversity(
  classes: readonly EquivalenceClass[],
  sensitive: CodedColumn,
): number | null {
  const entropy = least(
    classes.map(({ rows }) =>
      shares(rows, sensitive).reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0),
    ),
  );
  return entropy === null ? null : Math.exp(entropy);
}

/**
 * t-closeness: the largest earth mover's distance between the sensitive values of a class and those of all rows (Li, Li, Venkatasubramanian,
 * ICDE 2007, section 3). Between values in order the distance is their steps apart over the most possible, else 1.
 */
export function tCloseness(
  classes: readonly EquivalenceClass[],
  sensitive: CodedColumn,
  ordered: boolean,
): number | null {
  const all = shares([...sensitive.codes.keys()], sensitive);
  const distance = ordered ? orderedDistance : equalDistance;
  const far = classes.map(({ rows }) => distance(shares(rows, sensitive), all));
  return far.length === 0 ? null : Math.max(...far);
}

/** Rows of classes in which all have the same sensitive value. */
export function homogeneousRows(classes: readonly EquivalenceClass[], sensitive: CodedColumn): number {
  return classes
    .filter(({ rows }) => rows.every((row) => sensitive.codes[row] === sensitive.codes[rows[0] ?? -1]))
    .reduce((sum, { rows }) => sum + rows.length, 0);
}

/** Earth mover's distance of values in order: sum of |cumulative differences| over one less than their number (Li et al., 3.1). */
export function orderedDistance(p: readonly number[], q: readonly number[]): number {
  let moved = 0;
  let carried = 0;
  for (let at = 0; at < p.length; at++) {
    carried += (p[at] ?? 0) - (q[at] ?? 0);
    moved += Math.abs(carried);
  }
  return p.length < 2 ? 0 : moved / (p.length - 1);
}

/** Earth mover's distance of values that are equally far from each other: half the sum of |differences| (Li et al., 3.2). */
export function equalDistance(p: readonly number[], q: readonly number[]): number {
  return p.reduce((sum, share, at) => sum + Math.abs(share - (q[at] ?? 0)), 0) / 2;
}

function shares(rows: readonly number[], { values, codes }: CodedColumn): readonly number[] {
  const counts = values.map(() => 0);
  for (const row of rows) {
    const code = codes[row] ?? 0;
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts.map((count) => count / rows.length);
}

function least(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((min, value) => Math.min(min, value), Infinity);
}
