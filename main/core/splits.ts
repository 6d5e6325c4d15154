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

/** Subjects as columns: there may be one for each of many million samples. */
interface Subjects {
  /** Codes in the order in which they occur first. */
  readonly order: Uint32Array;
  /** By code: how many samples, and their most frequent stratum (of several the lowest). */
  readonly size: Uint32Array;
  readonly stratum: Int32Array;
}

/**
 * Splits samples by role: disjoint by subject, each stratum in proportion (what rounding leaves over is carried on to the next
 * stratum), and the same for the same seed. A subject counts for its most frequent stratum.
 * @returns ascending sample indices of each role
 * @throws AppError invalidData if the proportions are negative or do not sum to 1
 */
export function splitBySubject(request: SplitRequest): Record<SplitRole, Uint32Array> {
  const subjects = subjectsOf(request);
  const shares = sharesOf(request.proportions, request.audit !== null);
  const roleOf = pinnedRoles(request, subjects.size.length);
  const rng = Rng.stream(request.seed, 'splits');
  let carried: readonly number[] = SPLIT_ROLES.map(() => 0);
  for (const members of byStratum(subjects, roleOf)) {
    rng.shuffle(members);
    const [first = 0] = members;
    // Mostly every subject is one sample: then there is nothing to sort, and millions of comparisons to save.
    if (members.some((code) => subjects.size[code] !== subjects.size[first]))
      members.sort((a, b) => (subjects.size[b] ?? 0) - (subjects.size[a] ?? 0));
    carried = assign(members, subjects.size, shares, carried, roleOf);
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

function subjectsOf({ subjects, strata }: SplitRequest): Subjects {
  if (subjects.every((code, index) => code === index)) {
    // Every sample is a subject of its own: nothing has to be gathered.
    const order = Uint32Array.from(subjects);
    return { order, size: new Uint32Array(order.length).fill(1), stratum: strata };
  }
  const codes = subjects.reduce((most, code) => Math.max(most, code), -1) + 1;
  const size = new Uint32Array(codes);
  const order = new Uint32Array(codes);
  let seen = 0;
  for (const code of subjects) {
    if (size[code] === 0) order[seen++] = code;
    size[code] = (size[code] ?? 0) + 1;
  }
  return { order: order.subarray(0, seen), size, stratum: commonStrata(subjects, strata, size) };
}

/** The most frequent stratum of every subject; samples are gathered by subject first, so that one tally at a time is in memory. */
function commonStrata(subjects: Int32Array, strata: Int32Array, size: Uint32Array): Int32Array {
  const ends = new Uint32Array(size.length);
  let end = 0;
  for (let code = 0; code < size.length; code++) {
    ends[code] = end;
    end += size[code] ?? 0;
  }
  const own = new Int32Array(subjects.length);
  subjects.forEach((code, index) => {
    const place = ends[code] ?? 0;
    own[place] = strata[index] ?? 0;
    ends[code] = place + 1;
  });
  return Int32Array.from(size, (count, code) => {
    const last = ends[code] ?? 0;
    return count < 2 ? (own[last - count] ?? 0) : commonest(own.subarray(last - count, last));
  });
}

function commonest(strata: Int32Array): number {
  const tally = new Map<number, number>();
  for (const stratum of strata) tally.set(stratum, (tally.get(stratum) ?? 0) + 1);
  let [best, most] = [0, 0];
  for (const [stratum, count] of tally)
    if (count > most || (count === most && stratum < best)) [best, most] = [stratum, count];
  return best;
}

const FREE = 255;
const AUDIT = SPLIT_ROLES.indexOf('audit');

/** The role of every subject by its code, as far as the source sets it: `FREE` where the splits may choose. */
function pinnedRoles({ subjects, audit }: SplitRequest, codes: number): Uint8Array {
  const roles = new Uint8Array(codes).fill(FREE);
  if (audit !== null)
    subjects.forEach((code, index) => {
      if (audit[index] === 1) roles[code] = AUDIT;
    });
  return roles;
}

/** Codes of the subjects that are free, in order of their strata. */
function byStratum({ order, stratum }: Subjects, roleOf: Uint8Array): readonly Uint32Array[] {
  const free = roleOf.every((role) => role === FREE) ? order : order.filter((code) => roleOf[code] === FREE);
  const counts = new Map<number, number>();
  for (const code of free) counts.set(stratum[code] ?? 0, (counts.get(stratum[code] ?? 0) ?? 0) + 1);
  const members = new Map([...counts].map(([own, count]) => [own, { codes: new Uint32Array(count), used: 0 }])); // prettier-ignore
  for (const code of free) {
    const own = members.get(stratum[code] ?? 0);
    if (own) own.codes[own.used++] = code;
  }
  return [...members].sort(([a], [b]) => a - b).map(([, { codes }]) => codes);
}

/** Gives each subject to the role that lacks most; answers what each role still lacks (or has too much of) in the end. */
function assign(
  members: Uint32Array,
  size: Uint32Array,
  shares: readonly number[],
  carried: readonly number[],
  roleOf: Uint8Array,
): readonly number[] {
  const total = members.reduce((sum, code) => sum + (size[code] ?? 0), 0);
  const lacking = shares.map((share, role) =>
    share === 0 ? -Infinity : share * total + (carried[role] ?? 0),
  );
  for (const code of members) {
    const role = lacking.indexOf(Math.max(...lacking));
    lacking[role] = (lacking[role] ?? 0) - (size[code] ?? 0);
    roleOf[code] = role;
  }
  return lacking.map((value) => (value === -Infinity ? 0 : value));
}

function indicesByRole(subjects: Int32Array, roleOf: Uint8Array): Record<SplitRole, Uint32Array> {
  const of = (role: SplitRole): Uint32Array => {
    const wanted = SPLIT_ROLES.indexOf(role);
    const indices = new Uint32Array(subjects.reduce((sum, code) => sum + Number(roleOf[code] === wanted), 0));
    let used = 0;
    subjects.forEach((code, index) => {
      if (roleOf[code] === wanted) indices[used++] = index;
    });
    return indices;
  };
  return { pretrain: of('pretrain'), probeTrain: of('probeTrain'), validation: of('validation'), audit: of('audit') }; // prettier-ignore
}
