import type { Audit, AuditGroup, GroupKey } from '../../../preload/contract/vocabulary.ts';
import { pairsOf } from './confusion.ts';
import { hiddenGroups } from './hiding.ts';
import { keyOf, relationsOf } from './relations.ts';
import type { Outcome } from './solvable.ts';

/** An audit that leaves the workspace, and the least count that it may show; 0 shows all. */
export interface Release {
  readonly audit: Audit;
  readonly least: number;
}

/** What of a release is shown, by the keys of groups. */
export interface Shown {
  readonly release: Release;
  /** Groups of which not even the size is shown. */
  readonly hidden: ReadonlySet<string>;
  /** Groups whose rates are not shown; the hidden ones among them. */
  readonly rateless: ReadonlySet<string>;
}

/** Why nothing at all may be shown. */
export type Refusal = { readonly why: 'small' } | { readonly why: 'differs'; readonly from: string };

const EVERYBODY: GroupKey = {};

/**
 * What a release may show after others of the same data: no count below its least, none that sums and differences give back, none that
 * follows from what earlier releases showed, also of almost the same rows.
 * @param before earlier releases as they were decided, oldest first
 */
export function decide(release: Release, before: readonly Shown[]): Shown | Refusal {
  const { audit, least } = release;
  const nothing: ReadonlySet<string> = new Set();
  if (least === 0) return { release, hidden: nothing, rateless: nothing };
  const related = before.filter((one) => isRelated(one.release.audit, audit));
  const changed = related.filter((one) => !sameRows(one.release.audit, audit));
  const differing = changedGroups(audit, changed, least);
  const [from] = differing.get(keyOf(EVERYBODY)) ?? [];
  if (from !== undefined) return { why: 'differs', from };
  const same = related.filter((one) => sameRows(one.release.audit, audit));
  const hidden = sizesHidden(release, same, new Set(differing.keys()));
  if (hidden === null) return { why: 'small' };
  return { release, hidden, rateless: ratesHidden(release, same, hidden) };
}

/** Whether two audits count rows of the same data. */
function isRelated(a: Audit, b: Audit): boolean {
  if (a.id === b.id) return true;
  if (a.dataset !== b.dataset || a.options.split !== b.options.split) return false;
  return a.dataset !== null || a.datasetName === b.datasetName;
}

function sameRows(a: Audit, b: Audit): boolean {
  return a.id === b.id || (rowsOf(a) === rowsOf(b) && overallOf(a)?.n === overallOf(b)?.n);
}

/** What tells the rows of an audit: the digest of the split. Of a table made elsewhere only its name and size are known. */
function rowsOf({ dataset, hashes }: Audit): string {
  return dataset === null ? '' : (hashes['split'] ?? '');
}

function overallOf({ models }: Audit): AuditGroup | undefined {
  return models[0]?.overall;
}

function groupsOf({ models }: Audit, model = 0): readonly AuditGroup[] {
  const own = models[model];
  return own === undefined ? [] : [own.overall, ...own.groups];
}

/**
 * Groups whose size changed by fewer than `least` since they were shown: the difference would tell of those who came or went. Answers
 * the audits that they differ from.
 */
function changedGroups(
  audit: Audit,
  before: readonly Shown[],
  least: number,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { release, hidden } of before) {
    const old = new Map(groupsOf(release.audit).map((group) => [keyOf(group.group), group]));
    for (const group of groupsOf(audit)) {
      const key = keyOf(group.group);
      const earlier = old.get(key);
      if (earlier === undefined || hidden.has(key) || !differsSlightly(group, earlier, least)) continue;
      found.set(key, [...(found.get(key) ?? []), release.audit.id]);
    }
  }
  return found;
}

function differsSlightly(a: AuditGroup, b: AuditGroup, least: number): boolean {
  const counts = [
    [a.n, b.n],
    [a.positives, b.positives],
    [a.negatives, b.negatives],
  ] as const;
  return counts.some(([x, y]) => x !== null && y !== null && x !== y && Math.abs(x - y) < least);
}

