import type { LimitState, PolicyLimit, PolicySubject } from '../../preload/contract/vocabulary.ts';
import { proportion } from '../lib/format.ts';

/** What a state is called; never a verdict about people or models. */
export const STATE_WORDS: Readonly<Record<LimitState, string>> = {
  met: 'limit met',
  exceeded: 'limit exceeded',
  insufficientEvidence: 'insufficient evidence',
};

/** What a limit is about, in words. */
export function subjectWords(subject: PolicySubject): string {
  if (subject.of === 'overall') return 'of everyone';
  if (subject.of === 'group') return `of ${subject.group} (${subject.feature})`;
  if (subject.of === 'everyGroup') return `of every group of ${subject.feature}`;
  if (subject.of === 'everyDifference')
    return `of all groups of ${subject.feature} less the reference, together`;
  return subject.of === 'difference'
    ? `of ${subject.group} less ${subject.reference} (${subject.feature})`
    : `of ${subject.group} over ${subject.reference} (${subject.feature})`;
}

/** The range of a limit: `from .80`, `up to .10`, `−.10 to .10`. */
export function rangeWords({ low, high }: Pick<PolicyLimit, 'low' | 'high'>): string {
  if (low !== null && high !== null) return `${proportion(low, 2)} to ${proportion(high, 2)}`;
  return low !== null ? `from ${proportion(low, 2)}` : `up to ${proportion(high, 2)}`;
}
