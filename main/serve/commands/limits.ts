import { InvalidArgumentError } from 'commander';
import type { PolicyLimit, PolicySubject } from '../../../preload/contract/vocabulary.ts';

/** How limits are written, for help. */
export const LIMIT_HELP = `
Limits:
  accuracy>=0.8                              everybody
  truePositiveRate[sex=female]>=0.7          one group
  selectionRate[sex]>=0.2                    every group of a feature
  selectionRate[sex=female - male]=-0.1..0.1 a difference of two groups
  selectionRate[sex=female / male]>=0.8      their ratio
  selectionRate[sex: differences]=-0.1..0.1  every group minus the reference, together`;

const LIMIT = /^([A-Za-z]\w*)(?:\[(.+)\])?\s*(>=|<=|=)\s*(\S+)$/;
const NUMBER = '-?(?:\\d+\\.?\\d*|\\.\\d+)';
const RANGE = new RegExp(`^(${NUMBER})\\.\\.(${NUMBER})$`);

/** A limit as it is written on the command line. @throws InvalidArgumentError with what is expected */
export function limitOf(text: string, before: readonly PolicyLimit[]): readonly PolicyLimit[] {
  const [, metric, inside, operator, end = ''] = LIMIT.exec(text.trim()) ?? [];
  if (metric === undefined) throw new InvalidArgumentError(`${JSON.stringify(text)} is not a limit such as accuracy[sex]>=0.8.`); // prettier-ignore
  return [...before, { metric, subject: subjectOf(inside), ...endsOf(operator ?? '', end) }];
}

function subjectOf(inside: string | undefined): PolicySubject {
  if (inside === undefined) return { of: 'overall' };
  const [, every] = /^(.+):\s*differences$/.exec(inside) ?? [];
  if (every !== undefined) return { of: 'everyDifference', feature: every.trim() };
  const at = inside.indexOf('=');
  if (at < 0) return { of: 'everyGroup', feature: inside.trim() };
  const [feature, group] = [inside.slice(0, at).trim(), inside.slice(at + 1).trim()];
  for (const [sign, of] of [
    [' - ', 'difference'],
    [' / ', 'ratio'],
  ] as const) {
    // prettier-ignore
    const place = group.indexOf(sign);
    if (place > 0)
      return { of, feature, group: group.slice(0, place).trim(), reference: group.slice(place + 3).trim() };
  }
  return { of: 'group', feature, group };
}

function endsOf(operator: string, end: string): Pick<PolicyLimit, 'low' | 'high'> {
  if (operator === '=') {
    const [, low, high] = RANGE.exec(end) ?? [];
    if (low === undefined || high === undefined) throw new InvalidArgumentError(`${JSON.stringify(end)} is not a range such as -0.1..0.1.`); // prettier-ignore
    return { low: Number(low), high: Number(high) };
  }
  const value = Number(end);
  if (!Number.isFinite(value)) throw new InvalidArgumentError(`${JSON.stringify(end)} is not a number.`);
  return operator === '>=' ? { low: value, high: null } : { low: null, high: value };
}