/** All groups of some audits of the same rows, each once, everybody first. */
function worldOf(audits: readonly Audit[]): readonly AuditGroup[] {
  const world = new Map<string, AuditGroup>();
  for (const audit of audits)
    for (const group of groupsOf(audit))
      if (!world.has(keyOf(group.group))) world.set(keyOf(group.group), group);
  return [...world.values()];
}

function sizesHidden(
  { audit, least }: Release,
  same: readonly Shown[],
  differing: ReadonlySet<string>,
): ReadonlySet<string> | null {
  const world = worldOf([audit, ...same.map(({ release }) => release.audit)]);
  const keys = world.map(({ group }) => keyOf(group));
  const known = keys.map((key) => same.some((one) => isShownIn(one, key, one.hidden)));
  const secret = places(
    world,
    ({ n, subjects, positives, negatives }) =>
      n > 0 && [n, subjects, positives ?? least, negatives ?? least].some((count) => count < least),
  );
  const before = new Set(same.flatMap((one) => [...one.hidden]));
  const found = hiddenGroups({
    ...{ relations: relationsOf(world.map(({ group }) => group), world.map(({ n }) => n)), sizes: world.map(({ n }) => n) },
    outcomes: [
      freely(world.map(({ n }) => n)),
      freely(world.map(({ subjects }) => subjects)),
      ...(world.every(({ positives }) => positives !== null)
        ? [freely(world.map(({ positives }) => positives ?? 0)), freely(world.map(({ negatives }) => negatives ?? 0))]
        : []),
    ],
    secret,
    hidden: places(world, ({ group }) => before.has(keyOf(group)) || differing.has(keyOf(group))),
    known: new Set(known.flatMap((is, at) => (is ? [at] : []))),
    ...{ root: 0, least },
  }); // prettier-ignore
  if (found === null || secret.has(0)) return null;
  return new Set([...found].map((at) => keys[at] ?? ''));
}

/** Any number could stand there instead. */
function freely(value: readonly number[]): Outcome {
  return { value, up: value.map(() => true), down: value.map((count) => count > 0) };
}

function places(world: readonly AuditGroup[], is: (group: AuditGroup) => boolean): ReadonlySet<number> {
  return new Set(world.flatMap((group, at) => (is(group) ? [at] : [])));
}

function isShownIn(one: Shown, key: string, hidden: ReadonlySet<string>): boolean {
  return !hidden.has(key) && groupsOf(one.release.audit).some(({ group }) => keyOf(group) === key);
}

/** Groups whose rates stay hidden in every model, so that what is shown of one says nothing of another. */
function ratesHidden({ audit, least }: Release, same: readonly Shown[], hidden: ReadonlySet<string>): ReadonlySet<string> {
  let rateless = hidden;
  for (;;) {
    const before = rateless.size;
    audit.models.forEach((model, at) => {
      const own = same.flatMap((one) =>
        one.release.audit.models.flatMap((other, place) => (other.run === model.run && (model.run !== null || one.release.audit.id === audit.id) ? [{ one, place }] : [])),
      );
      rateless = ratesOf(audit, at, least, own, hidden, rateless);
    });
    if (rateless.size === before) return rateless;
  }
} // prettier-ignore

interface SameModel {
  readonly one: Shown;
  readonly place: number;
}

