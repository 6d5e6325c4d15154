import { AppError } from '../../preload/contract/errors.ts';
import { SPLIT_ROLES } from '../../preload/contract/vocabulary.ts';
import type { SplitRole } from '../../preload/contract/vocabulary.ts';
import { Rng } from './rng.ts';

/**
 * Shares of the four roles if nothing else is said. The pretrain split and the probe-train split never overlap, so that no probe
 * is trained on what its encoder has seen. Where the source sets test data aside (the audit split), the other three share the rest in
 * the same proportions, about .71, .18 and .12.
 */
export const DEFAULT_PROPORTIONS: Proportions = {
  pretrain: 0.6,
  probeTrain: 0.15,
  validation: 0.1,
  audit: 0.15,
};

export type Proportions = Readonly<Record<SplitRole, number>>;

/** What is to be split: one entry per sample in the columns. */
export interface SplitRequest {
  /** Subject codes; all samples of a subject go to one split. */
  readonly subjects: Int32Array;
  /** Codes of label x group; every split receives its share of each. */
  readonly strata: Int32Array;
  /** 1 where the sample (and with it its subject) belongs to the audit split; null if the source sets nothing aside. */
  readonly audit: Uint8Array | null;
  /** Sum 1. */
  readonly proportions: Proportions;
  readonly seed: number;
}

interface Subject {
  readonly code: number;
  readonly stratum: number;
  readonly size: number;
}

/**
 * Splits samples by role: disjoint by subject, each stratum in proportion (what rounding leaves over is carried on to the next
 * stratum), and the same for the same seed. A subject counts for its most frequent stratum.
 * @returns ascending sample indices of each role
 * @throws AppError invalidData if the proportions are negative or do not sum to 1
 */
export function splitBySubject(request: SplitRequest): Record<SplitRole, Uint32Array> {
  const { pinned, free } = subjectsOf(request);
  const shares = sharesOf(request.proportions, request.audit !== null);
  const roleOf = new Map<number, SplitRole>();
  for (const code of pinned) roleOf.set(code, 'audit');
  const rng = Rng.stream(request.seed, 'splits');
  let carried: readonly number[] = SPLIT_ROLES.map(() => 0);
  for (const members of byStratum(free)) {
    rng.shuffle(members);
    members.sort((a, b) => b.size - a.size);
    carried = assign(members, shares, carried, roleOf);
  }
  return indicesByRole(request.subjects, roleOf);
}

/** Checks proportions given by a user. @throws AppError invalidData */
export function checkProportions(proportions: Proportions): Proportions {
  const values = SPLIT_ROLES.map((role) => proportions[role]);
  const sum = values.reduce((total, value) => total + value, 0);
  if (values.every((value) => value >= 0) && Math.abs(sum - 1) < 1e-3) return proportions;
  throw new AppError({
    code: 'invalidData',
    message: `The splits' shares are ${values.join(', ')} and sum to ${Number(sum.toFixed(6))}.`,
    hint: 'Give four shares from 0 to 1 that sum to 1.',
  });
}

function sharesOf(proportions: Proportions, auditIsPinned: boolean): readonly number[] {
  const checked = checkProportions(proportions);
  const wanted = SPLIT_ROLES.map((role) => (auditIsPinned && role === 'audit' ? 0 : checked[role]));
  const sum = wanted.reduce((total, value) => total + value, 0);
  if (sum > 0) return wanted.map((value) => value / sum);
  throw new AppError({
    code: 'invalidData',
    message:
      'The shares leave nothing for training: the audit split is set aside already and the others are 0.',
    hint: 'Give pretrain, probeTrain and validation shares above 0.',
  });
}

function subjectsOf(request: SplitRequest): { pinned: Set<number>; free: Subject[] } {
  const tallies = new Map<number, Map<number, number>>();
  const pinned = new Set<number>();
  request.subjects.forEach((code, index) => {
    if (request.audit?.[index] === 1) pinned.add(code);
    const stratum = request.strata[index] ?? 0;
    const tally = tallies.get(code) ?? new Map<number, number>();
    tally.set(stratum, (tally.get(stratum) ?? 0) + 1);
    tallies.set(code, tally);
  });
  const free: Subject[] = [];
  for (const [code, tally] of tallies) if (!pinned.has(code)) free.push({ code, ...summary(tally) });
  return { pinned, free };
}

function summary(tally: ReadonlyMap<number, number>): { stratum: number; size: number } {
  let size = 0;
  let stratum = 0;
  let most = 0;
  for (const [candidate, count] of tally) {
    size += count;
    if (count > most || (count === most && candidate < stratum)) [stratum, most] = [candidate, count];
  }
  return { stratum, size };
}

function byStratum(subjects: readonly Subject[]): Subject[][] {
  const strata = new Map<number, Subject[]>();
  for (const subject of subjects) {
    const members = strata.get(subject.stratum);
    if (members) members.push(subject);
    else strata.set(subject.stratum, [subject]);
  }
  return [...strata].sort(([a], [b]) => a - b).map(([, members]) => members);
}

/** Gives each subject to the role that lacks most; answers what each role still lacks (or has too much of) in the end. */
function assign(
  members: readonly Subject[],
  shares: readonly number[],
  carried: readonly number[],
  roleOf: Map<number, SplitRole>,
): readonly number[] {
  const size = members.reduce((sum, member) => sum + member.size, 0);
  const lacking = shares.map((share, role) =>
    share === 0 ? -Infinity : share * size + (carried[role] ?? 0),
  );
  for (const member of members) {
    const role = lacking.indexOf(Math.max(...lacking));
    lacking[role] = (lacking[role] ?? 0) - member.size;
    roleOf.set(member.code, SPLIT_ROLES[role] ?? 'pretrain');
  }
  return lacking.map((value) => (value === -Infinity ? 0 : value));
}

function indicesByRole(
  subjects: Int32Array,
  roleOf: ReadonlyMap<number, SplitRole>,
): Record<SplitRole, Uint32Array> {
  const lists: Record<SplitRole, number[]> = { pretrain: [], probeTrain: [], validation: [], audit: [] };
  subjects.forEach((code, index) => lists[roleOf.get(code) ?? 'pretrain'].push(index));
  return {
    pretrain: Uint32Array.from(lists.pretrain),
    probeTrain: Uint32Array.from(lists.probeTrain),
    validation: Uint32Array.from(lists.validation),
    audit: Uint32Array.from(lists.audit),
  };
}
