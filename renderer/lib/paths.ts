type Plain = Readonly<Record<string, unknown>>;

function isPlain(value: unknown): value is Plain {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** The value at a dotted path such as `views.2.params.strength`; undefined if there is none. */
export function valueAt(root: unknown, path: string): unknown {
  let value = root;
  for (const key of path.split('.')) {
    if (Array.isArray(value)) value = (value as unknown[])[Number(key)];
    else if (isPlain(value)) value = value[key];
    else return undefined;
  }
  return value;
}

/** A copy of plain data with the value at a dotted path replaced; what does not lie on the path is shared. */
export function withValue<T>(root: T, path: string, value: unknown): T {
  const [key, ...rest] = path.split('.');
  if (key === undefined) return root;
  const inner = rest.length === 0 ? value : withValue(valueAt(root, key), rest.join('.'), value);
  if (Array.isArray(root)) {
    const copy: unknown[] = [...(root as unknown[])];
    copy[Number(key)] = inner;
    return copy as T;
  }
  return { ...root, [key]: inner };
}

/**
 * The line (from 1) of a YAML text that sets the dotted path, or the nearest parent's line, or null.
 * Reads indentation only: enough for the canonical form that the app itself writes.
 */
export function lineOfPath(yaml: string, path: string): number | null {
  const lines = yaml.split('\n');
  let from = 0;
  let indent = -1;
  let found: number | null = null;
  for (const key of path.split('.')) {
    const line = /^\d+$/.test(key) ? itemLine(lines, from, indent, Number(key)) : keyLine(lines, from, indent, key);
    if (line === null) return found;
    found = line + 1;
    indent = indentOf(lines[line] ?? '');
    // An item's first key stands on the line of its dash.
    from = /^\s*- /.test(lines[line] ?? '') && /^\d+$/.test(key) ? line : line + 1;
  }
  return found;
}

function keyLine(lines: readonly string[], from: number, parent: number, key: string): number | null {
  for (let at = from; at < lines.length; at++) {
    const line = (lines[at] ?? '').replace(/^(\s*)- /, '$1  ');
    if (line.trim() === '') continue;
    if (at > from && indentOf(line) <= parent) return null;
    if (line.trimStart().startsWith(`${key}:`) && indentOf(line) > parent) return at;
  }
  return null;
}

function itemLine(lines: readonly string[], from: number, parent: number, index: number): number | null {
  let seen = -1;
  let dash: number | null = null;
  for (let at = from; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line.trim() === '') continue;
    const indent = indentOf(line);
    if (indent < parent || (indent === parent && !line.trimStart().startsWith('- '))) return null;
    if (!line.trimStart().startsWith('- ')) continue;
    dash ??= indent;
    if (indent === dash) seen += 1;
    if (seen === index && indent === dash) return at;
  }
  return null;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
