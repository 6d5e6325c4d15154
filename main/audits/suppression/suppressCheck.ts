import type { DatasetCheck, GroupCount } from '../../../preload/contract/vocabulary.ts';
import { groupName } from '../../fairness/groups.ts';
import { hiddenGroups } from './hiding.ts';
import { keyOf, relationsOf } from './relations.ts';
import type { Outcome } from './solvable.ts';

/**
 * A check of a data set as it may leave the workspace: without findings about groups with a count below the least, in all or of one
 * label, and about as many others as it takes that these do not follow.
 * @param groups counts of the data set's groups, split by split
 * @param least 0 shows all
 */
export function suppressCheck(
  check: DatasetCheck,
  groups: readonly GroupCount[],
  least: number,
): DatasetCheck {
  if (least === 0) return check;
  const world = wholeOf(groups);
  const [first] = world;
  const outcomes = (first?.counts ?? []).map((_, at): Outcome => {
    const value = world.map(({ counts }) => counts[at] ?? 0);
    return { value, up: value.map(() => true), down: value.map((count) => count > 0) };
  });
  const sizes = world.map(({ counts }) => counts[0] ?? 0);
  const found = hiddenGroups({
    ...{ relations: relationsOf(world.map(({ group }) => group), sizes), sizes, outcomes, root: 0, least },
    secret: new Set(world.flatMap(({ counts: [n = 0, ...classes] }, at) => (n > 0 && [n, ...classes].some((count) => count < least) ? [at] : []))),
    ...{ hidden: new Set(), known: new Set() },
  }); // prettier-ignore
  const hidden = world.filter((_, at) => at > 0 && (found === null || found.has(at)));
  const kept = check.findings.filter(
    ({ kind, value, about, finding }) =>
      !(kind === 'support' && (value ?? 0) < least) && !hidden.some(({ names }) => names.some((name) => tells(name, about, finding))),
  ); // prettier-ignore
  const gone = check.findings.length - kept.length;
  if (gone === 0) return check;
  const said = `${gone} of ${check.findings.length} findings are left out: they would tell of counts below ${least}, or of others from which these follow.`;
  return { ...check, findings: kept, notAssessed: [...check.notAssessed, said] };
}

interface Whole {
  readonly group: GroupCount['group'];
  /** Rows, then rows of each class. */
  readonly counts: readonly number[];
  /** How findings name it. */
  readonly names: readonly string[];
}

/** Everybody, then every group, over all splits. */
function wholeOf(groups: readonly GroupCount[]): readonly Whole[] {
  const sums = new Map<string, { readonly group: GroupCount['group']; readonly counts: number[] }>();
  for (const { group, n, classCounts } of groups) {
    const key = keyOf(group);
    const present = sums.get(key);
    [n, ...classCounts].forEach((count, at) => present && (present.counts[at] = (present.counts[at] ?? 0) + count));
    if (!present) sums.set(key, { group, counts: [n, ...classCounts] });
  }
  const all = [...sums.values()];
  const feature = Object.keys(all[0]?.group ?? {})[0] ?? '';
  const parts = all.filter(({ group }) => Object.keys(group).join() === feature);
  const everybody = (parts[0]?.counts ?? []).map((_, at) => parts.reduce((sum, { counts }) => sum + (counts[at] ?? 0), 0));
  return [{ group: {}, counts: everybody }, ...all].map((one) => ({ ...one, names: namesOf(one.group) }));
} // prettier-ignore

/** A group's unknown values are told by the feature's own name. */
function namesOf(group: GroupCount['group']): readonly string[] {
  const entries = Object.entries(group);
  const [[feature = '', value] = []] = entries;
  return [groupName(group), ...(entries.length === 1 && value === 'unknown' ? [feature] : [])];
}

function tells(name: string, about: string, finding: string): boolean {
  return about === name || finding.startsWith(`${name} `) || finding.includes(`of ${name} `) || about.split(', ').includes(name); // prettier-ignore
}
