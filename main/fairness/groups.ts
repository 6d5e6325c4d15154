import type { GroupKey } from '../../preload/contract/vocabulary.ts';

/** One sensitive feature of some rows; unknown is a value of its own. */
export interface Feature {
  readonly name: string;
  readonly values: readonly string[];
  /** Index into `values` of each row. */
  readonly codes: Int16Array | Int32Array;
}

/** Rows divided by one feature, or by several at once. */
export interface Grouping {
  readonly features: readonly string[];
  readonly groups: readonly GroupKey[];
  /** Index into `groups` of each row. */
  readonly of: Int32Array;
  /** Rows of each group. */
  readonly sizes: readonly number[];
}

/** The name under which a row without a known value is grouped. */
export const UNKNOWN = 'unknown';

/** Rows by one feature. A declared value without rows stays, as a group of 0; only an unused `unknown` is left out. */
export function groupBy(feature: Feature): Grouping {
  const counts = new Int32Array(feature.values.length);
  for (const code of feature.codes) counts[code] = (counts[code] ?? 0) + 1;
  const index = new Int32Array(feature.values.length).fill(-1);
  const groups: GroupKey[] = [];
  feature.values.forEach((value, code) => {
    if (value === UNKNOWN && counts[code] === 0) return;
    index[code] = groups.length;
    groups.push({ [feature.name]: value });
  });
  return {
    features: [feature.name],
    groups,
    of: grouped(feature.codes, index),
    sizes: groups.map((group) => counts[feature.values.indexOf(group[feature.name] ?? '')] ?? 0),
  };
}

function grouped(codes: Feature['codes'], index: Int32Array): Int32Array {
  const of = new Int32Array(codes.length);
  for (let row = 0; row < of.length; row++) of[row] = index[codes[row] ?? 0] ?? 0;
  return of;
}

/** `race Black, age 40+`: a group in words. */
export function groupName(group: GroupKey): string {
  const parts = Object.entries(group).map(([feature, value]) => `${feature} ${value}`);
  return parts.length === 0 ? 'all' : parts.join(', ');
}

/** One code for every pair of codes that occurs, in ascending order of `a`, then `b`; `b` is below `size`. The product may pass 2^31. */
export function crossed(a: Int32Array, b: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const codes = new Float64Array(a.length);
  for (let row = 0; row < a.length; row++) codes[row] = (a[row] ?? 0) * size + (b[row] ?? 0);
  return renumber(codes);
}

/** Any whole-number codes as 0, 1, 2 ... in ascending order of code. */
export function renumber(codes: Int32Array | Float64Array): Int32Array<ArrayBuffer> {
  let [least, most] = [Infinity, -Infinity];
  for (const code of codes) {
    if (code < least) least = code;
    if (code > most) most = code;
  }
  // A table of all codes between is many times faster than a map, where it is not much longer than the rows.
  return most - least < 4 * codes.length + 1000 ? renumberByTable(codes, least, most) : renumberByMap(codes);
}

function renumberByTable(
  codes: Int32Array | Float64Array,
  least: number,
  most: number,
): Int32Array<ArrayBuffer> {
  const table = new Int32Array(Math.max(0, most - least + 1));
  for (const code of codes) table[code - least] = 1;
  let next = 0;
  for (let code = 0; code < table.length; code++) if (table[code] === 1) table[code] = next++;
  const numbers = new Int32Array(codes.length);
  for (let row = 0; row < codes.length; row++) numbers[row] = table[(codes[row] ?? 0) - least] ?? 0;
  return numbers;
}

function renumberByMap(codes: Int32Array | Float64Array): Int32Array<ArrayBuffer> {
  const sorted = Float64Array.from(new Set(codes)).sort();
  const index = new Map(Array.from(sorted, (code, at) => [code, at]));
  return Int32Array.from(codes, (code) => index.get(code) ?? 0);
}
