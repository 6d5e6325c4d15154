import type { GroupKey } from '../../preload/contract/vocabulary.ts';
import { groupBy, renumber } from './groups.ts';
import type { Feature, Grouping } from './groups.ts';

/** An audit shows at most so many groups; a combination that would exceed it is left out and named. */
export const MAX_GROUPS = 1000;
/** Combinations of more features than this have hardly any rows left in each group. */
export const MAX_DEPTH = 3;

/** Every way in which an audit divides the rows, and which combinations it left out. */
export interface Groupings {
  readonly groupings: readonly Grouping[];
  /** Combinations left out because of the cap, in words. */
  readonly skipped: readonly string[];
}

/** Each feature alone and, if asked, every combination of two or three features; smaller combinations come first. */
export function divide(features: readonly Feature[], intersections: boolean): Groupings {
  const single = features.map(groupBy);
  const groupings = [...single];
  const skipped: string[] = [];
  let total = single.reduce((sum, grouping) => sum + grouping.groups.length, 0);
  for (const chosen of intersections ? combinations(single) : []) {
    const crossed = intersect(chosen);
    if (total + crossed.groups.length > MAX_GROUPS) {
      skipped.push(crossed.features.join(' × '));
      continue;
    }
    total += crossed.groups.length;
    groupings.push(crossed);
  }
  return { groupings, skipped };
}

/** The groups of several features at once that occur, in order of the features' values. */
export function intersect(parts: readonly Grouping[]): Grouping {
  const n = parts[0]?.of.length ?? 0;
  const keys = new Float64Array(n);
  for (const part of parts) {
    for (let row = 0; row < n; row++) keys[row] = (keys[row] ?? 0) * part.groups.length + (part.of[row] ?? 0);
  }
  const of = renumber(keys);
  const sizes: number[] = [];
  const occurring: number[] = [];
  for (let row = 0; row < n; row++) {
    const group = of[row] ?? 0;
    sizes[group] = (sizes[group] ?? 0) + 1;
    occurring[group] = keys[row] ?? 0;
  }
  return {
    features: parts.flatMap((part) => part.features),
    groups: occurring.map((key) => decode(key, parts)),
    of,
    sizes,
  };
}

function decode(key: number, parts: readonly Grouping[]): GroupKey {
  const merged: [string, string][] = [];
  let rest = key;
  for (const part of parts.toReversed()) {
    const size = part.groups.length;
    merged.unshift(...Object.entries(part.groups[rest % size] ?? {}));
    rest = Math.floor(rest / size);
  }
  return Object.fromEntries(merged);
}

function combinations(parts: readonly Grouping[]): readonly (readonly Grouping[])[] {
  const found: (readonly Grouping[])[] = [];
  const extend = (chosen: readonly Grouping[], from: number): void => {
    if (chosen.length >= 2) found.push(chosen);
    if (chosen.length === MAX_DEPTH) return;
    for (let next = from; next < parts.length; next++) {
      const part = parts[next];
      if (part) extend([...chosen, part], next + 1);
    }
  };
  extend([], 0);
  return found.sort((a, b) => a.length - b.length);
}