function ratesOf(
  audit: Audit,
  model: number,
  least: number,
  same: readonly SameModel[],
  hidden: ReadonlySet<string>,
  rateless: ReadonlySet<string>,
): ReadonlySet<string> {
  const world = mergedWorld([
    groupsOf(audit, model),
    ...same.map(({ one, place }) => groupsOf(one.release.audit, place)),
  ]);
  const keys = world.map(({ group }) => keyOf(group));
  const pairs = world.map(pairsOf);
  const depth = Math.max(0, ...pairs.map((own) => own.length));
  const told = world.map(({ group }, at) => toldOf(same, keyOf(group), pairs[at] ?? []));
  const free = keys.map((key, at): Freedom => (hidden.has(key) ? 'any' : told[at] === 'part' ? 'all' : 'pair')).map((kind, at) => ({ kind, whole: (pairs[at] ?? []).flat() }));
  const outcomes = Array.from({ length: depth }, (_, at) => at).flatMap((at): readonly Outcome[] => {
    const [a, b] = [0, 1].map((side) => pairs.map((own) => own[at]?.[side] ?? 0));
    return a && b ? [within(a, b, free), within(b, a, free)] : [];
  });
  const before = new Set(same.flatMap(({ one }) => [...one.rateless]));
  const secret = new Set(
    keys.flatMap((key, at) => (hidden.has(key) || isSecret(world[at], pairs[at] ?? [], least) ? [at] : [])),
  );
  const found = secret.has(0)
    ? null
    : hiddenGroups({
        ...{ relations: relationsOf(world.map(({ group }) => group), world.map(({ n }) => n)), sizes: world.map(({ n }) => n) },
        ...{ outcomes, secret, root: 0, least },
        hidden: places(world, ({ group }) => before.has(keyOf(group)) || rateless.has(keyOf(group))),
known: new Set(told.flatMap((what, at) => (what === 'all' ? [at] : []))),
      }); // prettier-ignore
  // Not even the rates of everybody can be shown: then none are.
  return found === null ? new Set([...rateless, ...keys]) : new Set([...rateless, ...[...found].map((at) => keys[at] ?? '')]);
} // prettier-ignore

function isSecret(group: AuditGroup | undefined, pairs: ReturnType<typeof pairsOf>, least: number): boolean {
  return (group?.n ?? 0) > 0 && pairs.some((pair) => pair.some((count) => count < least));
}

/** The groups of some audits of one model, each with the metrics of all of them. */
function mergedWorld(worlds: readonly (readonly AuditGroup[])[]): readonly AuditGroup[] {
  const byKey = new Map<string, AuditGroup>();
  for (const group of worlds.flat()) {
    const present = byKey.get(keyOf(group.group));
    const metrics = { ...group.metrics, ...present?.metrics };
    byKey.set(keyOf(group.group), { ...(present ?? group), metrics });
  }
  return [...byKey.values()];
}

/** What earlier releases told of a group's counts: all that follows from its rates now, a part of it, or nothing. */
function toldOf(
  same: readonly SameModel[],
  key: string,
  pairs: ReturnType<typeof pairsOf>,
): 'all' | 'part' | 'none' {
  const shown = same.flatMap(({ one, place }) =>
    one.rateless.has(key)
      ? []
      : groupsOf(one.release.audit, place).filter(({ group }) => keyOf(group) === key),
  );
  const [merged] = mergedWorld(shown.map((group) => [group]));
  if (merged === undefined) return 'none';
  return JSON.stringify(pairsOf(merged)) === JSON.stringify(pairs) ? 'all' : 'part';
}

/** How the counts of a group may differ unseen: as they like, one against the other of its pair, or only all four together. */
type Freedom = 'any' | 'pair' | 'all';

/** One side of pairs: what it gains, the other loses, unless their sum is hidden too. */
function within(
  value: readonly number[],
  other: readonly number[],
  free: readonly { readonly kind: Freedom; readonly whole: readonly number[] }[],
): Outcome {
  const can = (at: number, count: number): boolean => {
    const { kind = 'pair', whole = [] } = free[at] ?? {};
    return kind === 'all' ? whole.every((one) => one > 0) : count > 0;
  };
  return {
    value,
    up: value.map((_, at) => free[at]?.kind === 'any' || can(at, other[at] ?? 0)),
    down: value.map((count, at) => can(at, count)),
  };
}
