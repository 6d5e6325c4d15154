import { DISPARITIES } from '../fairness/disparities.ts';
import type { DisparityDefinition } from '../fairness/disparities.ts';
import type { Grouping } from '../fairness/groups.ts';
import { atomsOf, shared } from '../fairness/resamplePlan.ts';
import type { Outcomes } from '../fairness/outcomes.ts';
import type { DisparityKind, SpreadRelation } from '../fairness/spread.ts';
import type { AtomGrouping } from '../fairness/atomSums.ts';
import type { Subjects } from '../fairness/subjects.ts';
import type { Assessment } from './assessment.ts';

const KINDS: readonly DisparityKind[] = ['difference', 'ratio'];
export const RELATIONS: readonly SpreadRelation[] = ['betweenGroups', 'overall'];

/** The kinds in which a disparity is given. */
export function kindsOf(entry: DisparityDefinition): readonly DisparityKind[] {
  return entry.differenceOnly ? ['difference'] : KINDS;
}

/** What is shuffled and measured, as plain data: it crosses the borders of threads. */
export interface NullPlan {
  readonly groupings: readonly Grouping[];
  /** All features at once, and every grouping as sums of its groups; null where some subject has several values of a feature. */
  readonly atoms: { readonly grouping: Grouping; readonly groupings: readonly AtomGrouping[] } | null;
  readonly subjects: Subjects;
  readonly models: readonly Outcomes[];
  /** Ids of the disparities. */
  readonly disparities: readonly string[];
  /** Values of everybody by metric, for each model. */
  readonly overall: readonly Readonly<Record<string, number | null>>[];
  readonly draws: number;
  readonly seed: number;
}

/** Brings an assessment into the form in which groups are shuffled. */
export function planNulls({ cells, subjects, models, disparities, frames, options }: Assessment): NullPlan {
  const { of, count } = atomsOf(cells);
  const whole = isWhole(subjects, of);
  return {
    groupings: cells.groupings.map((grouping) => ({ ...grouping, of: shared(grouping.of) })),
    // With weights no two rows are alike: each grouping is shuffled by itself.
    atoms:
      whole && models.every((model) => model.weights == null)
        ? atomGroupings(cells.groupings, of, count)
        : null,
    subjects: {
      ...subjects,
      of: shared(subjects.of),
      rows: shared(subjects.rows),
      start: shared(subjects.start),
    },
    models,
    disparities: disparities.map((entry) => entry.id),
    overall: frames.map((frame) => frame[0]?.values ?? {}),
    draws: options.draws,
    seed: options.seed,
  };
}

/** The disparities of a plan. */
export function entriesOf(plan: NullPlan): readonly DisparityDefinition[] {
  return DISPARITIES.filter((entry) => plan.disparities.includes(entry.id));
}

/** How many series of values a plan has: one for each model, grouping, disparity, kind and relation. */
export function seriesCount(plan: NullPlan): number {
  return (
    plan.models.length * plan.groupings.length * plan.disparities.length * KINDS.length * RELATIONS.length
  );
}

/** Which series. `disparity` is its place in the plan. */
export function seriesAt(
  plan: NullPlan,
  model: number,
  grouping: number,
  disparity: number,
  kind: DisparityKind,
  relation: SpreadRelation,
): number {
  const which = (model * plan.groupings.length + grouping) * plan.disparities.length + disparity;
  return (which * KINDS.length + KINDS.indexOf(kind)) * RELATIONS.length + RELATIONS.indexOf(relation);
}

function isWhole(subjects: Subjects, atoms: Int32Array): boolean {
  const first = new Int32Array(subjects.count).fill(-1);
  return atoms.every((atom, row) => {
    const subject = subjects.of[row] ?? 0;
    const known = first[subject] ?? -1;
    first[subject] = atom;
    return known === -1 || known === atom;
  });
}

function atomGroupings(groupings: readonly Grouping[], of: Int32Array, count: number): NullPlan['atoms'] {
  const sizes = new Array<number>(count).fill(0);
  const byAtom = groupings.map(() => new Int32Array(count));
  of.forEach((atom, row) => {
    sizes[atom] = (sizes[atom] ?? 0) + 1;
    groupings.forEach((grouping, at) => {
      const target = byAtom[at];
      if (target) target[atom] = grouping.of[row] ?? 0;
    });
  });
  const features = groupings
    .filter((grouping) => grouping.features.length === 1)
    .flatMap((grouping) => grouping.features);
  const groups = sizes.map((_, atom) => ({ atom: `${atom}` }));
  return {
    grouping: { features, groups, of: shared(of), sizes },
    groupings: groupings.map((grouping, at) => ({
      groups: grouping.groups.length,
      groupOf: byAtom[at] ?? new Int32Array(0),
    })),
  };
}
