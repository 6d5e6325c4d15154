/** What a column of a table of predictions is used as. */
export type ColumnUse = '' | 'truth' | 'prediction' | 'score' | 'subject' | 'weight' | 'feature';

/** Uses of which a table has one column at most. */
const SINGLE: readonly ColumnUse[] = ['truth', 'prediction', 'score', 'subject', 'weight'];

const GUESSES: readonly (readonly [ColumnUse, RegExp])[] = [
  ['truth', /^(?:y_?)?(?:truth|true|label|target|actual|y|class|outcome)(?:_?(?:label|class))?$/i],
  ['prediction', /^(?:y_?)?(?:pred(?:icted|iction)?|hat|decision)(?:_?(?:label|class))?$/i],
  ['score', /^(?:score|prob(?:ability)?|p|confidence|(?:y_?)?(?:score|prob))(?:_\w+)?$/i],
  ['subject', /^(?:subject|person|patient|participant|user)(?:_?id)?$/i],
  ['weight', /^(?:sample_?)?weights?$/i],
  ['feature', /^(?:sensitive_.+|race|ethnicity|gender|sex|age(?:_?\w+)?|skin_?\w*)$/i],
];

/** A first guess by the columns' names; each single use is given once. A score must look like shares. */
export function guessUses(columns: readonly { readonly name: string; readonly share: boolean }[]): Readonly<Record<string, ColumnUse>> {
  const uses: Record<string, ColumnUse> = {};
  for (const { name, share } of columns) {
    const taken = Object.values(uses);
    uses[name] = GUESSES.find(([use, pattern]) => pattern.test(name) && !(SINGLE.includes(use) && taken.includes(use)) && (use !== 'score' || share))?.[0] ?? '';
  }
  return uses;
}

/** The uses after one column was given another: who had a single use before loses it. */
export function withUse(uses: Readonly<Record<string, ColumnUse>>, column: string, use: ColumnUse): Readonly<Record<string, ColumnUse>> {
  const others = Object.entries(uses).map(([name, old]) => [name, SINGLE.includes(use) && old === use ? '' : old] as const);
  return { ...Object.fromEntries(others), [column]: use };
}

/** The columns with a use, in the order of the table. */
export function columnsUsed(uses: Readonly<Record<string, ColumnUse>>, use: ColumnUse): readonly string[] {
  return Object.keys(uses).filter((name) => uses[name] === use);
}

/** What is still to be said before an audit can start, or null. */
export function missingUse(uses: Readonly<Record<string, ColumnUse>>): string | null {
  const has = (use: ColumnUse): boolean => columnsUsed(uses, use).length > 0;
  if (!has('truth')) return 'Say which column holds the truth.';
  if (!has('prediction') && !has('score')) return 'Say which column holds the prediction, or a score from 0 to 1.';
  return has('feature') ? null : 'Say which columns are sensitive features.';
}

/** The column that a refusal speaks of, as in `column "score" is "high"`; null if it names none of these. */
export function columnOf(message: string, columns: readonly string[]): string | null {
  const quoted = /column ("(?:[^"\\]|\\.)*")/i.exec(message)?.[1];
  if (quoted === undefined) return null;
  return columns.find((name) => JSON.stringify(name) === quoted) ?? null;
}
