import type { SensitivityPoint, SensitivitySlope } from '../../preload/contract/vocabulary.ts';
import { benjaminiHochberg, holm } from './multiplicity.ts';
import { slopeOf } from './slope.ts';

/** What is measured over the levels of a knob: everything, one class, or one group. */
export type SensitivitySubject = Pick<SensitivitySlope, 'kind' | 'feature' | 'name' | 'points'>;

/** Error level of the whole family of classes and groups. */
const LEVEL = 0.05;

/**
 * Slopes of accuracy over a knob by class and by group, a seed's own height taken out. Classes and groups together are one family for Holm
 * and for Benjamini and Hochberg; overall stands outside. Two of a kind (two classes, or two groups of one feature) whose slopes go opposite
 * ways after Holm are both marked: what an overall curve hides.
 */
export function sensitivityOf(subjects: readonly SensitivitySubject[]): readonly SensitivitySlope[] {
  const found = subjects.map((subject) => ({ subject, slope: slopeOf(known(subject.points)) }));
  const family = found.map(({ subject, slope }) => (subject.kind === 'overall' ? null : (slope?.p ?? null)));
  const [adjusted, discovered] = [holm(family), benjaminiHochberg(family)];
  const rows = found.map(({ subject, slope }, at): SensitivitySlope => ({
    ...subject,
    slope: slope?.slope ?? null,
    low: slope?.low ?? null,
    high: slope?.high ?? null,
    p: slope?.p ?? null,
    pHolm: adjusted[at] ?? null,
    pBenjaminiHochberg: discovered[at] ?? null,
    rho: slope?.rho ?? null,
    opposed: false,
  }));
  return rows.map((row) => ({ ...row, opposed: rows.some((other) => isOpposed(row, other)) }));
}

function known(points: readonly SensitivityPoint[]) {
  return points.flatMap(({ level, seed, value }) => (value === null ? [] : [{ level, block: seed, value }]));
}

function isOpposed(row: SensitivitySlope, other: SensitivitySlope): boolean {
  const kindred = row.kind !== 'overall' && row.kind === other.kind && row.feature === other.feature;
  return (
    kindred && isTold(row) && isTold(other) && Math.sign(row.slope ?? 0) === -Math.sign(other.slope ?? 0)
  );
}

function isTold({ slope, pHolm }: SensitivitySlope): boolean {
  return slope !== null && slope !== 0 && pHolm !== null && pHolm <= LEVEL;
}
