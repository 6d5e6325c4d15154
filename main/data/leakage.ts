import { SPLIT_ROLES } from '../../preload/contract/vocabulary.ts';
import type { LeakageReport, SplitRole } from '../../preload/contract/vocabulary.ts';
import { digest64 } from './digests.ts';
import { grown } from './packer.ts';
import { differenceHash, greyThumbnail, hammingDistance, THUMBNAIL_BYTES } from './perceptualHash.ts';

/** Hashes that differ in more bits are different pictures. With 3, one of the four quarters of two near hashes is equal. */
const NEAR_BITS = 3;
/** Near copies differ by no more than this in the mean of their grey values (0 to 255). */
const NEAR_GREY = 4;
/** So many pictures of one quarter of a hash are no evidence: they are flat, or drawings alike. */
const CROWD = 256;
/** More pictures, and more samples of any kind, are not compared with each other. */
const MOST_PICTURES = 2_000_000;
export const MOST_COMPARED = 4_000_000;
const LISTED = 50;
const QUARTERS = [0, 1, 2, 3] as const;

type Pair = LeakageReport['pairs'][number];

/** Remembers, sample by sample, what tells copies: 8 bytes for each, 80 for each picture. */
export class CopyIndex {
  private readonly shape: readonly [number, number, number] | null;
  private count = 0;
  private digests = new Uint32Array(2048);
  private hashes = new Uint32Array(2048);
  private thumbnails = new Uint8Array(1024 * THUMBNAIL_BYTES);

  /** @param shape height, width, channels of pictures; null for what is no picture */
  constructor(shape: readonly [number, number, number] | null) {
    this.shape = shape;
  }

  add(bytes: Uint8Array): void {
    if (this.count >= MOST_COMPARED) return;
    const at = 2 * this.count++;
    if (at >= this.digests.length) this.grow();
    this.digests.set(digest64(bytes), at);
    if (this.shape === null || this.count > MOST_PICTURES) return;
    const thumbnail = greyThumbnail(bytes, this.shape);
    this.thumbnails.set(thumbnail, (at / 2) * THUMBNAIL_BYTES);
    this.hashes.set(differenceHash(thumbnail), at);
  }

  /** What occurs in more than one split: the same subject, the same bytes, nearly the same picture. */
  report(splits: Readonly<Record<SplitRole, Uint32Array>>, subjects: Int32Array): LeakageReport {
    const roles = rolesOf(splits, subjects.length);
    const pairs: Pair[] = [];
    const copies = this.exactCopies(roles, pairs);
    const near = this.shape === null ? 0 : this.nearCopies(roles, pairs);
    return { subjects: sharedSubjects(roles, subjects), copies, nearCopies: near, pairs };
  }

  /** Samples of another split than a sample of the same bytes. */
  private exactCopies(roles: Uint8Array, pairs: Pair[]): number {
    const order = Uint32Array.from({ length: this.count }, (_, index) => index);
    const compare = (a: number, b: number): number => this.at(this.digests, 2 * a) - this.at(this.digests, 2 * b) || this.at(this.digests, 2 * a + 1) - this.at(this.digests, 2 * b + 1) || a - b; // prettier-ignore
    order.sort(compare);
    let found = 0;
    for (let i = 1, first = 0; i < order.length; i++) {
      const [one = 0, other = 0] = [order[first], order[i]];
      const same = [0, 1].every((half) => this.digests[2 * one + half] === this.digests[2 * other + half]);
      if (!same) first = i;
      else if (roles[one] !== roles[other]) {
        found++;
        if (pairs.length < LISTED) pairs.push({ first: one, second: other, kind: 'copy' });
      }
    }
    return found;
  }

  /** Pictures that nearly equal one of another split. */
  private nearCopies(roles: Uint8Array, pairs: Pair[]): number {
    const near = new Set<number>();
    const wanted = (one: number, other: number): boolean => roles[one] !== roles[other] && !near.has(other);
    for (const [one, other] of this.nearPairs(wanted)) {
      near.add(other);
      if (pairs.length < LISTED) pairs.push({ first: one, second: other, kind: 'nearCopy' });
    }
    return near.size;
  }

