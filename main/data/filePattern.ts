import { invalidData } from './source.ts';

type Token = { readonly kind: 'field' | 'literal' | 'any'; readonly text: string };

/** A compiled filename pattern such as `{age}_{gender}_{race}_*`. */
export interface FilePattern {
  readonly fields: readonly string[];
  /** The fields of a path, or null if it does not fit. */
  match(path: string): ReadonlyMap<string, string> | null;
}

const TOKEN = /\{([^{}]*)\}|(\*)|([^{}*]+)|[{}]/gy;
const EXTENSION = /\.[A-Za-z0-9]{1,5}$/;

/**
 * Compiles a pattern: `{name}` is a field of one or more characters, `*` anything, the rest stands for itself. A field ends where the
 * next literal first occurs, so that matching takes one pass. It is laid on the end of the path: on the file's name, or on as many
 * folders more as it has slashes; without the extension unless it names one.
 * @throws AppError invalidData if it has no field, one twice, or two without anything between them
 */
export function compilePattern(pattern: string): FilePattern {
  const tokens = tokensOf(pattern);
  const fields = tokens.filter((token) => token.kind === 'field').map((token) => token.text);
  if (fields.length === 0)
    throw wrong(pattern, 'has no field', 'Write fields in braces, such as {age}_{gender}_*.');
  const twice = fields.find((field, i) => fields.indexOf(field) !== i);
  if (twice !== undefined) throw wrong(pattern, `names ${twice} twice`, 'Give every field its own name.');
  if (tokens.some((token, i) => token.kind !== 'literal' && (tokens[i + 1]?.kind ?? 'literal') !== 'literal'))
    throw wrong(
      pattern,
      'has two parts with nothing between them',
      'Put a separator such as _ between the parts.',
    );
  const slashes = pattern.split('/').length - 1;
  const withExtension = EXTENSION.test(pattern);
  return {
    fields,
    match: (path) => {
      const segments = path.split('/').slice(-1 - slashes);
      if (segments.length <= slashes) return null;
      const text = segments.join('/');
      return matchTokens(tokens, withExtension ? text : text.replace(EXTENSION, ''));
    },
  };
}

function tokensOf(pattern: string): readonly Token[] {
  return Array.from(pattern.matchAll(TOKEN), ([text, field, any]): Token => {
    if (field !== undefined && field.trim() !== '') return { kind: 'field', text: field.trim() };
    if (any !== undefined) return { kind: 'any', text };
    if (text === '{' || text === '}' || field !== undefined)
      throw wrong(pattern, 'has a brace without a name', 'Write every field as {name}.');
    return { kind: 'literal', text };
  });
}

function matchTokens(tokens: readonly Token[], text: string): ReadonlyMap<string, string> | null {
  const values = new Map<string, string>();
  let at = 0;
  for (const [i, token] of tokens.entries()) {
    if (token.kind === 'literal') {
      if (!text.startsWith(token.text, at)) return null;
      at += token.text.length;
      continue;
    }
    const next = tokens[i + 1]?.text;
    const end = next === undefined ? text.length : text.indexOf(next, token.kind === 'field' ? at + 1 : at);
    if (end < 0 || (token.kind === 'field' && end <= at)) return null;
    if (token.kind === 'field') values.set(token.text, text.slice(at, end));
    at = end;
  }
  return at === text.length ? values : null;
}

function wrong(pattern: string, what: string, hint: string) {
  return invalidData(`The filename pattern ${pattern} ${what}.`, hint);
}
