/** What a filter can ask of a run. */
export interface Filterable {
  /** Everything a plain word is looked for in. */
  readonly text: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly numbers: Readonly<Record<string, number | null>>;
}

/** A filter, or why it cannot be read. */
export type ParsedFilter =
  { readonly test: (row: Filterable) => boolean; readonly error: null } | { readonly test: null; readonly error: string };

type Test = (row: Filterable) => boolean;

/**
 * Reads `simclr`, `method:simclr|rotation`, `knn>.8`, `/late-(rain|snow)/`, `-status:failed`: terms apart by spaces, all must hold.
 */
export function parseFilter(query: string): ParsedFilter {
  const tests: Test[] = [];
  for (const term of query.split(/\s+/).filter(Boolean)) {
    const negated = term.startsWith('-') && term.length > 1;
    const test = parseTerm(negated ? term.slice(1) : term);
    if (typeof test === 'string') return { test: null, error: test };
    tests.push(negated ? (row) => !test(row) : test);
  }
  return { test: (row) => tests.every((test) => test(row)), error: null };
}

function parseTerm(term: string): Test | string {
  const comparison = /^([\w./=]+?)(<=|>=|<|>)(-?\d*\.?\d+)$/.exec(term);
  if (comparison) return compare(comparison[1] ?? '', comparison[2] ?? '', Number(comparison[3]));
  const field = /^(\w+):(.*)$/.exec(term);
  const pattern = field ? (field[2] ?? '') : term;
  const expression = toExpression(pattern);
  if (typeof expression === 'string') return expression;
  const key = field?.[1]?.toLowerCase();
  return (row) => expression.test(key === undefined ? row.text : (row.fields[key] ?? ''));
}

function toExpression(pattern: string): RegExp | string {
  const body = /^\/(.*)\/$/.exec(pattern)?.[1] ?? pattern;
  try {
    return new RegExp(body, 'i');
  } catch {
    return `“${body}” is not a valid regular expression.`;
  }
}

function compare(key: string, operator: string, limit: number): Test {
  return (row) => {
    const value = row.numbers[key.toLowerCase()] ?? null;
    if (value === null) return false;
    if (operator === '<') return value < limit;
    if (operator === '>') return value > limit;
    return operator === '<=' ? value <= limit : value >= limit;
  };
}