  /** Pictures that nearly equal each other but not byte by byte, of the pairs that are wanted; a pair may come twice. */
  *nearPairs(wanted: (one: number, other: number) => boolean): Generator<readonly [number, number]> {
    for (const quarter of QUARTERS)
      for (const crowd of this.crowds(quarter))
        for (const [i, one] of crowd.entries())
          for (const other of crowd.slice(i + 1))
            if (wanted(one, other) && this.isNear(one, other)) yield [one, other];
  }

  /** Pictures whose hashes have the same 16 bits in one place. */
  private crowds(quarter: number): readonly (readonly number[])[] {
    const crowds = new Map<number, number[]>();
    for (let index = 0; index < Math.min(this.count, MOST_PICTURES); index++) {
      const half = this.at(this.hashes, 2 * index + (quarter >> 1));
      const bits = quarter % 2 === 0 ? half >>> 16 : half & 0xffff;
      // All the same: flat there, and nothing to tell pictures by.
      if (bits === 0 || bits === 0xffff) continue;
      const crowd = crowds.get(bits);
      if (crowd) crowd.push(index);
      else crowds.set(bits, [index]);
    }
    return [...crowds.values()].filter((crowd) => crowd.length > 1 && crowd.length <= CROWD);
  }

  private isNear(one: number, other: number): boolean {
    const hash = (index: number): [number, number] => [this.at(this.hashes, 2 * index), this.at(this.hashes, 2 * index + 1)]; // prettier-ignore
    if (hammingDistance(hash(one), hash(other)) > NEAR_BITS) return false;
    if (this.digests[2 * one] === this.digests[2 * other]) return false;
    let sum = 0;
    for (let i = 0; i < THUMBNAIL_BYTES; i++)
      sum += Math.abs((this.thumbnails[one * THUMBNAIL_BYTES + i] ?? 0) - (this.thumbnails[other * THUMBNAIL_BYTES + i] ?? 0)); // prettier-ignore
    return sum / THUMBNAIL_BYTES <= NEAR_GREY;
  }

  private at(values: Uint32Array, index: number): number {
    return values[index] ?? 0;
  }

  private grow(): void {
    this.digests = grown(this.digests, new Uint32Array(2 * this.digests.length));
    if (this.shape === null || this.count > MOST_PICTURES) return;
    this.hashes = grown(this.hashes, new Uint32Array(2 * this.hashes.length));
    this.thumbnails = grown(this.thumbnails, new Uint8Array(2 * this.thumbnails.length));
  }
}

function rolesOf(splits: Readonly<Record<SplitRole, Uint32Array>>, count: number): Uint8Array {
  const roles = new Uint8Array(count);
  for (const [number, role] of SPLIT_ROLES.entries()) for (const index of splits[role]) roles[index] = number;
  return roles;
}

const NO_ROLE = 255;
const SEVERAL = 254;

function sharedSubjects(roles: Uint8Array, subjects: Int32Array): number {
  const most = subjects.reduce((code, subject) => Math.max(code, subject), -1);
  const roleOf = new Uint8Array(most + 1).fill(NO_ROLE);
  roles.forEach((role, index) => {
    const subject = subjects[index] ?? 0;
    roleOf[subject] = (roleOf[subject] ?? NO_ROLE) === NO_ROLE || roleOf[subject] === role ? role : SEVERAL;
  });
  return roleOf.reduce((count, role) => count + Number(role === SEVERAL), 0);
}

/** What a report says of leakage; nothing where there is none. */
export function leakageNotes({ subjects, copies, nearCopies }: LeakageReport): readonly string[] {
  const counted = (count: number, what: string): string => `${count} ${count === 1 ? 'sample' : 'samples'} ${what}`;
  return [
    ...(subjects === 0 ? [] : [`${subjects} subjects are in more than one split.`]),
    ...(copies === 0 ? [] : [`${counted(copies, 'of one split repeat a sample of another exactly')}: what is measured there may be remembered rather than learnt.`]),
    ...(nearCopies === 0 ? [] : [`${counted(nearCopies, 'of one split look nearly like a sample of another')}: what is measured there may be remembered rather than learnt.`]),
  ];
} // prettier-ignore
