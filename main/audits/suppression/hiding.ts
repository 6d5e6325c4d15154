import type { Relation } from './relations.ts';
import { solvable, type Outcome } from './solvable.ts';

/** What is to be decided for a list of groups: which of them may be shown. */
export interface HidingTask {
  readonly relations: readonly Relation[];
  /** Rows of each group: of several that could be hidden too, the smallest is. */
  readonly sizes: readonly number[];
  readonly outcomes: readonly Outcome[];
  /** Groups with a count below the least that may be shown. */
  readonly secret: ReadonlySet<number>;
  /** Groups that stay hidden for another reason, such as that they were before. */
  readonly hidden: ReadonlySet<number>;
  /** Groups that everybody knows: they were shown before. */
  readonly known: ReadonlySet<number>;
  /** The whole, which is hidden last. */
  readonly root: number;
  /** Least count that may be shown, or follow from what is shown. */
  readonly least: number;
}

/**
 * The groups that must not be shown: secret ones, and as many others that neither a secret count nor a sum of fewer than `least` can be
 * computed from what is left (complementary suppression). Null if no choice helps, not even hiding all but the whole.
 */
export function hiddenGroups(task: HidingTask): ReadonlySet<number> | null {
  const hidden = new Set([...task.secret, ...task.hidden].filter((at) => !task.known.has(at)));
  for (;;) {
    const next = openSum(task, hidden) ?? openCount(task, hidden);
    if (next === null) return hidden;
    if (next === NO_CHOICE || next === task.root) return null;
    hidden.add(next);
  }
}

const NO_CHOICE = -1;

/** What to hide because hidden parts of a whole that is shown are too few, or add up to too little. */
function openSum(task: HidingTask, hidden: ReadonlySet<number>): number | null {
  for (const relation of task.relations) {
    const { parent, children } = relation;
    if (hidden.has(parent)) continue;
    const parts = children.filter((at) => hidden.has(at));
    if (parts.length === 0) continue;
    const small = task.outcomes.some(
      ({ value }) => parts.reduce((sum, at) => sum + (value[at] ?? 0), 0) < task.least,
    );
    if (parts.length < 2 || small) {
      const shown = smallest(task, hidden, children);
      if (shown !== NO_CHOICE) return shown;
      // All parts are hidden: then the whole is their sum, and it is hidden unless it may be shown.
      if (parts.length < children.length || small) return smallest(task, hidden, [parent]);
    }
  }
  return null;
}

/** What to hide because some secret count has one possible value only. */
function openCount(task: HidingTask, hidden: ReadonlySet<number>): number | null {
  const places = [...hidden];
  for (const outcome of task.outcomes) {
    const unsafe = [...solvable(task.relations, places, outcome)].find((at) => task.secret.has(at));
    if (unsafe === undefined) continue;
    const about = task.relations
      .filter(({ parent, children }) => parent === unsafe || children.includes(unsafe))
      .map(({ parent, children }) => smallest(task, hidden, [...children, parent]))
      .filter((at) => at !== NO_CHOICE);
    const further = smallest(task, hidden, [...task.sizes.keys()]);
    return about.toSorted((a, b) => sizeOf(task, a) - sizeOf(task, b))[0] ?? further;
  }
  return null;
}

/** The smallest of some groups that are shown and could be hidden; the whole only if there is no other. */
function smallest(task: HidingTask, hidden: ReadonlySet<number>, some: readonly number[]): number {
  const shown = some.filter((at) => !hidden.has(at) && !task.known.has(at) && sizeOf(task, at) > 0);
  const [first = NO_CHOICE] = shown.toSorted((a, b) =>
    a === task.root ? 1 : b === task.root ? -1 : sizeOf(task, a) - sizeOf(task, b),
  );
  return first;
}

function sizeOf({ sizes }: HidingTask, at: number): number {
  return sizes[at] ?? 0;
}
