import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkProportions, DEFAULT_PROPORTIONS, splitBySubject } from '../../main/core/splits.ts';
import type { SplitRequest } from '../../main/core/splits.ts';
import { SPLIT_ROLES } from '../../preload/contract/vocabulary.ts';

const EVEN = { pretrain: 0.25, probeTrain: 0.25, validation: 0.25, audit: 0.25 };

const request = fc
  .record({
    rows: fc.array(
      fc.record({ subject: fc.nat(60), stratum: fc.nat(5), audit: fc.boolean() }),
      { minLength: 1, maxLength: 300 },
    ),
    pinned: fc.boolean(),
    seed: fc.nat(1000),
    proportions: fc.constantFrom(DEFAULT_PROPORTIONS, EVEN, { pretrain: 1, probeTrain: 0, validation: 0, audit: 0 }),
  })
  .map(({ rows, pinned, seed, proportions }): SplitRequest => ({
    subjects: Int32Array.from(rows, (row) => row.subject),
    strata: Int32Array.from(rows, (row) => row.stratum),
    audit: pinned ? Uint8Array.from(rows, (row) => (row.audit && row.subject < 20 ? 1 : 0)) : null,
    proportions,
    seed,
  })); // prettier-ignore

describe('splitBySubject', () => {
  it('puts every sample in one split, ascending, all of a subject together, set-aside ones in audit', () => {
    fc.assert(
      fc.property(request, (given) => {
        const splits = splitBySubject(given);
        const roleOf = new Map<number, string>();
        const seen: number[] = [];
        for (const role of SPLIT_ROLES) {
          expect([...splits[role]]).toEqual([...splits[role]].sort((a, b) => a - b));
          for (const index of splits[role]) {
            seen.push(index);
            const subject = given.subjects[index] ?? -1;
            expect(roleOf.get(subject) ?? role).toBe(role);
            roleOf.set(subject, role);
            if (given.audit?.[index] === 1) expect(role).toBe('audit');
          }
        }
        expect(seen.sort((a, b) => a - b)).toEqual(Array.from(given.subjects, (_, i) => i));
      }),
    );
  });

  it('keeps the proportions of the whole and of every stratum to within two subjects', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(7), { minLength: 1, maxLength: 600 }), fc.nat(99), (strata, seed) => {
        const splits = splitBySubject({
          subjects: Int32Array.from(strata, (_, i) => i),
          strata: Int32Array.from(strata),
          audit: null,
          proportions: DEFAULT_PROPORTIONS,
          seed,
        });
        for (const role of SPLIT_ROLES) {
          const share = DEFAULT_PROPORTIONS[role];
          expect(Math.abs(splits[role].length - share * strata.length)).toBeLessThan(1.0001);
          for (const stratum of new Set(strata)) {
            const members = strata.filter((value) => value === stratum).length;
            const got = [...splits[role]].filter((index) => strata[index] === stratum).length;
            expect(Math.abs(got - share * members)).toBeLessThan(2);
          }
        }
      }),
    );
  });

  it('is the same for the same seed and another for another', () => {
    const given = { subjects: Int32Array.from({ length: 500 }, (_, i) => i), strata: new Int32Array(500), audit: null, proportions: EVEN }; // prettier-ignore
    expect(splitBySubject({ ...given, seed: 3 })).toEqual(splitBySubject({ ...given, seed: 3 }));
    expect(splitBySubject({ ...given, seed: 3 })).not.toEqual(splitBySubject({ ...given, seed: 4 }));
  });

  it('shares what the set-aside audit split leaves in the proportions of the others', () => {
    const audit = Uint8Array.from({ length: 1000 }, (_, i) => (i < 150 ? 1 : 0));
    const splits = splitBySubject({
      subjects: Int32Array.from({ length: 1000 }, (_, i) => i),
      strata: new Int32Array(1000),
      audit,
      proportions: DEFAULT_PROPORTIONS,
      seed: 1,
    });
    expect(SPLIT_ROLES.map((role) => splits[role].length)).toEqual([600, 150, 100, 150]);
  });

  it('never puts a subject with a set-aside sample anywhere but in audit, with all of its samples', () => {
    const splits = splitBySubject({
      subjects: Int32Array.from([0, 1, 1, 2]),
      strata: new Int32Array(4),
      audit: Uint8Array.from([0, 1, 0, 0]),
      proportions: { pretrain: 1, probeTrain: 0, validation: 0, audit: 0 },
      seed: 1,
    });
    expect(splits.audit).toEqual(Uint32Array.from([1, 2]));
    expect(splits.pretrain).toEqual(Uint32Array.from([0, 3]));
  });

  it.each([
    [{ pretrain: 0.5, probeTrain: 0.5, validation: 0.5, audit: 0 }, "The splits' shares are 0.5, 0.5, 0.5, 0 and sum to 1.5."],
    [{ pretrain: 1.5, probeTrain: -0.5, validation: 0, audit: 0 }, "The splits' shares are 1.5, -0.5, 0, 0 and sum to 1."],
    [{ pretrain: NaN, probeTrain: 0, validation: 0, audit: 0 }, "The splits' shares are NaN, 0, 0, 0 and sum to NaN."],
  ])('refuses %o', (proportions, message) => {
    expect(() => checkProportions(proportions)).toThrow(message);
  }); // prettier-ignore

  it('refuses shares that leave nothing beside a set-aside audit split', () => {
    const proportions = { pretrain: 0, probeTrain: 0, validation: 0, audit: 1 };
    expect(() =>
      splitBySubject({ subjects: new Int32Array(1), strata: new Int32Array(1), audit: Uint8Array.of(0), proportions, seed: 1 }),
    ).toThrow('The shares leave nothing for training'); // prettier-ignore
  });
});
