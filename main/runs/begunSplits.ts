import { AppError } from '../../preload/contract/errors.ts';
import type { Digest, SplitRole } from '../../preload/contract/vocabulary.ts';

type Splits = Readonly<Record<SplitRole, Digest>>;

/** Splits that a run learns from. */
const LEARNT = ['pretrain', 'probeTrain', 'validation'] as const;

/**
 * A run that goes on must find the people it began with: its place in the data and what it has learnt belong to them.
 * @throws AppError conflict if somebody among them has withdrawn consent since, or it has expired
 */
export function refuseOtherPeople(begun: Splits, now: Splits): void {
  if (LEARNT.every((role) => begun[role] === now[role])) return;
  throw new AppError({
    code: 'conflict',
    message: 'The consent of people in its data has changed since this run began, so it cannot go on.',
    hint: 'Clone the run: the new one learns without those who withdrew.',
  });
}
